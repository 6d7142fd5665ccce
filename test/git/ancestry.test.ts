import {
  ancestorAt,
  countCommits,
  firstParentShas,
  reachableOf,
  startCommitOf,
} from '../../src/git/ancestry.ts';
import { openRepository } from '../../src/git/run.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/ancestry');

test('counts and finds along first parents', async () => {
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

test('tells which commits a branch, tag or HEAD still leads to', async () => {
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

test.run();
