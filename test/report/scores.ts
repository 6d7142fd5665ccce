/** AssertionScores for the tests of this folder. */
import type { AssertionScore } from '../../src/scoring/score.ts';

export function score(
  changes: Partial<Omit<AssertionScore, 'assertion'>> & { assertion?: object } = {},
): AssertionScore {
  const { assertion, ...rest } = changes;
  return {
    assertion: {
      path: 'tests/test_cart.py',
      language: 'python',
      family: 'python/assert',
      test: 'test_total',
      line: 12,
      column: 21,
      endLine: 12,
      endColumn: 23,
      start: 200,
      end: 202,
      prefix: 'assert cart.total() == ',
      target: '42',
      open: false,
      key: 'k',
      ignored: false,
      ...assertion,
    },
    targetTokens: 2,
    nll: 1,
    baseNll: 3,
    rivals: null,
    standing: { worst: 0.8, worstExcess: 0.1, worstLead: 0.3, excess: 0.2 },
    probability: 0.3,
    baseProbability: 0.05,
    candidates: [
      { text: '42', probability: 0.3 },
      { text: '0', probability: 0.2 },
    ],
    completion: '42',
    exactMatch: true,
    editSimilarity: 1,
    ...rest,
  } as AssertionScore;
}
