/** Anchors from local git and from the API: the same, for whatever a pull request can contain. */

import { openRepository } from '../../src/git/run.ts';
import { openGitHub } from '../../src/github/client.ts';
import { type Anchors, anchorsFromApi, anchorsFromGit } from '../../src/github/diff-anchors.ts';
import { type Files, type GitRepo, gitRepo } from '../helpers/git-repo.ts';
import { addRepository } from '../helpers/github/actions.ts';
import { addPullRequest } from '../helpers/github/pull-request-state.ts';
import { pullRequestRoutes } from '../helpers/github/pull-requests.ts';
import { startFakeGitHub, TOKEN } from '../helpers/github/server.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('diff anchors');

const lines = (count: number, change: (line: number) => string = String) =>
  `${Array.from({ length: count }, (_, index) => change(index + 1)).join('\n')}\n`;

/** What the API and git say about the diff between two commits, and how many requests that took. */
async function bothWays(git: GitRepo, base: string, head: string, paths?: ReadonlySet<string>) {
  await using server = await startFakeGitHub({ routes: [pullRequestRoutes] });
  addRepository(server, 'o/r');
  addPullRequest(server, { repository: 'o/r', git, base, head });
  const address = { apiUrl: server.url, serverUrl: 'https://github.com', log: () => {} };
  const github = openGitHub({ token: TOKEN, repository: 'o/r', ...address });
  const api = await anchorsFromApi(github, 7, paths);
  const local = await anchorsFromGit(await openRepository(git.dir), base, head, paths);
  return { api, local, requests: server.requests.length };
}

const plain = (anchors: Anchors) =>
  Object.fromEntries([...anchors].map(([path, found]) => [path, Object.fromEntries(found)]));

/** A pull request of these changes; the base branch has moved on since it was opened. */
function pullRequestOf(before: Files, after: Files): { git: GitRepo; base: string; head: string } {
  const git = gitRepo();
  git.commit('before', before);
  git.git('switch', '--quiet', '--create', 'topic');
  const head = git.commit('after', after);
  git.git('switch', '--quiet', 'main');
  const base = git.commit('meanwhile', {
    'base.py': lines(30),
    ...('a.py' in before ? { 'a.py': 'other\n' } : {}),
  });
  return { git, base, head };
}

test.slow('takes changed lines and three lines around them, from where the branch began', async () => {
  const change = (line: number) => (line === 10 ? 'ten' : String(line));
  const { git, base, head } = pullRequestOf({ 'a.py': lines(30) }, { 'a.py': lines(30, change) });
  const { api, local } = await bothWays(git, base, head);
  const expected = { 'a.py': { 7: '7', 8: '8', 9: '9', 10: 'ten', 11: '11', 12: '12', 13: '13' } };
  assert.equal(plain(local), expected);
  assert.equal(plain(api), expected);
});

const BEFORE: Files = {
  'two hunks.py': lines(60),
  'renamed.py': lines(40),
  'moved.py': lines(40, (line) => `moved ${line}`),
  'no-newline.py': 'a\nb',
  'gets-newline.py': 'a\nb',
  'windows.py': 'a\r\nb\r\nc\r\n',
  'line-endings-only.py': 'a\nb\n',
  'deleted.py': lines(5),
  'emptied.py': lines(5),
  'image.bin': Buffer.from([1, 0, 2, 3]),
  'run.sh': 'echo\n',
  'mode and text.sh': 'echo\n',
  'link.py': { link: 'renamed.py' },
  'sources/größe/名前.py': lines(9),
  'quote"and\\back.py': lines(3),
  'looks-like-a-diff.py': 'x\n',
  'latin.py': Buffer.from([0x61, 0xe9, 0x0a]),
  'minified.py': `${'x'.repeat(100_000)}\nold\n`,
};
const AFTER: Files = {
  'two hunks.py': lines(60, (line) => (line === 5 || line === 50 ? `new ${line}` : String(line))),
  'renamed.py': null,
  'new name.py': lines(40, (line) => (line === 20 ? 'twenty' : String(line))),
  'moved.py': null,
  'sub folder/moved.py': lines(40, (line) => `moved ${line}`),
  'no-newline.py': 'a\nc',
  'gets-newline.py': 'a\nb\n',
  'windows.py': 'a\r\nB\r\nc\r\n',
  'line-endings-only.py': 'a\r\nb\r\n',
  'deleted.py': null,
  'emptied.py': '',
  'image.bin': Buffer.from([1, 0, 2, 4]),
  'run.sh': { executable: 'echo\n' },
  'mode and text.sh': { executable: 'echo 1\n' },
  'link.py': { link: 'new name.py' },
  'sources/größe/名前.py': lines(9, (line) => (line === 9 ? 'neun' : String(line))),
  'quote"and\\back.py': lines(4),
  'looks-like-a-diff.py': 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n',
  'latin.py': Buffer.from([0x61, 0xe9, 0xe8, 0x0a]),
  'minified.py': `${'x'.repeat(100_000)}\nnew\n`,
  'empty.py': '',
  'new.py': 'one\n\n\ttwo  \n',
};

const everything = pullRequestOf(BEFORE, AFTER);

test.slow('agrees with the API about everything that git can put in a diff', async () => {
  const { git, base, head } = everything;
  const { api, local } = await bothWays(git, base, head);
  assert.equal(plain(local), plain(api));
  const without = [
    'deleted.py',
    'emptied.py',
    'image.bin',
    'run.sh',
    'sub folder/moved.py',
    'empty.py',
    'renamed.py',
  ];
  const commentable = Object.keys(AFTER).filter((path) => !without.includes(path) && path !== 'moved.py');
  assert.equal(
    [...local]
      .filter(([, found]) => found.size > 0)
      .map(([path]) => path)
      .sort(),
    commentable.sort(),
  );
  assert.equal(local.get('windows.py')?.get(2), 'B');
  assert.equal(local.get('no-newline.py')?.get(2), 'c');
  assert.is(local.get('new name.py')?.size, 7, 'a renamed file has only the lines around its change');
  assert.is(local.get('looks-like-a-diff.py')?.get(4), '@@ -1 +1 @@');
});

test.slow('gives the text that really is on the line', async () => {
  const { git, base, head } = everything;
  const { api } = await bothWays(git, base, head);
  let checked = 0;
  for (const [path, found] of api) {
    const content = git.git('cat-file', 'blob', `${head}:${path}`);
    const real = content.split('\n').map((line) => line.replace(/\r$/, ''));
    for (const [line, text] of found) {
      assert.is(text, real[line - 1], `${path}:${line}`);
      checked += 1;
    }
  }
  assert.is(checked, 52);
});

test.slow('is not led astray by attributes and settings of the work tree', async () => {
  const { git, base, head } = pullRequestOf(
    { 'a.py': lines(30) },
    { 'a.py': lines(30, (line) => `${line}!`) },
  );
  for (const setting of ['diff.context=9', 'diff.noprefix=true', 'diff.renames=false', 'color.diff=always']) {
    git.git('config', ...(setting.split('=') as [string, string]));
  }
  const local = await anchorsFromGit(await openRepository(git.dir), base, head);
  assert.equal([...local.keys()], ['a.py']);
  assert.is(local.get('a.py')?.get(30), '30!');
});

test.slow('leaves out what is too large for GitHub to show', async () => {
  const before = { 'long.py': 'x\n', 'wide.py': 'x\n', 'z.py': 'x\n' };
  const after = { 'long.py': lines(20_001), 'wide.py': lines(600, () => 'w'.repeat(900)), 'z.py': 'y\n' };
  const long = pullRequestOf({ 'long.py': 'x\n' }, { 'long.py': after['long.py'] });
  const first = await bothWays(long.git, long.base, long.head);
  assert.equal([plain(first.local), plain(first.api)], [{}, {}]);
  const wide = pullRequestOf({ ...before, 'long.py': 'x\n' }, { 'wide.py': after['wide.py'], 'z.py': 'y\n' });
  const second = await bothWays(wide.git, wide.base, wide.head);
  assert.equal([...second.local.keys()], ['z.py']);
  assert.equal(plain(second.local), plain(second.api));
});

test.slow('reads a diff of 301 files page by page, and only as far as it must', async () => {
  const files = (text: string) =>
    Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`test_${1000 + index}.py`, `${text}\n`]));
  const { git, base, head } = pullRequestOf(files('before'), files('after'));
  const all = await bothWays(git, base, head);
  assert.is(all.api.size, 301);
  assert.is(all.requests, 4);
  assert.equal(plain(all.local), plain(all.api));
  const few = await bothWays(git, base, head, new Set(['test_1001.py', 'test_1150.py']));
  assert.equal([...few.api.keys()], ['test_1001.py', 'test_1150.py']);
  assert.is(few.requests, 2);
  assert.equal(plain(few.local), plain(few.api));
});

test.slow('sees a rename also when only the new file is asked for', async () => {
  const { git, base, head } = everything;
  const { api, local } = await bothWays(git, base, head, new Set(['new name.py']));
  assert.equal([...(local.get('new name.py')?.keys() ?? [])], [17, 18, 19, 20, 21, 22, 23]);
  assert.equal(plain(local), plain(api));
});

test.run();
