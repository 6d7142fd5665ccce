/**
 * A report → JUnit XML, the subset that testmoapp/junitxml documents. Pure.
 *
 * In: a report and what counts as a failure. Out: a suite for each file, a case for each assertion. A finding is
 * `skipped` with a message, so that it is seen and breaks nothing, until the user asks for failures.
 */
import { explain, type FailOn, findingOf, plainQuote } from './findings.ts';
import type { ActionReport, AssertionReport } from './schema.ts';
import { oneLine, visible } from './visible.ts';

const MAX_TEST = 200;

export interface JunitOptions {
  failOn: FailOn;
}

export function toJunit({ check }: ActionReport, { failOn }: JunitOptions): string {
  const suites = [...groupByPath(check.assertions)].map(([path, assertions]) => {
    const cases = assertions.map((assertion) => caseOf(assertion, failOn));
    const attributes = { name: path, ...countsOf(cases), file: path };
    return {
      cases,
      text: element(
        'testsuite',
        attributes,
        cases.map(({ text }) => text),
      ),
    };
  });
  const counts = countsOf(suites.flatMap(({ cases }) => cases));
  const time = ((check.timings.check ?? 0) / 1000).toFixed(3);
  const root = element(
    'testsuites',
    { name: 'code2lora', ...counts, time },
    suites.map(({ text }) => text),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

interface Case {
  outcome: 'passed' | 'skipped' | 'failed';
  text: string;
}

function caseOf(assertion: AssertionReport, failOn: FailOn): Case {
  const { path, line, column, test } = assertion;
  const place = `line ${line}:${column}`;
  const attributes = {
    name: test === '' ? place : `${oneLine(test, MAX_TEST)}, ${place}`,
    classname: path.replace(/\.[^./]+$/, '').replaceAll('/', '.'),
    file: path,
    line,
  };
  const outcome = outcomeOf(assertion, failOn);
  const result = outcome === 'passed' ? [] : [resultOf(assertion, outcome)];
  return { outcome, text: element('testcase', attributes, result) };
}

function outcomeOf({ verdict }: AssertionReport, failOn: FailOn): Case['outcome'] {
  if (verdict !== 'surprising' && verdict !== 'open') return 'passed';
  return failOn === 'open' || failOn === verdict ? 'failed' : 'skipped';
}

function resultOf(assertion: AssertionReport, outcome: 'skipped' | 'failed'): string {
  const finding = findingOf(assertion);
  const message = finding ? explain(finding, plainQuote) : 'The expected value is left open.';
  return outcome === 'skipped'
    ? element('skipped', { message }, [])
    : element('failure', { message, type: assertion.verdict }, []);
}

function countsOf(cases: readonly Case[]) {
  const count = (outcome: Case['outcome']) => cases.filter((item) => item.outcome === outcome).length;
  return { tests: cases.length, failures: count('failed'), errors: 0, skipped: count('skipped') };
}

function groupByPath(assertions: readonly AssertionReport[]): Map<string, AssertionReport[]> {
  const groups = new Map<string, AssertionReport[]>();
  for (const assertion of assertions) {
    const group = groups.get(assertion.path);
    if (group) group.push(assertion);
    else groups.set(assertion.path, [assertion]);
  }
  return groups;
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  if (children.length === 0) return `<${name}${written.join('')}/>`;
  const inner = children.map((child) => child.replace(/^/gm, '  ')).join('\n');
  return `<${name}${written.join('')}>\n${inner}\n</${name}>`;
}

const XML_NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };

/** After `visible` no character is left that XML 1.0 has no place for, and no line break to be folded. */
const escapeXml = (text: string): string =>
  visible(text).replace(/[&<>"]/g, (character) => `&${XML_NAMES[character]};`);
