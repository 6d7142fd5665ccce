/**
 * Stands in for dist/cli.js: the real worker with a task that only writes down what it was asked.
 *
 * Reads `fake-task.json` in the state folder: how long the task takes, whether it fails. Appends one JSON
 * line to `fake-task.log` at the start and one at the end of each task.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWorker, type WorkerOptions } from '../../src/hooks/worker.ts';

interface Script {
  taskMs?: number;
  fails?: boolean;
  options?: Partial<WorkerOptions>;
}

const repository = process.argv[process.argv.indexOf('--repo') + 1] ?? '.';
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['--no-optional-locks', ...args], { cwd: folder, encoding: 'utf8' }).trim();
const stateFolder = join(
  git(repository, 'rev-parse', '--path-format=absolute', '--git-common-dir'),
  'code2lora',
);
const scriptFile = join(stateFolder, 'fake-task.json');
const {
  taskMs = 0,
  fails = false,
  options = {},
} = (existsSync(scriptFile) ? JSON.parse(readFileSync(scriptFile, 'utf8')) : {}) as Script;
const note = (line: object) =>
  appendFileSync(join(stateFolder, 'fake-task.log'), `${JSON.stringify({ pid: process.pid, ...line })}\n`);

await runWorker(stateFolder, {
  debounceMs: 20,
  pollMs: 20,
  slotFolder: null,
  ...options,
  async task({ requests }) {
    const heads = requests.map(({ workTree }) => git(workTree, 'rev-parse', 'HEAD'));
    const leaked = Object.keys(process.env).filter((name) =>
      /^GIT_(DIR|INDEX_FILE|PREFIX|EDITOR)$/.test(name),
    );
    note({
      event: 'start',
      heads,
      requests,
      leaked,
      cwd: process.cwd(),
      nice: (await import('node:os')).getPriority(),
    });
    await new Promise((resolve) => setTimeout(resolve, taskMs));
    if (fails) throw new Error('the fake task failed');
    note({ event: 'end', heads });
  },
});
