/** Which assertions are asked about: evenly over the history, the same ones every time. */
import { chooseAsked } from '../../src/commands/bench-choice.ts';
import { standsIn } from '../../src/commands/bench-repository.ts';
import { DEFAULT_PATH_RULES as rules } from '../../src/git/paths.ts';
import { openRepository } from '../../src/git/run.ts';
import { assert, suite } from '../helpers/suite.ts';
import { longRepo, wideRepo } from './mined-repos.ts';

const test = suite('commands/bench-choice');

async function choose(dir: string, options: { after: string; count: number; name?: string }) {
  const { name = 'octo/x', ...rest } = options;
  return chooseAsked(await openRepository(dir), { ...rest, name, until: 'HEAD', rules });
}

test.slow('every fifth of the history has its share, and as many commits as possible', async () => {
  const repo = longRepo(51);
  const [root = ''] = repo.git('rev-list', '--reverse', 'HEAD').split('\n');
  const { chosen, all, commits } = await choose(repo.dir, { after: root, count: 10 });
  assert.is(commits, 50);
  assert.equal(
    chosen.map(({ fifth }) => fifth),
    [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
  );
  assert.is(new Set(chosen.map(({ commit }) => commit.sha)).size, 10);
  assert.ok(all.length > 50, 'commits that change two values have two');
  assert.equal(
    chosen.map(({ position }) => position),
    chosen.map(({ position }) => position).sort((a, b) => a - b),
  );
  assert.ok(all.every(({ fifth, position }) => fifth === Math.ceil(position / 10)));
});

test.slow('the same history gives the same choice, and another name another one', async () => {
  const repo = longRepo(51);
  const [root = ''] = repo.git('rev-list', '--reverse', 'HEAD').split('\n');
  const places = async (name: string) =>
    (await choose(repo.dir, { after: root, count: 10, name })).chosen.map(({ position }) => position).join();
  assert.is(await places('octo/x'), await places('octo/x'));
  assert.is.not(await places('octo/x'), await places('octo/y'));
});

test.slow('of a large commit no more than the evolution track has', async () => {
  const repo = wideRepo();
  const [root = ''] = repo.git('rev-list', '--reverse', 'HEAD').split('\n');
  const { all, chosen } = await choose(repo.dir, { after: root, count: 100 });
  assert.is(all.filter(({ position }) => position === 1).length, 6);
  assert.is(chosen.length, all.length);
});

test('a value stands in a text as a whole, whatever its layout', () => {
  assert.ok(standsIn('x = 10\ny = f( 1 )', '1'));
  assert.not.ok(standsIn('x = 10', '1'));
  assert.ok(standsIn("a = ['x',  2]", '["x", 2]'));
  assert.not.ok(standsIn('total_price', 'total'));
  assert.ok(standsIn('return total', 'total'));
});

test.run();
