import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import { type Change, type CommitChanges, historyChanges, readChanges } from '../../src/git/changes.ts';
import { openRepository, type Repository } from '../../src/git/run.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('git/changes');
const LINES = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');

async function readHistory(repo: Repository, after?: string): Promise<CommitChanges[]> {
  const found: CommitChanges[] = [];
  for await (const item of historyChanges(repo, { after, until: 'HEAD' })) found.push(item);
  return found;
}

const brief = (changes: readonly Change[]) =>
  changes.map(
    ({ status, path, previousPath }) => `${status} ${previousPath ? `${previousPath} > ` : ''}${path}`,
  );

test.slow('tells what each commit of the mainline changed', async () => {
  const made = gitRepo();
  made.commit('root', { 'a.py': LINES, 'b.py': 'b\n', 'gone.py': 'g\n', 'empty.py': '' });
  made.commit('nothing');
  made.git('switch', '--quiet', '--create', 'side');
  made.commit('side', { 'c.py': 'c\n' });
  made.git('switch', '--quiet', 'main');
  made.commit('', { 'a.py': null, 'moved.py': `${LINES}more\n`, 'b.py': 'b2\n', 'gone.py': null });
  made.git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
  made.commit('types', { 'b.py': { link: 'c.py' }, 'c.py': { executable: 'c\n' } });
  const history = await readHistory(await openRepository(made.dir));
  assert.equal(
    history.map(({ changes }) => brief(changes)),
    [
      ['added a.py', 'added b.py', 'added empty.py', 'added gone.py'],
      [],
      ['modified b.py', 'deleted gone.py', 'renamed a.py > moved.py'],
      ['added c.py'],
      ['type b.py', 'modified c.py'],
    ],
  );
  assert.equal(
    history.map(({ commit }) => commit.subject),
    ['root', 'nothing', '', "Merge branch 'side'", 'types'],
  );
});

test.slow('an octopus merge is compared with its first parent', async () => {
  const made = gitRepo();
  const root = made.commit('root', { 'a.py': 'a\n' });
  for (const name of ['b', 'c']) {
    made.git('switch', '--quiet', '--create', name, root);
    made.commit(name, { [`${name}.py`]: `${name}\n` });
  }
  made.git('switch', '--quiet', 'main');
  made.commit('main', { 'd.py': 'd\n' });
  made.git('merge', '--quiet', '--no-edit', 'b', 'c');
  assert.is(made.git('rev-list', '--parents', '-n1', 'HEAD').split(' ').length, 4, 'an octopus merge');
  const history = await readHistory(await openRepository(made.dir), root);
  assert.equal(
    history.map(({ changes }) => brief(changes)),
    [['added d.py'], ['added b.py', 'added c.py']],
  );
});

test('odd paths arrive as they are', async () => {
  const made = gitRepo();
  const paths = ['a b.py', ' lead.py', 'new\nline.py', ':100644.py', 'quote".py', 'tab\t.py', 'ünï.py'];
  made.bulk(1, () => ({ files: Object.fromEntries(paths.map((path) => [path, `${path} ${LINES}`])) }));
  const moves = paths.map((path) => [`d/${path}`, `${path} ${LINES}`] as const);
  made.bulk(1, () => ({
    files: { ...Object.fromEntries(paths.map((path) => [path, null])), ...Object.fromEntries(moves) },
  }));
  const [first, second] = await readHistory(await openRepository(made.dir));
  const sorted = [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.equal(
    first?.changes.map(({ path }) => path),
    sorted,
  );
  assert.equal(
    brief(second?.changes ?? []),
    sorted.map((path) => `renamed ${path} > d/${path}`),
  );
});

test('a path that is not UTF-8 has U+FFFD where it is not', async () => {
  const made = gitRepo();
  const blob = made.gitWithInput('x\n', 'hash-object', '-w', '--stdin');
  const entry = Buffer.concat([
    Buffer.from(`100644 ${blob}\tbad`),
    Buffer.from([0xff]),
    Buffer.from('.py\0'),
  ]);
  made.gitWithInput(entry, 'update-index', '-z', '--index-info');
  made.git('commit', '--quiet', '--message', 'bad');
  const [only] = await readHistory(await openRepository(made.dir));
  assert.equal(
    only?.changes.map(({ path, newBlob }) => [path, newBlob]),
    [['bad\uFFFD.py', blob]],
  );
});

test('a submodule has no blob', async () => {
  const made = gitRepo();
  const sha = made.commit('root', { 'a.py': 'a\n' });
  made.git('update-index', '--add', '--cacheinfo', `160000,${sha},module.py`);
  made.git('commit', '--quiet', '--message', 'module');
  const [change] = await readChanges(await openRepository(made.dir), sha, 'HEAD');
  assert.equal(
    [change?.path, change?.newMode, change?.newBlob, change?.oldBlob],
    ['module.py', '160000', null, null],
  );
});

test.slow('compares any two commits, and with nothing', async () => {
  for (const objectFormat of ['sha1', 'sha256'] as const) {
    const made = gitRepo({ objectFormat });
    const first = made.commit('first', { 'a.py': LINES, 'b.py': 'b\n' });
    const last = made.commit('last', { 'a.py': null, 'c/a.py': LINES });
    const repo = await openRepository(made.dir);
    assert.equal(brief(await readChanges(repo, first, last)), ['renamed a.py > c/a.py']);
    assert.equal(brief(await readChanges(repo, null, last)), ['added b.py', 'added c/a.py']);
    const [change] = await readChanges(repo, first, last);
    assert.is(change?.newBlob, made.git('rev-parse', 'HEAD:c/a.py'));
    assert.is(change?.newMode, '100644');
  }
});

test.slow('refuses the edge of a shallow clone', async () => {
  const made = gitRepo();
  made.bulk(3, (index) => ({ files: { 'a.py': `${index}\n` } }));
  const dir = join(temporaryFolder(), 'shallow');
  made.git('clone', '--quiet', '--depth=2', `file://${made.dir}`, dir);
  const repo = await openRepository(dir);
  await rejects(readHistory(repo), UsageError, /shallow/);
  assert.is((await readHistory(repo, 'HEAD~1')).length, 1);
});

test.run();
