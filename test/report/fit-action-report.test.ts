import { fitActionReport, serializeReport } from '../../src/report/fit-action-report.ts';
import { readActionReport } from '../../src/report/read-action-report.ts';
import { actionReport, gainsOf, plausible, suggestion, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/fit-action-report');

test.slow('what was made to fit is accepted, findings and all', () => {
  const long = 'é"\\'.repeat(700);
  const candidates = Array.from({ length: 30 }, (_, index) => ({
    text: `${index}${long.slice(0, 300)}`,
    probability: 0.01,
  }));
  const report = actionReport(
    [
      ...Array.from({ length: 4000 }, (_, index) =>
        plausible({ line: index + 1, test: long, written: long, candidates }),
      ),
      surprising({ line: 5000, test: 'kept' }),
      surprising({ path: 'bad\\name.py' }),
    ],
    {
      notices: Array(3000).fill(long),
      gains: gainsOf(...Array(150).fill(1)),
      suggestions: [suggestion({ test: long }), suggestion({ path: 'bad\\name.py' })],
    },
  );
  const fitted = fitActionReport(report);
  const read = readActionReport(serializeReport(fitted));
  const left = 4002 - read.check.assertions.length;
  assert.ok(read.check.assertions.some(({ test }) => test === 'kept'));
  assert.match(read.check.notices[0] ?? '', new RegExp(`^${left} assertions are left out`));
  assert.equal([read.gains.length, read.notices.length, read.suggestions.length], [100, 500, 1]);
  assert.is(read.check.summary.assertions, 4002);
});

test('what fits is left as it is', () => {
  const report = actionReport();
  assert.equal(fitActionReport(report), report);
});

test.run();
