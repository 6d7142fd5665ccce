/** When a walk says that much is about to be embedded, and that every walk of a command shares the cache it is given. */
import { checkPullRequest, checkPush } from '../../src/commands/ci.ts';
import { type EmbeddingCache, memoryCache } from '../../src/embedding/cache.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { evolvingPack, staticPack } from '../helpers/tiny-recipes.ts';
import { cartRepo } from './fixture.ts';

const test = suite('commands/walker');
const { repo, shas } = cartRepo();
const head = shas.at(-1) as string;

/** A cache that writes down what it is told to prepare for. */
function listening(): { cache: EmbeddingCache; told: number[] } {
  const told: number[] = [];
  const prepareFor = async (texts: number) => void told.push(texts);
  return { cache: { ...memoryCache(), prepareFor }, told };
}

const placeFor = (model: string) => ({
  repo: repo.dir,
  model,
  stateFolder: temporaryFolder(),
  inMemory: true,
});

test.slow(
  'a walk from the start tells the commits and the first tree; one that goes on, nothing',
  async () => {
    const { dir: model } = await tinyPack();
    const place = placeFor(model);
    const first = listening();
    await checkPush({ ...place, head: shas[3] as string, before: null }, first);
    assert.equal(first.told, [3, 1]);
    const second = listening();
    await checkPush({ ...place, head, before: shas[3] as string }, second);
    assert.equal(second.told, []);
    assert.is(second.cache.size(), 1);
    const bounded = listening();
    await checkPush({ ...placeFor(model), head, before: null, maxHistory: 2 }, bounded);
    assert.equal(bounded.told, [2, 1], 'the newest two, and the tree before them');
  },
);

test.slow('a static model tells the tree of the newest commit, and no commits', async () => {
  const { cache, told } = listening();
  const place = placeFor(staticPack().dir);
  await checkPush({ ...place, head: shas[0] as string, before: null }, { cache });
  assert.equal([told, cache.size()], [[1], 1]);
  await checkPullRequest({ ...place, base: shas[0] as string, head }, { cache });
  assert.equal(told, [1, 3]);
  assert.is(cache.size(), 4, 'the cache is the same for the base and for the branch');
});

test.slow('the recipe with kept commits tells both when its first step comes', async () => {
  const { cache, told } = listening();
  await checkPush({ ...placeFor(evolvingPack().dir), head, before: null }, { cache });
  assert.equal(told, [4, 2]);
});

test.run();
