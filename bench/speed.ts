/**
 * Whole-process times of what a user waits for, on a clone that is thrown away afterwards:
 *
 *   npm run build && node --import tsx bench/speed.ts REPO_DIR
 *
 * Prints medians over repetitions, and ratios measured side by side (with and without the hook, in turn).
 * Peak memory is the operating system's figure for the process (`/usr/bin/time -v`, where it is installed).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve('dist/cli.js');
const REPETITIONS = 9;
const source = process.argv[2];
if (!source) throw new Error('Usage: node --import tsx bench/speed.ts REPO_DIR');

const folder = mkdtempSync(join(tmpdir(), 'code2lora-speed-'));
const repo = join(folder, 'repo');
function firstRun(): void {
  const commits = git(repo, 'rev-list', '--count', '--first-parent', 'HEAD');
  const { ms, megabytes } = measure(['run', '--repo', repo, '--json']);
  report(`first run, ${commits} commits`, [ms], megabytes);
  console.log(`  per commit: ${(ms / Number(commits)).toFixed(1)} ms`);
}

function mineHistory(): void {
  const runs = Array.from({ length: 3 }, () =>
    measure(['mine', '--repo', repo, '--out', join(folder, 'tasks.jsonl')]),
  );
  report(
    'mine the whole history',
    runs.map(({ ms }) => ms),
    runs[0]?.megabytes,
  );
}

/** One ordinary commit: a changed production file and a changed test. */
function runAfterOneCommit(): void {
  const runs = Array.from({ length: REPETITIONS }, (_, i) => {
    commit(i);
    return measure(['run', '--repo', repo, '--json']);
  });
  report(
    'run after one commit, cold process, warm cache',
    runs.map(({ ms }) => ms),
    Math.max(...runs.map(({ megabytes }) => megabytes)),
  );
}

/** The same commit with and without the installed hook, in turn. */
function hookInForeground(): void {
  const plain = join(folder, 'plain');
  cpSync(repo, plain, { recursive: true });
  execFileSync(process.execPath, [CLI, 'init', '--yes', '--mode', 'hooks-dir', '--repo', repo]);
  const pairs = Array.from(
    { length: REPETITIONS * 2 },
    (_, i) => [timeCommit(repo, i), timeCommit(plain, i)] as const,
  );
  const [withHook, without] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
  report('git commit with the hook', withHook);
  report('git commit without it', without);
  console.log(`  added, median of pairs: ${median(pairs.map(([a, b]) => a - b)).toFixed(1)} ms`);
}

function timeCommit(repository: string, i: number): number {
  const env = { ...process.env, CI: '' };
  appendFileSync(join(repository, 'bench.txt'), `${i}\n`);
  git(repository, 'add', 'bench.txt');
  const begun = performance.now();
  spawnSync('git', ['-C', repository, 'commit', '--quiet', '-m', `bench ${i}`], { stdio: 'pipe', env });
  return performance.now() - begun;
}

function commit(i: number): void {
  const tests = readdirSync(repo, { recursive: true }).map(String);
  const testFile = tests.find(
    (path) => /(^|\/)test_[^/]+\.py$|\.test\.[jt]s$/.test(path) && !path.includes('node_modules'),
  );
  const python = testFile?.endsWith('.py') !== false;
  appendFileSync(
    join(repo, python ? 'bench_module.py' : 'bench-module.js'),
    python ? `\n\ndef f${i}(x):\n    return x + ${i}\n` : `\nexport const f${i} = (x) => x + ${i};\n`,
  );
  if (testFile && existsSync(join(repo, testFile))) {
    const text = python
      ? `\n\ndef test_bench_${i}():\n    assert f${i}(1) == ${i + 1}\n`
      : `\ntest('bench ${i}', () => { assert.equal(f${i}(1), ${i + 1}); });\n`;
    appendFileSync(join(repo, testFile), text);
  }
  git(repo, 'add', '--all');
  git(repo, 'commit', '--quiet', '-m', `bench ${i}`);
}

function measure(args: string[]): { ms: number; megabytes: number } {
  const timed = existsSync('/usr/bin/time');
  const command = timed
    ? ['/usr/bin/time', '-v', process.execPath, CLI, ...args]
    : [process.execPath, CLI, ...args];
  const begun = performance.now();
  const { status, stderr } = spawnSync(command[0] as string, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stderr}`);
  const kilobytes = /Maximum resident set size \(kbytes\): (\d+)/.exec(String(stderr))?.[1];
  return { ms, megabytes: kilobytes ? Number(kilobytes) / 1024 : Number.NaN };
}

function report(name: string, times: readonly number[], megabytes?: number): void {
  const memory = megabytes && Number.isFinite(megabytes) ? `, peak ${megabytes.toFixed(0)} MB` : '';
  const spread =
    times.length > 1
      ? ` (${Math.min(...times).toFixed(0)}–${Math.max(...times).toFixed(0)}, n=${times.length})`
      : '';
  console.log(`${name}: ${median(times).toFixed(0)} ms${spread}${memory}`);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-C', cwd, ...args], { encoding: 'utf8' }).trim();
}

try {
  git(folder, 'clone', '--quiet', '--no-hardlinks', resolve(source), repo);
  for (const [key, value] of [
    ['user.name', 'Bench'],
    ['user.email', 'bench@example.org'],
    ['gc.auto', '0'],
  ]) {
    git(repo, 'config', key as string, value as string);
  }
  firstRun();
  mineHistory();
  runAfterOneCommit();
  hookInForeground();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
