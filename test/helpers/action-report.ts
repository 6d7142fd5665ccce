/**
 * Builds ActionReports as a real run makes them: of a pull request to a small Python and TypeScript repository, with
 * one surprising value, one proposal for an open one, and two assertions without a finding.
 */
import type { ActionReport, AssertionReport, Gain, Suggestion, Summary } from '../../src/report/schema.ts';

export const BASE = '1'.repeat(40);
export const HEAD = '2'.repeat(40);

/** `assert cart.total() == 42`, as the adapter sees it. */
export function surprising(changes: Partial<AssertionReport> = {}): AssertionReport {
  return {
    path: 'tests/test_cart.py',
    line: 12,
    column: 28,
    endLine: 12,
    endColumn: 30,
    test: 'TestCart::test_total',
    family: 'python/assert',
    language: 'python',
    written: '42',
    verdict: 'surprising',
    probability: 0.004,
    baseProbability: 0.01,
    nll: 5.52,
    baseNll: 4.61,
    candidates: [
      { text: '12', probability: 0.91 },
      { text: '0', probability: 0.03 },
      { text: '42', probability: 0.004 },
    ],
    ...changes,
  };
}

/** `expect(total([3, 4])).toBe()` */
export function open(changes: Partial<AssertionReport> = {}): AssertionReport {
  return surprising({
    path: 'test/cart.test.ts',
    line: 7,
    column: 31,
    endLine: 7,
    endColumn: 31,
    test: 'cart > adds',
    family: 'js/expect',
    language: 'typescript',
    written: null,
    verdict: 'open',
    probability: null,
    baseProbability: null,
    nll: null,
    baseNll: null,
    candidates: [
      { text: '7', probability: 0.72 },
      { text: '12', probability: 0.11 },
    ],
    ...changes,
  });
}

export function plausible(changes: Partial<AssertionReport> = {}): AssertionReport {
  return surprising({
    line: 20,
    test: 'TestCart::test_empty',
    written: '0',
    endColumn: 29,
    verdict: 'plausible',
    probability: 0.3,
    candidates: [
      { text: 'None', probability: 0.4 },
      { text: '0', probability: 0.3 },
    ],
    ...changes,
  });
}

export function suggestion(changes: Partial<Suggestion> = {}): Suggestion {
  return {
    path: 'tests/test_cart.py',
    line: 12,
    column: 28,
    endColumn: 30,
    lineText: '    assert cart.total() == 42',
    value: '12',
    probability: 0.91,
    runnerUp: { text: '0', probability: 0.03 },
    written: '42',
    verdict: 'surprising',
    test: 'TestCart::test_total',
    ...changes,
  };
}

/** One gain for each number, oldest first, each of another commit. */
export const gainsOf = (...gains: number[]): Gain[] =>
  gains.map((gain, index) => ({
    commit: (index + 10).toString(16).padStart(2, '0').padEnd(40, 'abcdef'),
    assertions: 20,
    gain,
  }));

/** A report with these assertions; `changes` replaces its fields, `check` those of its check. */
export function actionReport(
  assertions: AssertionReport[] = [
    surprising(),
    plausible(),
    open(),
    plausible({ line: 21, verdict: 'expected' }),
  ],
  {
    check,
    ...changes
  }: Partial<Omit<ActionReport, 'check'>> & { check?: Partial<ActionReport['check']> } = {},
): ActionReport {
  return {
    schema: 'code2lora/action@1',
    event: 'pull_request',
    repository: 'octo/shop',
    pullRequest: { number: 7, base: BASE, head: HEAD, fork: false },
    check: {
      schema: 'code2lora/check@1',
      repository: { root: '/home/runner/work/shop/shop', head: HEAD, branch: null },
      range: { base: BASE, head: HEAD, description: 'of the pull request' },
      model: {
        pack: 'nano',
        version: '0.1.0',
        device: 'cpu',
        precision: 'fp32',
        engine: 'onnxruntime-node 1.30.0',
      },
      snapshot: {
        id: 'a'.repeat(64),
        commit: BASE,
        parent: null,
        digest: 'b'.repeat(64),
        stateDigest: 'c'.repeat(64),
        steps: 331,
      },
      assertions,
      summary: summaryOf(assertions),
      notices: [],
      timings: { update: 2731, select: 159, check: 13428, total: 16371 },
      ...check,
    },
    suggestions: [suggestion()],
    gains: gainsOf(0.31, 0.28, 0.35, 0.33),
    adapter: { restoredFrom: '1234', restoredCommit: BASE, artifact: null, advancedBy: 3 },
    notices: [],
    ...changes,
  };
}

function summaryOf(assertions: readonly AssertionReport[]): Summary {
  const count = (verdict: string) => assertions.filter((item) => item.verdict === verdict).length;
  return {
    assertions: assertions.length,
    expected: count('expected'),
    plausible: count('plausible'),
    surprising: count('surprising'),
    open: count('open'),
    exactMatch: 0.25,
    editSimilarity: 0.5,
    nll: 1.38,
    baseNll: 1.73,
  };
}
