/** The command line as a user meets it: real processes, real hooks, the built dist/. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cartRepo } from './commands/fixture.ts';
import { temporaryFolder } from './helpers/git-repo.ts';
import { assert, suite } from './helpers/suite.ts';
import { tinyPack } from './helpers/tiny-pack.ts';

const test = suite('cli');
const { dir: model } = await tinyPack();
const CLI = resolve('dist/cli.js');

function code2lora(args: string[], env: NodeJS.ProcessEnv = {}) {
  const options = { encoding: 'utf8' as const, env: { ...process.env, CODE2LORA_MODEL: model, ...env } };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], options);
  return { status, stdout, stderr };
}

test.slow('prints help and version', () => {
  const help = code2lora(['--help']);
  assert.is(help.status, 0);
  for (const name of [
    'init',
    'run',
    'check',
    'complete',
    'status',
    'mine',
    'export',
    'pull',
    'verify',
    'doctor',
    'prune',
    'uninstall',
  ]) {
    assert.match(help.stdout, new RegExp(`^ +${name} `, 'm'));
  }
  assert.not.match(help.stdout, /worker/);
  assert.match(code2lora(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
});

test.slow('what the user can fix is exit code 2, without a stack', () => {
  const outside = code2lora(['status', '--repo', temporaryFolder()]);
  assert.is(outside.status, 2);
  assert.match(outside.stderr, /^code2lora: /);
  assert.not.match(outside.stderr, /at .*\.js:\d+/);
  assert.is(outside.stdout, '');
});

test.slow('an unknown command is refused', () => refuses('unknown'));
test.slow('so is a missing or wrong argument of a command, or of one below it', () => {
  for (const args of [['complete'], ['export', '--unknown'], ['models', 'import', 'folder']])
    refuses(...args);
});

function refuses(...args: string[]): void {
  const wrong = code2lora(args);
  assert.is(wrong.status, 2, args.join(' '));
  assert.match(wrong.stderr, /^error: .*\n\(run with --help for the options\)\n$/);
}

test.slow('run, check and status: JSON on standard output, nothing else', () => {
  const { repo } = cartRepo();
  const run = code2lora(['run', '--repo', repo.dir, '--json']);
  assert.is(run.status, 0, run.stderr);
  const report = JSON.parse(run.stdout);
  assert.is(report.schema, 'code2lora/check@1');
  assert.is(run.stderr, '');
  assert.is(
    JSON.parse(code2lora(['status', '--repo', repo.dir, '--json']).stdout).snapshot.id,
    report.snapshot.id,
  );
  const table = code2lora(['check', 'HEAD~2..', '--repo', repo.dir]);
  assert.match(table.stdout, /test\/sum\.test\.ts\n {2}3:26 /);
});

test.slow('--fail-on turns findings into exit code 1, and refuses what it does not know', () => {
  const { repo } = cartRepo();
  repo.commit('open', { 'tests/test_open.py': 'def test_open():\n    assert total == \n' });
  const args = ['check', 'HEAD', '--repo', repo.dir];
  assert.is(code2lora(args).status, 0);
  assert.is(code2lora([...args, '--fail-on', 'open']).status, 1);
  assert.is(code2lora([...args, '--fail-on', 'sometimes']).status, 2);
  assert.is(code2lora(['check', 'HEAD', '--all', '--repo', repo.dir]).status, 2);
});

test.slow('mine writes JSON lines to a file or to standard output', () => {
  const { repo } = cartRepo();
  const out = join(temporaryFolder(), 'tasks.jsonl');
  assert.match(code2lora(['mine', '--repo', repo.dir, '--out', out]).stdout, /3 tasks of 5 commits/);
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  assert.is(code2lora(['mine', '--repo', repo.dir, '--out', '-']).stdout.trim(), lines.join('\n'));
  assert.equal(
    lines.map((line) => JSON.parse(line).target),
    ['0', '0', '3'],
  );
  assert.is(code2lora(['mine', '--repo', repo.dir, '--out', '-', '--max-prefix', 'x']).status, 2);
});

test.slow('mine takes a list of repositories, and its exit code says that one is broken', () => {
  const { repo } = cartRepo();
  const folder = temporaryFolder();
  const [list, out] = [join(folder, 'list.tsv'), join(folder, 'tasks')];
  writeFileSync(list, `name\trepository\nocto/cart\t${repo.dir}\nocto/gone\t./gone\n`);
  const args = ['mine', '--repositories', list, '--out', out];
  const mined = code2lora(args);
  assert.is(mined.status, 1, mined.stderr);
  assert.match(mined.stdout, /^mined +1 of 2 repositories mined, 1 broken$/m);
  assert.match(mined.stdout, /^broken +octo\/gone: Cannot read .*gone: it is not a folder/m);
  assert.ok(existsSync(join(out, 'static/octo/cart.jsonl')));
  const planned = code2lora([...args, '--dry-run', '--json']);
  assert.is(planned.status, 1);
  assert.equal(JSON.parse(planned.stdout).missing, ['octo/gone']);
  const half = code2lora([...args, '--shard', '1/2']);
  assert.match(half.stdout, /^mined +0 of 1 repository mined, 1 finished before$/m);
  assert.is(half.status, 0);
  assert.is(code2lora([...args, '--per-commit', '3']).status, 2);
  assert.is(code2lora([...args, '--per-commit', 'x']).status, 2);
  assert.is(code2lora(['mine', '--repositories', list]).status, 2);
  writeFileSync(join(repo.dir, 'list.tsv'), 'octo/cart\n');
  const workflow = ['mine', '--repositories', join(repo.dir, 'list.tsv'), '--workflow', '--repo', repo.dir];
  assert.match(code2lora(workflow).stdout, /^written +\.github\/workflows\/code2lora-mine\.yml$/m);
  writeFileSync(join(repo.dir, '.github/workflows/code2lora-mine.yml'), 'name: mine\n');
  assert.is(code2lora(workflow).status, 2);
});

test.slow('from init to a commit that is checked in the background, and back without a trace', async () => {
  const { repo } = cartRepo();
  const before = snapshotOf(repo.dir);
  const init = code2lora(['init', '--yes', '--repo', repo.dir]);
  assert.is(init.status, 0, init.stderr);
  assert.match(init.stdout, /code2lora uninstall/);
  repo.write({
    'cart.py': 'class Cart:\n    items = (1, 2)\n',
    'tests/test_two.py': 'from cart import Cart\n\n\ndef test_two():\n    assert len(Cart.items) == 2\n',
  });
  repo.git('add', 'cart.py', 'tests/test_two.py');
  // As a user's shell would: the hooks stay silent in CI.
  const commit = spawnSync('git', ['-C', repo.dir, 'commit', '--quiet', '-m', 'two'], {
    env: {
      ...process.env,
      CI: '',
      CODE2LORA_MODEL: model,
      GIT_AUTHOR_NAME: 'a',
      GIT_AUTHOR_EMAIL: 'a@b',
      GIT_COMMITTER_NAME: 'a',
      GIT_COMMITTER_EMAIL: 'a@b',
    },
    encoding: 'utf8',
  });
  assert.is(commit.status, 0, commit.stderr);
  const head = repo.git('rev-parse', 'HEAD');
  const status = await waitFor(() => {
    const report = JSON.parse(code2lora(['status', '--repo', repo.dir, '--json']).stdout);
    return report.lastCheck?.commit === head && report.worker.state === 'idle' ? report : undefined;
  });
  assert.is(status.behind, 0);
  assert.is(status.lastError, null);
  assert.ok(status.hooks.installed);
  assert.is(code2lora(['uninstall', '--purge', '--repo', repo.dir]).status, 0);
  assert.not.ok(existsSync(join(repo.dir, '.git', 'code2lora')));
  repo.git('reset', '--quiet', '--hard', 'HEAD~1');
  assert.equal(snapshotOf(repo.dir), before);
});

/** Hooks, configuration and work tree: everything that init could touch. */
function snapshotOf(dir: string): string[] {
  const list = spawnSync(
    'find',
    [
      '.',
      '-path',
      './.git/objects',
      '-prune',
      '-o',
      '-path',
      './.git/logs',
      '-prune',
      '-o',
      '-type',
      'f',
      '-print',
    ],
    { cwd: dir, encoding: 'utf8' },
  );
  const files = list.stdout
    .split('\n')
    .filter((path) => path !== '' && !/\.git\/(index|ORIG_HEAD|COMMIT_EDITMSG)$/.test(path));
  return files.sort().map((path) => `${path} ${readFileSync(join(dir, path)).toString('base64')}`);
}

async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error('waited in vain');
}

test.run();
