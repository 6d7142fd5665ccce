import { readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { type JunitOptions, toJunit } from '../../src/report/junit.ts';
import { actionReport, open, plausible, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/junit');
const xsd = XmlDocument.fromString(readFileSync(new URL('./junit.xsd', import.meta.url), 'utf8'));
const validator = XsdValidator.fromDoc(xsd);
test.after(() => {
  validator.dispose();
  xsd.dispose();
});

/** Parses and validates with libxml2, then answers XPath questions; attributes come with their value. */
function read(text: string, ...paths: string[]): string[][] {
  try {
    using document = XmlDocument.fromString(text);
    validator.validate(document);
    return paths.map((path) => document.find(path).map(({ content }) => content));
  } catch (error) {
    throw new Error(`${error}\n${text}`); // uvu cannot print the errors of libxml2
  }
}
const junit = (failOn: JunitOptions['failOn'], ...assertions: Parameters<typeof actionReport>) =>
  toJunit(actionReport(...assertions), { failOn });

test('a suite for each file, a case for each assertion', () => {
  assert.is(
    junit('never'),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="code2lora" tests="4" failures="0" errors="0" skipped="2" time="13.428">
  <testsuite name="tests/test_cart.py" tests="3" failures="0" errors="0" skipped="1" file="tests/test_cart.py">
    <testcase name="TestCart::test_total, line 12:28" classname="tests.test_cart" file="tests/test_cart.py" line="12">
      <skipped message="The adapter expects 12 (91%), then 0 (3%); 42 gets &lt;1%."/>
    </testcase>
    <testcase name="TestCart::test_empty, line 20:28" classname="tests.test_cart" file="tests/test_cart.py" line="20"/>
    <testcase name="TestCart::test_empty, line 21:28" classname="tests.test_cart" file="tests/test_cart.py" line="21"/>
  </testsuite>
  <testsuite name="test/cart.test.ts" tests="1" failures="0" errors="0" skipped="1" file="test/cart.test.ts">
    <testcase name="cart &gt; adds, line 7:31" classname="test.cart.test" file="test/cart.test.ts" line="7">
      <skipped message="The adapter proposes 7 (72%), then 12 (11%)."/>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
});

test('is valid, whatever the user wants to fail on', () => {
  const outcomes = (['never', 'surprising', 'open'] as const).map((failOn) => {
    const [failures, failed, skipped] = read(
      junit(failOn),
      '/testsuites/@failures',
      '//failure/@type',
      '//skipped',
    );
    return [failures?.[0], failed?.join(), skipped?.length];
  });
  assert.equal(outcomes, [
    ['0', '', 2],
    ['1', 'surprising', 1],
    ['2', 'surprising,open', 0],
  ]);
});

test('an open value without a proposal has a message too', () => {
  const [messages] = read(junit('open', [open({ candidates: [] })]), '//failure/@message');
  assert.equal(messages, ['The expected value is left open.']);
});

test('no assertions, no suites', () => {
  assert.equal(read(junit('never', []), '/testsuites/@tests', '//testsuite'), [['0'], []]);
});

test('an assertion outside of a test is named by its place', () => {
  assert.equal(read(junit('never', [plausible({ test: '' })]), '//testcase/@name'), [['line 20:28']]);
});

test('any character comes back as it is or as an escape that can be seen', () => {
  const evil = '<a href="x">&amp;\u0000\u0008\u001b\ufffe\uffff\ud800\u202e\n\t\'😀]]>';
  const shown = '<a href="x">&amp;\\u0000\\u0008\\u001b\\ufffe\\uffff\\ud800\\u202e \'😀]]>';
  const text = junit('surprising', [
    surprising({ path: 'a & "b"\u0001.py', test: evil, candidates: [{ text: evil, probability: 0.9 }] }),
  ]);
  const [names, messages, files] = read(text, '//testcase/@name', '//failure/@message', '//testcase/@file');
  assert.equal(names, [`${shown}, line 12:28`]);
  assert.match(messages?.[0] ?? '', /^The adapter expects <a href="x">&amp;\\u0000/);
  assert.equal(files, ['a & "b"\\u0001.py']);
});

test.slow('2,000 assertions take no time', () => {
  const assertions = Array.from({ length: 2000 }, (_, index) => surprising({ line: index + 1 }));
  const start = performance.now();
  const text = junit('never', assertions);
  assert.ok(performance.now() - start < 1000);
  assert.equal(read(text, '/testsuites/@skipped'), [['2000']]);
});

test.run();
