import { countFindings, explain, findingOf, findingsOf, muteComment } from '../../src/report/findings.ts';
import { open, plausible, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/findings');
const quote = (text: string) => `<${text}>`;

test('surprising values come first, then proposals, each the most confident first', () => {
  const sure = (probability: number) => [{ text: '1', probability }];
  const findings = findingsOf([
    open({ line: 1, candidates: sure(0.99) }),
    surprising({ line: 2, candidates: sure(0.86) }),
    plausible({ line: 3, candidates: sure(0.99) }),
    surprising({ line: 4, candidates: sure(0.95), probability: 0.02 }),
    surprising({ line: 5, candidates: sure(0.95), probability: 0.001 }),
    open({ line: 6, candidates: sure(0.7) }),
  ]);
  assert.equal(
    findings.map(({ assertion }) => assertion.line),
    [5, 4, 2, 1, 6],
  );
});

test('an open value without a candidate that is more likely right than wrong is no finding', () => {
  assert.is(findingOf(open({ candidates: [{ text: '7', probability: 0.49 }] })), null);
  assert.is(findingOf(open({ candidates: [] })), null);
  assert.is(findingOf(open({ candidates: [{ text: '7', probability: 0.5 }] }))?.best.text, '7');
});

test('what is expected is another value than the written one, layout aside', () => {
  const candidates = [
    { text: "'a'", probability: 0.5 },
    { text: "'b'", probability: 0.3 },
  ];
  assert.is(findingOf(surprising({ written: '"a"', candidates }))?.best.text, "'b'");
  assert.is(findingOf(surprising({ written: '"a"', candidates: candidates.slice(0, 1) })), null);
});

test('the runner-up is another value again, and not noise', () => {
  const candidates = [
    { text: "''", probability: 0.9 },
    { text: '""', probability: 0.05 },
    { text: 'null', probability: 0.02 },
  ];
  assert.is(findingOf(surprising({ candidates }))?.runnerUp?.text, 'null');
  const noise = [...candidates.slice(0, 2), { text: 'null', probability: 0.009 }];
  assert.is(findingOf(surprising({ candidates: noise }))?.runnerUp, null);
});

test('says what the adapter expects and how sure it is', () => {
  const [first, second] = findingsOf([surprising(), open()]);
  assert.is(first && explain(first, quote), 'The adapter expects <12> (91%), then <0> (3%); <42> gets <1%.');
  assert.is(second && explain(second, quote), 'The adapter proposes <7> (72%), then <12> (11%).');
});

test('counts in words', () => {
  assert.is(
    countFindings(findingsOf([surprising(), open()])),
    '1 surprising value, 1 proposal for an open value',
  );
  assert.is(countFindings(findingsOf([surprising(), surprising()])), '2 surprising values');
  assert.is(countFindings(findingsOf([open(), open()])), '2 proposals for open values');
  assert.is(countFindings([]), '');
});

test('knows the comment that mutes', () => {
  assert.is(muteComment('python'), '# code2lora-ignore');
  assert.is(muteComment('tsx'), '// code2lora-ignore');
});

test.run();
