/** Nothing of a commit's test files reaches the adapter that checks that commit; they reach the next one. */

import type { AdaptationPart } from '../../src/runtime/manifest-adaptation.ts';
import type { Snapshot } from '../../src/snapshots/snapshot.ts';
import { assert, suite } from '../helpers/suite.ts';
import { adaptedPack } from '../helpers/tiny-adaptation.ts';
import { adapterBytes, bytesOf, expectedBut, learningRepo, walkBy } from './learning-history.ts';

const test = suite('commands/honesty');
const COMBINATIONS: readonly AdaptationPart[][] = [
  ['memory'],
  ['refinement'],
  ['gru', 'memory'],
  ['gru', 'refinement'],
  ['gru', 'memory', 'refinement'],
];

const bytesOfAdapter = (snapshot: Snapshot | undefined) => adapterBytes((snapshot as Snapshot).adapter);

for (const parts of COMBINATIONS) {
  test.slow(
    `${parts.join(', ')}: other tests of a commit change the adapter of the next one alone`,
    async () => {
      const model = adaptedPack(parts).dir;
      const [one, other] = [learningRepo(), learningRepo(expectedBut(3, '"amber"'))];
      const states = ({ repo, shas }: typeof one) => walkBy(repo, [shas[3], shas[4]], { model });
      const [[at, next], [otherAt, otherNext]] = [await states(one), await states(other)];
      assert.is.not(one.shas[3], other.shas[3]);
      assert.is(bytesOf(at as Snapshot), bytesOf(otherAt as Snapshot));
      assert.is.not(bytesOfAdapter(next), bytesOfAdapter(otherNext));
      assert.equal(next?.hiddenState, otherNext?.hiddenState);
    },
  );
}

test.run();
