import {
  ancestorAt,
  countCommits,
  firstParentShas,
  mergeBase,
  ownCommits,
  reachableOf,
  startCommitOf,
} from '../../src/git/ancestry.ts';
import { openRepository } from '../../src/git/run.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/ancestry');

test.slow('counts and finds along first parents', async () => {
  const made = gitRepo();
  const shas = made.bulk(5, (index) => ({ files: { 'a.py': `${index}\n` } }));
  const [root = '', second = '', , , head = ''] = shas;
  const repo = await openRepository(made.dir);
  assert.is(await countCommits(repo, { until: head }), 5);
  assert.is(await countCommits(repo, { after: second, until: head }), 3);
  assert.is(await startCommitOf(repo, head), root);
  assert.is(await ancestorAt(repo, head, 3), second);
  assert.is(await ancestorAt(repo, head, 0), head);
  assert.is(await ancestorAt(repo, head, 5), null);
  const walked: string[] = [];
  for await (const sha of firstParentShas(repo, head)) walked.push(sha);
  assert.equal(walked, [...shas].reverse());
});

test.slow('tells which commits a branch, tag or HEAD still leads to', async () => {
  const made = gitRepo();
  const root = made.commit('root');
  const dropped = made.commit('dropped');
  made.git('reset', '--quiet', '--hard', root);
  made.git('switch', '--quiet', '--create', 'side');
  const side = made.commit('side');
  made.git('switch', '--quiet', 'main');
  const repo = await openRepository(made.dir);
  assert.equal([...(await reachableOf(repo, [root, dropped, side]))], [root, side]);
  assert.is((await reachableOf(repo, [])).size, 0);
});

test.slow(
  'a branch owns what it adds: side branches as one merge, merges that only catch up not at all',
  async () => {
    const made = gitRepo();
    const root = made.commit('root');
    made.git('switch', '--quiet', '--create', 'feature');
    const first = made.commit('first', { 'a.py': '1\n' });
    made.git('switch', '--quiet', '--create', 'part');
    made.commit('part', { 'b.py': '1\n' });
    made.git('switch', '--quiet', 'feature');
    made.git('merge', '--quiet', '--no-ff', '--no-edit', 'part');
    const side = made.git('rev-parse', 'HEAD');
    made.git('switch', '--quiet', 'main');
    const base = made.commit('base', { 'c.py': '1\n' });
    made.git('switch', '--quiet', 'feature');
    made.git('merge', '--quiet', '--no-ff', '--no-edit', 'main');
    const last = made.commit('last', { 'd.py': '1\n' });
    const repo = await openRepository(made.dir);
    const own = await ownCommits(repo, base, last);
    assert.equal(
      own.map(({ sha }) => sha),
      [first, side, last],
    );
    assert.equal(await ownCommits(repo, last, base), []);
    assert.is(await mergeBase(repo, base, first), root);
  },
);

test.run();
