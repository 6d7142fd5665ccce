/** The calibrated probability, in every way a finding is shown. Without a calibration each says what it said before: their own tests. */
import { renderCandidates, renderCheck } from '../../src/report/console.ts';
import { findingsOf } from '../../src/report/findings.ts';
import { renderJobSummary } from '../../src/report/job-summary.ts';
import { toJunit } from '../../src/report/junit.ts';
import { renderComment } from '../../src/report/pull-request-comment.ts';
import { readActionReport } from '../../src/report/read-action-report.ts';
import { toSarif } from '../../src/report/sarif.ts';
import { ActionReportSchema, CheckReportSchema } from '../../src/report/schema.ts';
import { assertValid } from '../commands/fixture.ts';
import { actionReport, open, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/likely-wrong');
const report = actionReport([surprising({ wrongProbability: 0.87 }), open()], {
  check: { wrongPrior: 0.1 },
});
const server = { serverUrl: 'https://github.com' };
const CLAIM = 'The adapter expects 12 (91%), then 0 (3%); 42 gets <1%: 87% likely wrong.';

test.slow('the schemas have it, and the reader of reports takes it', () => {
  assertValid(report, ActionReportSchema);
  assertValid(report.check, CheckReportSchema);
  const read = readActionReport(JSON.stringify(report));
  assert.equal([read.check.wrongPrior, read.check.assertions[0]?.wrongProbability], [0.1, 0.87]);
});

test('a terminal shows it beside a surprising value, and what it assumes', () => {
  const text = renderCheck(report.check, { details: false });
  assert.match(text, /12:28 {2}surprising .* 87 % likely wrong {2}in TestCart::test_total/);
  assert.match(text, /^note {6}"likely wrong" takes 10 % of new values to be wrong$/m);
  assert.match(
    renderCandidates(surprising({ wrongProbability: 0.87 })),
    /written 42, 0\.4 %, 87 % likely wrong\)/,
  );
  assert.not.match(
    renderCheck({ ...report.check, assertions: [open()] }, { details: false }),
    /likely wrong/,
  );
});

test('a comment says it and what it assumes, once', () => {
  const body = renderComment(report, server) ?? '';
  assert.match(body, /`42` gets <1%: 87% likely wrong\. In/);
  assert.match(body, /331 steps · "likely wrong" takes 10% of new values to be wrong<\/sub>$/);
});

test('the job summary has it beside the written value', () => {
  const text = renderJobSummary(report, server);
  assert.match(text, /<code>42<\/code> \(<1%; 87% likely wrong\)/);
  assert.match(text, /^- probabilities: "likely wrong" takes 10% of new values to be wrong$/m);
});

test('SARIF ranks by it', () => {
  const [result] = toSarif(report).runs[0]?.results ?? [];
  assert.equal([result?.rank, result?.properties?.wrongProbability, result?.message.text], [87, 0.87, CLAIM]);
});

test('JUnit says it', () => {
  const text = toJunit(report, { failOn: 'never' });
  assert.ok(text.includes(CLAIM.replace('<', '&lt;')), text);
});

test('the most likely wrong come first', () => {
  const findings = findingsOf([
    surprising({ line: 1, wrongProbability: 0.5, candidates: [{ text: '1', probability: 0.99 }] }),
    surprising({ line: 2, wrongProbability: 0.9, candidates: [{ text: '1', probability: 0.7 }] }),
  ]);
  assert.equal(
    findings.map(({ assertion }) => assertion.line),
    [2, 1],
  );
});

test.run();
