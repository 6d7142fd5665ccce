import { chmodSync, chownSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, UsageError } from '../../src/errors.ts';
import { firstParentCommits } from '../../src/git/history.ts';
import { openRepository } from '../../src/git/run.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { gitRepo, repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('git/run');

test('opens a repository from a folder inside it', async () => {
  const made = gitRepo();
  const sha = made.commit('first', { 'src/deep/a.py': 'a = 1\n' });
  const repo = await openRepository(join(made.dir, 'src/deep'));
  assert.is(repo.root, made.dir);
  assert.is(repo.gitDir, join(made.dir, '.git'));
  assert.is(repo.commonDir, repo.gitDir);
  assert.is(repo.headSha, sha);
  assert.is(repo.branch, 'main');
  assert.equal(
    [repo.isBare, repo.isShallow, repo.isPartial, repo.objectFormat],
    [false, false, false, 'sha1'],
  );
});

test('opens a repository without a commit', async () => {
  const repo = await openRepository(gitRepo().dir);
  assert.is(repo.headSha, null);
  assert.is(repo.branch, 'main');
});

test('opens an unborn branch in a repository with history', async () => {
  const made = gitRepo();
  made.commit('first', { 'a.py': '1\n' });
  made.git('switch', '--quiet', '--orphan', 'fresh');
  const repo = await openRepository(made.dir);
  assert.is(repo.headSha, null);
  assert.is(repo.branch, 'fresh');
});

test('opens a detached HEAD', async () => {
  const made = gitRepo();
  const sha = made.commit('first');
  made.git('switch', '--quiet', '--detach');
  const repo = await openRepository(made.dir);
  assert.is(repo.headSha, sha);
  assert.is(repo.branch, null);
});

test('opens a bare repository', async () => {
  const made = gitRepo({ bare: true });
  const repo = await openRepository(made.dir);
  assert.equal([repo.isBare, repo.root, repo.gitDir], [true, made.dir, made.dir]);
});

test('knows the empty tree of both object formats', async () => {
  for (const objectFormat of ['sha1', 'sha256'] as const) {
    const made = gitRepo({ objectFormat });
    const repo = await openRepository(made.dir);
    assert.is(repo.objectFormat, objectFormat);
    assert.is(repo.emptyTree, made.gitWithInput('', 'hash-object', '-t', 'tree', '--stdin'));
  }
});

test('opens a linked work tree, also when a hook there exports GIT_DIR', async () => {
  const made = gitRepo();
  made.commit('first', { 'a.py': '1\n' });
  const dir = join(temporaryFolder(), 'linked');
  made.git('worktree', 'add', '--quiet', '-b', 'side', dir);
  const sha = repoAt(dir).commit('on the side', { 'b.py': '2\n' });
  const gitDir = join(made.dir, '.git/worktrees/linked');
  const hook = { GIT_DIR: gitDir, GIT_INDEX_FILE: join(gitDir, 'index'), GIT_PREFIX: '', GIT_EDITOR: ':' };
  const [linked, other] = await withEnvironment(hook, () =>
    Promise.all([openRepository(dir), openRepository(made.dir)]),
  );
  assert.equal([linked.root, linked.gitDir, linked.branch, linked.headSha], [dir, gitDir, 'side', sha]);
  assert.is(linked.commonDir, join(made.dir, '.git'));
  assert.equal([other.root, other.branch], [made.dir, 'main']);
});

test('opens a repository under any environment', async () => {
  const { dir } = gitRepo();
  const programs = { EDITOR: 'vi', VISUAL: 'vi', PAGER: 'less', SSH_ASKPASS: '/bin/false', PREFIX: '/usr' };
  const git = { GIT_ASKPASS: '/bin/false', GIT_SSH_COMMAND: 'ssh', GIT_EXTERNAL_DIFF: 'x', GIT_TRACE: '1' };
  const config = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.pager', GIT_CONFIG_VALUE_0: 'less' };
  const repo = await withEnvironment({ ...programs, ...git, ...config, GITHUB_ACTIONS: 'true' }, () =>
    openRepository(dir),
  );
  assert.is(repo.root, dir);
});

test('says what to do outside a repository, in .git, and for a folder that is not there', async () => {
  const made = gitRepo();
  await rejects(openRepository(temporaryFolder()), UsageError, /not inside a git repository.*git init/);
  await rejects(openRepository(join(made.dir, '.git')), UsageError, /inside the \.git folder/);
  await rejects(openRepository(join(made.dir, 'nowhere')), UsageError, /not a folder/);
});

test('explains a repository of another owner', async () => {
  if (process.getuid?.() !== 0) return; // only root can give files away
  const made = gitRepo();
  chownSync(made.dir, 12345, 12345);
  chownSync(join(made.dir, '.git'), 12345, 12345);
  await rejects(openRepository(made.dir), UsageError, /another user[\s\S]*safe\.directory/);
});

test('says so when git is missing', async () => {
  const { dir } = gitRepo();
  await withEnvironment({ PATH: temporaryFolder() }, () =>
    rejects(openRepository(dir), UsageError, /not found in PATH. Install git 2\.31/),
  );
});

test('says so when git is too old', async () => {
  const { dir } = gitRepo();
  const bin = temporaryFolder();
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'git'), '#!/bin/sh\necho git version 2.20.1\n');
  chmodSync(join(bin, 'git'), 0o755);
  await withEnvironment({ PATH: bin }, () =>
    rejects(openRepository(dir), UsageError, /found "git version 2\.20\.1", need 2\.31/),
  );
});

test('a failing command says which one failed and how, by either way of running', async () => {
  const repo = await openRepository(gitRepo().dir);
  const message = /^git cat-file failed: exit code 128: fatal: .*nope/;
  await rejects(repo.text(['cat-file', '-t', 'nope']), GitError, message);
  await rejects(repo.bytes(['cat-file', '-t', 'nope']), GitError, message);
  await rejects(repo.text(['diff', '--no-index', '--exit-code', '--quiet', '/dev/null', '.']), GitError);
});

test('passes bytes in and out', async () => {
  const repo = await openRepository(gitRepo().dir);
  const bytes = Buffer.from([0, 255, 10, 13, 0]);
  const id = (await repo.bytes(['hash-object', '-w', '--stdin'], { input: bytes })).toString().trim();
  assert.equal(await repo.bytes(['cat-file', 'blob', id]), bytes);
});

test.slow('stops git when the reader stops', async () => {
  const made = gitRepo();
  made.bulk(200, (index) => ({ message: `${index} `.repeat(400), files: { 'a.py': `${index}\n` } }));
  const repo = await openRepository(made.dir);
  const git = repo.start(['cat-file', '--batch-check']);
  git.kill();
  await rejects(git.ended, GitError, /ended by a signal/);
  for await (const commit of firstParentCommits(repo, { until: 'HEAD' })) {
    assert.is(commit.parentSha, null);
    break; // a git that goes on writing would keep this process alive: the file would not end
  }
});

test('an error of the input reaches the reader', async () => {
  const repo = await openRepository(gitRepo().dir);
  async function* input() {
    yield 'nothing\n';
    throw new UsageError('from the input');
  }
  const read = async () => {
    for await (const _ of repo.stream(['cat-file', '--batch-check'], { input: input() }));
  };
  await rejects(read(), UsageError, /from the input/);
});

test('reads the HEAD of a bare clone', async () => {
  const source = gitRepo();
  const sha = source.commit('one', { 'a.py': '1\n' });
  const dir = join(temporaryFolder(), 'bare.git');
  source.git('clone', '--quiet', '--bare', source.dir, dir);
  const bare = await openRepository(dir);
  assert.equal([bare.isBare, bare.headSha, bare.root], [true, sha, realpathSync(dir)]);
});

test.run();
