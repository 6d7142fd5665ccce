import { annotationsOf } from '../../src/report/annotations.ts';
import { actionReport, open, plausible, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/annotations');

test('a surprising value is a warning, a proposal a notice, the rest is silent', () => {
  assert.equal(annotationsOf(actionReport([plausible(), open(), surprising()])), [
    {
      level: 'warning',
      path: 'tests/test_cart.py',
      line: 12,
      endLine: 12,
      column: 28,
      endColumn: 30,
      title: 'code2lora: surprising value',
      message: 'The adapter expects 12 (91%), then 0 (3%); 42 gets <1%. In TestCart::test_total.',
    },
    {
      level: 'notice',
      path: 'test/cart.test.ts',
      line: 7,
      endLine: 7,
      column: 31,
      endColumn: 31,
      title: 'code2lora: open value',
      message: 'The adapter proposes 7 (72%), then 12 (11%). In cart > adds.',
    },
  ]);
});

test('a value over several lines has no columns', () => {
  const [annotation] = annotationsOf(actionReport([surprising({ endLine: 14 })]));
  assert.equal([annotation?.line, annotation?.endLine], [12, 14]);
  assert.not.ok('column' in (annotation ?? {}) || 'endColumn' in (annotation ?? {}));
});

test('at most ten of each level, the most confident', () => {
  const many = (make: typeof surprising) =>
    Array.from({ length: 30 }, (_, index) =>
      make({ line: index + 1, candidates: [{ text: '1', probability: 0.6 + index / 100 }] }),
    );
  const annotations = annotationsOf(actionReport([...many(open), ...many(surprising)]));
  assert.equal(
    annotations.map(({ level, line }) => `${level} ${line}`),
    [
      ...['warning', 'notice'].flatMap((level) =>
        Array.from({ length: 10 }, (_, index) => `${level} ${30 - index}`),
      ),
    ],
  );
});

test('what is said is one line in which everything can be seen', () => {
  const hostile = surprising({ written: '"a\n::error::b\u202e"', test: 'x\r\n::add-mask::y' });
  const [annotation] = annotationsOf(actionReport([hostile]));
  assert.not.match(annotation?.message ?? '', /[\r\n\u202e]/);
});

test.run();
