import { createPacer } from '../../src/github/pacer.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('github/pacer');

test('the first calls pass at once, the next ones are kept apart, and all give their result', async () => {
  const pacer = createPacer({ free: 3, intervalMs: 30 });
  const begun = performance.now();
  const at: number[] = [];
  const calls = Array.from({ length: 5 }, (_, index) =>
    pacer.key().schedule({}, async () => {
      at.push(performance.now() - begun);
      return index;
    }),
  );
  assert.is(at.length, 3, 'three have begun before anything else runs');
  assert.equal(await Promise.all(calls), [0, 1, 2, 3, 4]);
  const [first = 0, , , fourth = 0, fifth = 0] = at;
  assert.ok(fourth - first >= 28 && fifth - first >= 58, at.map(Math.round).join(', '));
});

test('a call that fails fails, and the next one passes', async () => {
  const pacer = createPacer({ free: 1, intervalMs: 1 });
  const failure = pacer.key().schedule({}, () => Promise.reject(new Error('no')));
  assert.is(await failure.catch((error: Error) => error.message), 'no');
  assert.is(await pacer.key().schedule({}, async () => 7), 7);
});

test.run();
