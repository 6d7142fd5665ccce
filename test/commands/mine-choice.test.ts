/** The caps of the evolution track: taken in turns, by a seed, whatever else there is. */
import { openChoice, type Placed } from '../../src/commands/mine-choice.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/mine-choice');

type Item = Placed & { path: string };
const ALL = { perCommit: 0, perFile: 0 };
const CAPS = { perCommit: 8, perFile: 4 };

/** Every test has so many assertions, a line each. */
function fileOf(path: string, counts: Record<string, number>): Item[] {
  const tests = Object.entries(counts).flatMap(([name, count]) => Array<string>(count).fill(name));
  return tests.map((name, index) => ({ path, test: name, line: index + 1, column: 1 }));
}

function choose(files: readonly Item[][], { caps = CAPS, seed = 'octo/cart\n0123' } = {}): string[] {
  const choice = openChoice<Item>(seed, caps);
  for (const items of files) choice.offer(items[0]?.path ?? 'empty', items);
  return choice.take().map(({ path, line }) => `${path}:${line}`);
}

const large = fileOf('large', { a: 30, b: 30, c: 30, d: 30, e: 30 });
const small = ['p', 'q', 'r'].map((path) => fileOf(path, { a: 1 }));

test('without caps everything comes, in the order it came', () => {
  const everything = [large, ...small].flat().map(({ path, line }) => `${path}:${line}`);
  assert.equal(choose([large, ...small], { caps: ALL }), everything);
  assert.equal(choose([large, ...small], { caps: { perCommit: 200, perFile: 200 } }), everything);
});

test('at most so many of a file, each of another test while there are tests', () => {
  const chosen = choose([large], { caps: { perCommit: 0, perFile: 4 } });
  const testOf = (place: string) => large.find(({ line }) => place === `large:${line}`)?.test;
  assert.is(chosen.length, 4);
  assert.is(new Set(chosen.map(testOf)).size, 4);
  assert.is(choose([large], { caps: { perCommit: 0, perFile: 7 } }).length, 7);
});

test('at most so many of a commit, and a large file does not crowd out small ones', () => {
  const chosen = choose([large, ...small]);
  assert.equal(
    chosen.filter((place) => !place.startsWith('large')),
    ['p:1', 'q:1', 'r:1'],
  );
  assert.is(chosen.length, 7); // 4 of the large one
  const many = Array.from({ length: 40 }, (_, index) => fileOf(`file-${index}`, { a: 9 }));
  const eight = choose(many);
  assert.is(eight.length, 8);
  assert.is(new Set(eight.map((place) => place.split(':')[0])).size, 8);
});

test('the choice follows from the seed and the places, not from the order of files', () => {
  const many = Array.from({ length: 40 }, (_, index) => fileOf(`file-${index}`, { a: 3, b: 5 }));
  const chosen = choose(many);
  assert.equal(choose(many), chosen);
  assert.equal(choose([...many].reverse()).sort(), [...chosen].sort());
  assert.not.equal(choose(many, { seed: 'octo/cart\n4567' }), chosen);
});

test('letting go early chooses as keeping everything does', () => {
  for (let round = 0; round < 50; round += 1) {
    const files = Array.from({ length: 1 + (round % 17) }, (_, index) =>
      fileOf(`file-${index}`, { a: 1 + ((round * 7 + index) % 5), b: (round + index) % 3 }),
    );
    const seed = `seed ${round}`;
    const ranked = choose(files, { seed, caps: { perCommit: 6, perFile: 2 } });
    // with room for every file nothing is let go before the end; the smaller choice is a part of the larger
    const wider = choose(files, { seed, caps: { perCommit: 17, perFile: 2 } });
    assert.ok(ranked.every((place) => wider.includes(place)));
    assert.is(ranked.length, Math.min(6, wider.length));
  }
});

test('nothing gives nothing', () => {
  assert.equal(choose([]), []);
  assert.equal(choose([[]]), []);
});

test.run();
