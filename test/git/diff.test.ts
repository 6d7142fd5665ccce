import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import { type CommitDiff, type DiffOptions, readProductionDiffs } from '../../src/git/diff.ts';
import { firstParentCommits } from '../../src/git/history.ts';
import { openRepository, type Repository } from '../../src/git/run.ts';
import { type Files, type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('git/diff');
const lines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, index) => `${text} ${index}\n`).join('');

async function readAll(repo: Repository, until = 'HEAD', options: DiffOptions = {}): Promise<CommitDiff[]> {
  const diffs: CommitDiff[] = [];
  for await (const diff of readProductionDiffs(repo, firstParentCommits(repo, { until }), options))
    diffs.push(diff);
  return diffs;
}

const shared = gitRepo({ bare: true });
const opened = openRepository(shared.dir);
let branches = 0;

/** The diffs of these commits, made one after the other on a branch of their own. */
async function diffsOf(commits: Files[], options: DiffOptions = {}): Promise<CommitDiff[]> {
  const shas = shared.branch(`case-${branches++}`, commits);
  return readAll(await opened, shas.at(-1), options);
}

const texts = (diffs: readonly CommitDiff[]) => diffs.map(({ text }) => text);

test('one commit becomes headers, hunks and nothing else', async () => {
  const [first, second] = await diffsOf([
    { 'src/a.py': lines(9), 'README.md': '# A\n' },
    { 'src/a.py': lines(9).replace('line 4', 'LINE 4'), 'src/b.ts': 'b', 'README.md': '# B\n' },
  ]);
  assert.is(
    first?.text,
    `--- /dev/null\n+++ b/src/a.py\n@@ -0,0 +1,9 @@\n${lines(9).replace(/^/gm, '+').slice(0, -1)}`,
  );
  assert.is(
    second?.text,
    [
      '--- a/src/a.py',
      '+++ b/src/a.py',
      '@@ -2,7 +2,7 @@',
      ' line 1\n line 2\n line 3',
      '-line 4',
      '+LINE 4',
      ' line 5\n line 6\n line 7',
      '--- /dev/null',
      '+++ b/src/b.ts',
      '@@ -0,0 +1 @@',
      '+b\n',
    ].join('\n'),
  );
  assert.equal(second?.paths, ['src/a.py', 'src/b.ts']);
  assert.equal([second?.truncated, second?.notices], [false, []]);
});

test('every commit has its diff, the empty ones too, in order', async () => {
  const diffs = await diffsOf([
    { 'a.md': 'a' },
    { 'a.py': 'a\n' },
    {},
    { 'a.py': null },
    { 'tests/a.py': 'a\n' },
    { 'b.js': 'b\n' },
  ]);
  assert.equal(texts(diffs), [
    '',
    '--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+a\n',
    '',
    '--- a/a.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
    '',
    '--- /dev/null\n+++ b/b.js\n@@ -0,0 +1 @@\n+b\n',
  ]);
  assert.equal(
    diffs.map(({ paths }) => paths),
    [[], ['a.py'], [], ['a.py'], [], ['b.js']],
  );
  assert.equal(new Set(diffs.map(({ commit }) => commit.sha)).size, 6);
});

test('no text of a test file reaches a diff, whatever happens to the file', async () => {
  const secret = (name: string) => lines(30, `SECRET ${name}`);
  const diffs = await diffsOf([
    {
      'tests/a.py': secret('a'),
      'src/b.test.ts': secret('b'),
      'test_c.py': secret('c'),
      'src/ok.py': lines(30),
    },
    // moved to production with a change: only then it is production code
    { 'tests/a.py': null, 'src/a.py': `${secret('a').replaceAll('SECRET', 'public')}x\n` },
    // production moved into a test
    { 'src/ok.py': null, 'tests/ok.py': `${lines(30)}SECRET d\n` },
    // moved from test to test, changed, deleted, copied beside
    { 'src/b.test.ts': null, 'src/__tests__/b.ts': `${secret('b')}SECRET e\n` },
    { 'test_c.py': `${secret('c')}SECRET f\n`, 'src/__tests__/b.ts': null },
    // a test file that changes in the same commit as production
    {
      'test_c.py': 'SECRET g\n',
      'src/a.py': 'a\n',
      'spec/deep/er.js': 'SECRET h\n',
      'Tests/i.py': 'SECRET i\n',
    },
  ]);
  for (const { text, paths } of diffs) {
    assert.not.match(text, /SECRET/);
    assert.not.match(text, /test|spec/i);
    assert.not.ok(paths.some((path) => /test|spec/i.test(path)));
  }
  assert.match(
    diffs[1]?.text ?? '',
    /^--- \/dev\/null\n\+\+\+ b\/src\/a\.py\n@@ -0,0 \+1,31 @@\n\+public a 0\n/,
  );
  assert.match(diffs[2]?.text ?? '', /^--- a\/src\/ok\.py\n\+\+\+ \/dev\/null\n/);
  assert.match(diffs[5]?.text ?? '', /^--- a\/src\/a\.py\n/);
});

test('a rename shows both names, with its changes or without', async () => {
  const [, moved, changed] = await diffsOf([
    { 'a.py': lines(20) },
    { 'a.py': null, 'pkg/a.py': lines(20) },
    { 'pkg/a.py': null, 'pkg/b.py': lines(20).replace('line 0\n', '') },
  ]);
  assert.is(moved?.text, '--- a/a.py\n+++ b/pkg/a.py\n');
  assert.is(
    changed?.text,
    '--- a/pkg/a.py\n+++ b/pkg/b.py\n@@ -1,4 +1,3 @@\n-line 0\n line 1\n line 2\n line 3\n',
  );
  assert.equal(changed?.paths, ['pkg/b.py']);
});

test.slow('modes, links and submodules are no source text', async () => {
  const made = gitRepo();
  made.commit('root', { 'run.py': 'a\n', 'link.py': { link: 'run.py' }, 'was.py': 'a\n' });
  made.commit('modes', { 'run.py': { executable: 'a\n' }, 'was.py': { link: 'run.py' } });
  made.commit('link', { 'link.py': { link: 'was.py' } });
  made.git('update-index', '--add', '--cacheinfo', `160000,${made.git('rev-parse', 'HEAD')},chart.js`);
  made.git('commit', '--quiet', '--message', 'module');
  assert.equal(texts(await readAll(await openRepository(made.dir))), [
    '--- /dev/null\n+++ b/run.py\n@@ -0,0 +1 @@\n+a\n--- /dev/null\n+++ b/was.py\n@@ -0,0 +1 @@\n+a\n',
    '--- a/was.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
    '',
    '',
  ]);
});

test('binary content and Git LFS pointers are left out with a notice', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n';
  const [first, second] = await diffsOf([
    { 'bin.js': Buffer.from('a\nb\0\n'), 'big.py': pointer, 'ok.py': 'ok\n' },
    { 'big.py': pointer.replace('size 3', 'size 4') },
  ]);
  assert.is(first?.text, '--- /dev/null\n+++ b/ok.py\n@@ -0,0 +1 @@\n+ok\n');
  assert.equal(first?.notices, ['big.py: left out, a Git LFS pointer', 'bin.js: left out, binary']);
  assert.equal([second?.text, second?.truncated], ['', false]);
});

test('line ends, a missing last newline and bytes that are not UTF-8', async () => {
  const [first, ends, last, encoded] = await diffsOf([
    { 'a.py': 'one\r\ntwo\r\n', 'b.py': 'b' },
    { 'a.py': 'one\ntwo\n', 'b.py': 'b\n' },
    { 'a.py': 'one\r\nTWO\r\n', 'b.py': 'b\nc' },
    { 'b.py': Buffer.from('gr\xfcn\n', 'latin1') },
  ]);
  assert.match(first?.text ?? '', /\+one\n\+two\n.*\n.*\n.*\n\+b\n$/);
  assert.is(ends?.text, '', 'a commit that only changes line ends changes no code');
  assert.is(
    last?.text,
    '--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n--- a/b.py\n+++ b/b.py\n@@ -1 +1,2 @@\n b\n+c\n',
  );
  assert.match(encoded?.text ?? '', /\+gr\uFFFDn\n$/);
});

test('odd paths stay on their line', async () => {
  const paths = [
    'a b.py',
    ' lead.py',
    'new\nline.py',
    'quote".py',
    'tab\t.py',
    'ünï.py',
    'b/a b/b.py',
    '"q.js',
  ];
  const [added, changed] = await diffsOf([
    Object.fromEntries(paths.map((path) => [path, ''])),
    Object.fromEntries(paths.map((path) => [path, 'x\n'])),
  ]);
  assert.equal([...(added?.paths ?? [])].sort(), [...paths].sort());
  assert.equal([...(changed?.paths ?? [])].sort(), [...paths].sort());
  const heads = (changed?.text ?? '').split('\n').filter((line) => line.startsWith('+++ '));
  assert.equal(heads.length, paths.length);
  assert.ok(
    heads.includes('+++ "b/new\\nline.py"') &&
      heads.includes('+++ b/a b.py') &&
      heads.includes('+++ b/ünï.py'),
  );
});

test('a very long path is read whole', async () => {
  const path = `${'"ö'.repeat(60)}/`.repeat(12).concat('a.py'); // 2,200 bytes, twice that when quoted
  const [diff] = await diffsOf([{ [path]: 'x\n' }]);
  assert.equal(diff?.paths, [path]);
});

test('content that looks like a diff stays content', async () => {
  const [, diff] = await diffsOf([
    { 'a.py': lines(3) },
    { 'a.py': `-- a/x\n++ b/x\n@@ -1 +1 @@\ncommit ${'0'.repeat(40)}\ndiff --git a/x b/x\n\\ No\n` },
  ]);
  assert.is(
    diff?.text,
    '--- a/a.py\n+++ b/a.py\n@@ -1,3 +1,6 @@\n-line 0\n-line 1\n-line 2\n' +
      `+-- a/x\n+++ b/x\n+@@ -1 +1 @@\n+commit ${'0'.repeat(40)}\n+diff --git a/x b/x\n+\\ No\n`,
  );
});

test.slow('merges show what they bring to the mainline', async () => {
  const made = gitRepo();
  const root = made.commit('root', { 'a.py': 'a\n' });
  for (const name of ['b', 'c']) {
    made.git('switch', '--quiet', '--create', name, root);
    made.commit(name, { [`${name}.py`]: `${name}\n` });
  }
  made.git('switch', '--quiet', 'main');
  made.commit('main', { 'd.py': 'd\n' });
  made.git('merge', '--quiet', '--no-edit', 'b', 'c');
  const diffs = await readAll(await openRepository(made.dir));
  assert.equal(
    diffs.map(({ paths }) => paths),
    [['a.py'], ['d.py'], ['b.py', 'c.py']],
  );
});

test('a file over the limit is cut, and says so', async () => {
  const [diff] = await diffsOf([{ 'a.py': lines(1000), 'b.py': 'b\n' }], { maxFileBytes: 1000 });
  assert.equal([diff?.truncated, diff?.notices], [true, ['a.py: cut after 1000 bytes']]);
  assert.equal(diff?.paths, ['a.py', 'b.py']);
  assert.match(diff?.text ?? '', /^--- \/dev\/null\n\+\+\+ b\/a\.py\n@@ -0,0 \+1,1000 @@\n\+line 0\n/);
  assert.ok((diff?.text.length ?? 0) < 1100);
});

test('files that do not fit the limit of a commit are left out, smaller ones still come', async () => {
  const files = { 'a.py': lines(60), 'b.py': lines(60), 'c.py': 'c\n' };
  const [diff, next] = await diffsOf([files, { 'c.py': 'd\n' }], { maxBytes: 1000 });
  assert.equal(diff?.paths, ['a.py', 'c.py']);
  assert.equal(diff?.notices, ['1 more files: left out, the diff has more than 1000 bytes']);
  assert.ok(Buffer.byteLength(diff?.text ?? '') <= 1000);
  assert.equal([next?.truncated, next?.notices], [false, []]);
});

test('a very long line is cut at a whole character', async () => {
  const [diff] = await diffsOf([{ 'a.js': `${'é'.repeat(500_000)}\nnext\n` }]);
  assert.equal([diff?.truncated, diff?.notices], [true, ['a.js: lines cut after 2000 bytes']]);
  assert.match(diff?.text ?? '', /^[^\uFFFD]*\+é{999}\n\+next\n$/);
});

test('own rules and context decide what is in the text', async () => {
  const commits = [
    { 'a.rs': lines(9), 'b.py': 'b\n', 'old/c.rs': 'c\n' },
    { 'a.rs': lines(9).replace('line 4', '4') },
  ];
  const rules = { production: ['**/*.rs'], test: [], exclude: ['old/**'] };
  const [first, second] = await diffsOf(commits, { rules, contextLines: 0 });
  assert.equal(first?.paths, ['a.rs']);
  assert.is(second?.text, '--- a/a.rs\n+++ b/a.rs\n@@ -5 +5 @@\n-line 4\n+4\n');
  await rejects(diffsOf(commits, { rules: { ...rules, exclude: ['[a'] } }), UsageError, /path rule/);
});

test.slow('works in a bare SHA-256 repository', async () => {
  const made = gitRepo({ objectFormat: 'sha256', bare: true });
  made.bulk(2, (index) => ({ files: { 'a.py': `${index}\n` } }));
  assert.equal(texts(await readAll(await openRepository(made.dir))), [
    '--- /dev/null\n+++ b/a.py\n@@ -0,0 +1 @@\n+0\n',
    '--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-0\n+1\n',
  ]);
});

function clone(made: GitRepo, ...options: string[]): string {
  const dir = join(temporaryFolder(), 'clone');
  made.git('clone', '--quiet', ...options, `file://${made.dir}`, dir);
  return dir;
}

test.slow('refuses the edge of a shallow clone, whose diff would be the whole repository', async () => {
  const made = gitRepo();
  made.bulk(3, (index) => ({ files: { 'a.py': `${index}\n` } }));
  const repo = await openRepository(clone(made, '--depth=1'));
  const commit = { sha: repo.headSha ?? '', parentSha: null, committedAt: 0, subject: '' };
  const read = async () => {
    for await (const _ of readProductionDiffs(repo, [commit]));
  };
  await rejects(read(), UsageError, /shallow/);
});

test.slow('a partial clone fetches what it needs, and only production files', async () => {
  const made = gitRepo();
  made.git('config', 'uploadpack.allowFilter', 'true');
  made.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  made.bulk(2, (index) => ({ files: { 'a.py': `${index}\n`, 'big.bin': `${index} big\n` } }));
  const dir = clone(made, '--filter=blob:none', '--no-checkout');
  assert.equal(
    texts(await readAll(await openRepository(dir))),
    texts(await readAll(await openRepository(made.dir))),
  );
  const here = made.git('-C', dir, 'rev-list', '--objects', '--all', '--missing=print');
  assert.ok(here.includes(`?${made.git('rev-parse', 'HEAD:big.bin')}`), 'big.bin was not fetched');
});

test.slow('says so when the remote of a partial clone is gone', async () => {
  const made = gitRepo();
  made.git('config', 'uploadpack.allowFilter', 'true');
  made.bulk(2, (index) => ({ files: { 'a.py': `${index}\n` } }));
  const dir = clone(made, '--filter=blob:none', '--no-checkout');
  renameSync(made.dir, `${made.dir}-gone`);
  await rejects(
    readAll(await openRepository(dir)),
    UsageError,
    /partial clone.*Check the network and the remote/,
  );
});

test.slow('reads a stream of commits that never ends on its own', async () => {
  const made = gitRepo();
  const shas = made.bulk(50, (index) => ({ files: { 'a.py': lines(200, `text ${index}`) } }));
  const repo = await openRepository(made.dir);
  async function* endless() {
    for (let index = 1; ; index = (index % 49) + 1) {
      yield { sha: shas[index] ?? '', parentSha: shas[index - 1] ?? '', committedAt: 0, subject: '' };
    }
  }
  let seen = 0;
  for await (const { paths } of readProductionDiffs(repo, endless())) {
    assert.equal(paths, ['a.py']);
    seen += 1;
    if (seen === 100) break;
  }
});

test.run();
