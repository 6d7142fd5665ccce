import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { cleanEnvironment, offSwitch } from '../../src/hooks/environment.ts';
import { findGitFolders } from '../../src/hooks/git-folders.ts';
import { acquireLockFile } from '../../src/hooks/lock.ts';
import { readRequests } from '../../src/hooks/requests.ts';
import { wakeWorker } from '../../src/hooks/wake.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { until } from './program.ts';

const test = suite('hooks/wake');

function installed() {
  const repo = gitRepo();
  const folder = repo.dir;
  const stateFolder = join(folder, '.git', 'code2lora');
  mkdirSync(stateFolder);
  writeFileSync(join(stateFolder, 'install.json'), '{}');
  const cli = join(stateFolder, 'cli.mjs');
  writeFileSync(
    cli,
    "import { writeFileSync } from 'node:fs'; writeFileSync('started', process.argv.slice(2).join(' '));",
  );
  return { repo, stateFolder, options: { cli, folder, env: { PATH: process.env.PATH } } };
}

test('does nothing where init was not run', () => {
  const { dir: folder } = gitRepo();
  assert.is(wakeWorker('post-commit', [], { cli: 'none', folder, env: {} }), 'not-installed');
  assert.not(existsSync(join(folder, '.git', 'code2lora')));
  assert.is(
    wakeWorker('post-commit', [], { cli: 'none', folder: temporaryFolder(), env: {} }),
    'not-installed',
  );
});

test('does nothing when switched off, on a build server, and when only files were checked out', () => {
  const { options, stateFolder } = installed();
  assert.is(wakeWorker('post-commit', [], { ...options, env: { CODE2LORA: '0' } }), 'off');
  assert.is(wakeWorker('post-commit', [], { ...options, env: { CI: 'true' } }), 'off');
  assert.is(wakeWorker('post-checkout', ['a', 'b', '0'], options), 'ignored');
  assert.equal(readRequests(stateFolder), []);
});

test.slow('leaves a request and starts the worker in the work tree', async () => {
  const { options, stateFolder, repo } = installed();
  assert.is(wakeWorker('post-merge', ['0'], { ...options, now: 5 }), 'started');
  const [request] = readRequests(stateFolder);
  assert.equal(request, { workTree: repo.dir, gitDir: join(repo.dir, '.git'), hook: 'post-merge', at: 5 });
  const started = join(repo.dir, 'started');
  const text = await until('the worker', () => existsSync(started) && readFileSync(started, 'utf8'));
  assert.is(text, `worker --repo ${repo.dir}`);
});

test.slow('starts no second worker, and keeps one request for each work tree', async () => {
  const { options, stateFolder } = installed();
  const lock = acquireLockFile(join(stateFolder, 'worker.lock'));
  for (const at of [1, 2, 3]) assert.is(wakeWorker('post-commit', [], { ...options, now: at }), 'noted');
  assert.equal(
    readRequests(stateFolder).map(({ at }) => at),
    [3],
  );
  await lock?.release();
});

test.slow(
  'keeps the output of a worker that cannot start, in a log that does not grow for ever',
  async () => {
    const { options, stateFolder } = installed();
    const log = join(stateFolder, 'log');
    writeFileSync(log, 'x'.repeat(300 * 1024));
    wakeWorker('post-commit', [], { ...options, cli: join(stateFolder, 'missing.js') });
    assert.is(statSync(join(stateFolder, 'log.1')).size, 300 * 1024);
    await until('the message', () => readFileSync(log, 'utf8').includes('missing.js'));
  },
);

test.slow(
  'finds the repository as git does: from below, in linked work trees, in submodules, through GIT_DIR',
  () => {
    const repo = gitRepo();
    repo.commit('one', { 'deep/down/a.txt': '1' });
    const main = { workTree: repo.dir, gitDir: join(repo.dir, '.git'), commonDir: join(repo.dir, '.git') };
    assert.equal(findGitFolders(join(repo.dir, 'deep', 'down'), {}), main);
    assert.equal(findGitFolders(repo.dir, { GIT_DIR: '.git' }), main);
    const linked = join(temporaryFolder(), 'linked');
    repo.git('worktree', 'add', '--quiet', '--detach', linked);
    const expected = {
      workTree: linked,
      gitDir: join(main.gitDir, 'worktrees', 'linked'),
      commonDir: main.gitDir,
    };
    assert.equal(findGitFolders(linked, {}), expected);
    assert.equal(findGitFolders(linked, { GIT_DIR: expected.gitDir }), expected);
    const outer = gitRepo();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo.dir, 'inner');
    const modules = join(outer.dir, '.git', 'modules', 'inner');
    assert.equal(findGitFolders(join(outer.dir, 'inner'), {}), {
      workTree: join(outer.dir, 'inner'),
      gitDir: modules,
      commonDir: modules,
    });
    assert.is(findGitFolders(temporaryFolder(), {}), null);
  },
);

test('hands on no variable that points into a repository', () => {
  const env = { PATH: '/bin', GIT_DIR: 'x', GIT_INDEX_FILE: 'y', GIT_EDITOR: ':', GIT_CONFIG_GLOBAL: 'mine' };
  assert.equal(cleanEnvironment(env), { PATH: '/bin', GIT_CONFIG_GLOBAL: 'mine' });
});

test('says which switch is on', () => {
  assert.is(offSwitch({}), undefined);
  assert.is(offSwitch({ CI: 'false', CODE2LORA: '1' }), undefined);
  assert.is(offSwitch({ CI: '1' }), 'CI=1');
  assert.is(offSwitch({ CODE2LORA: '0' }), 'CODE2LORA=0');
});

/** Everything that starts with each commit has to start fast. */
test('the program of the hooks loads only Node itself and files of hooks/', () => {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, type, target = ''] of readFileSync(file, 'utf8').matchAll(
      /^import (type )?[^'"]*['"]([^'"]+)['"]/gms,
    )) {
      if (type || target.startsWith('node:')) continue;
      assert.ok(target.startsWith('.'), `${file} loads ${target}`);
      visit(posix.join(posix.dirname(file), target));
    }
  };
  visit('src/hook.ts');
  const others = [...seen].filter((file) => !file.startsWith('src/hooks/'));
  assert.equal(others.sort(), ['src/errors.ts', 'src/hook.ts']);
});

test('the templates of the hooks are short', () => {
  for (const name of readdirSync('hooks')) {
    assert.ok(readFileSync(join('hooks', name), 'utf8').trim().split('\n').length <= 10, name);
  }
});

test.run();
