import { Ajv2020 } from 'ajv/dist/2020.js';
import { toSarif } from '../../src/report/sarif.ts';
import type { ActionReport, AssertionReport } from '../../src/report/schema.ts';
import { actionReport, open, plausible, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';
import { SARIF_SCHEMA } from './sarif-schema.ts';

const test = suite('report/sarif');
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
ajv.addFormat('uri', (value) => URL.canParse(value));
const validate = ajv.compile(SARIF_SCHEMA);

/** The results of a log that is valid, as another program reads it. */
function resultsOf(report: ActionReport) {
  const log = JSON.parse(JSON.stringify(toSarif(report)));
  const isValid: boolean = validate(log);
  assert.ok(isValid, ajv.errorsText(validate.errors));
  return log.runs[0].results;
}
const fingerprintsOf = (assertions: AssertionReport[]): string[] =>
  resultsOf(actionReport(assertions)).map(
    (result: { partialFingerprints: Record<string, string> }) =>
      result.partialFingerprints['code2loraAssertion/v1'],
  );

test('a log is valid, with findings and without', () => {
  assert.is(resultsOf(actionReport()).length, 2);
  assert.is(resultsOf(actionReport([plausible()])).length, 0);
});

test('the validation would notice', () => {
  const log = JSON.parse(JSON.stringify(toSarif(actionReport())));
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  assert.is(validate(log), false);
});

test('a result has its rule, a note, its place in UTF-16 columns and its probabilities', () => {
  const { runs } = toSarif(actionReport());
  const [run] = runs;
  const [first, second] = run?.results ?? [];
  assert.is(run?.columnKind, 'utf16CodeUnits');
  const rules = run?.tool.driver.rules ?? [];
  for (const result of [first, second]) {
    assert.is(rules[result?.ruleIndex ?? -1]?.id, result?.ruleId);
    assert.is(result?.level, 'note');
  }
  assert.equal([first?.ruleId, second?.ruleId], ['code2lora/surprising', 'code2lora/open']);
  assert.equal(first?.locations?.[0]?.physicalLocation?.region, {
    ...{ startLine: 12, startColumn: 28, endLine: 12, endColumn: 30 },
  });
  assert.is(first?.message.text, 'The adapter expects 12 (91%), then 0 (3%); 42 gets <1%.');
  assert.equal([first?.properties?.probability, first?.rank], [0.004, 91]);
  assert.is(first?.properties?.candidates.length, 3);
});

test('a path becomes a URI', () => {
  const [result] = resultsOf(actionReport([surprising({ path: 'a b/ü#[x]?100%.py' })]));
  assert.is(result.locations[0].physicalLocation.artifactLocation.uri, 'a%20b/%C3%BC%23%5Bx%5D%3F100%25.py');
});

test('a value that looks like a link of the message is none', () => {
  const candidates = [{ text: '[click](https://evil.example)', probability: 0.9 }];
  const [result] = resultsOf(actionReport([surprising({ candidates })]));
  assert.not.match(result.message.text, /\]\(/);
});

test('a fingerprint stays when lines move and when the adapter changes its mind', () => {
  const moved = { line: 99, endLine: 99, column: 5, endColumn: 7, probability: 0.001 };
  const candidates = [{ text: '13', probability: 0.95 }];
  assert.equal(fingerprintsOf([surprising(moved)]), fingerprintsOf([surprising()]));
  assert.equal(fingerprintsOf([surprising({ candidates })]), fingerprintsOf([surprising()]));
});

test('other assertions have other fingerprints, equal ones of a test are numbered', () => {
  const all = fingerprintsOf([
    surprising(),
    surprising({ line: 13, endLine: 13 }),
    surprising({ path: 'b.py' }),
    surprising({ test: 'other' }),
    surprising({ written: '43' }),
    open(),
  ]);
  assert.is(new Set(all).size, 6);
});

test('takes whatever a report may hold', () => {
  const evil = '\u0000\u202e\ud800"\n{0} [a](b)';
  const findings = resultsOf(actionReport([surprising({ test: evil, written: evil, endLine: 20 })]));
  assert.is(findings.length, 1);
});

test.run();
