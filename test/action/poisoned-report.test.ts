/**
 * Reports that a stranger has made, read by the workflow that may write: refused in one message, or shown without
 * being obeyed. GitHub never has to refuse anything.
 */
import type { ActionReport, Suggestion } from '../../src/report/schema.ts';
import { zipOf } from '../github/zip-files.ts';
import { MAX_BODY } from '../helpers/github/pull-request-state.ts';
import { assert, suite } from '../helpers/suite.ts';
import { assertFailed, assertGreen, FORK } from './cart-workflow.ts';
import { commentScene, inPairs, LONG_FILE } from './comment-scene.ts';
import { assertHarmless, HOSTILE } from './harmless.ts';
import { assertAccepted, placesOf, scriptFile, TEST_FILE, testFile, writesOf } from './review-workflow.ts';

const test = suite('poisoned report, end to end');

type Change = (report: ActionReport) => unknown;

/** What is in the report in the place of what belongs there, and what is said of it. */
const REFUSED: readonly (readonly [string, RegExp, Change])[] = [
  [
    'a number that is text',
    /"pullRequest/,
    (it) => ({ ...it, pullRequest: { ...it.pullRequest, number: '7; id' } }),
  ],
  ['no pull request', /names the pull request "undefined"/, (it) => ({ ...it, pullRequest: null })],
  [
    'another pull request',
    /#8 is at commit/,
    (it) => ({ ...it, pullRequest: { ...it.pullRequest, number: 8 } }),
  ],
  ['one that is not there', /404/, (it) => ({ ...it, pullRequest: { ...it.pullRequest, number: 99 } })],
  ['no JSON', /it is not JSON/, () => '<html>'],
  ['an unknown field', /"the whole" is not valid/, (it) => ({ ...it, script: 'x' })],
  ['a path that leads out', /path" is not valid/, (it) => withPath(it, '../../etc/passwd')],
  ['too many findings', /assertions" is not valid/, (it) => withAssertions(it, 2001)],
  ['too many bytes', /at most 2097152/, (it) => JSON.stringify(it) + ' '.repeat(2 ** 21)],
  ['a file that grows', /grows from/, (it) => zipOf(grown(it), { compress: true })],
  ['another file', /it holds "run\.sh"/, () => zipOf({ 'run.sh': 'id' })],
  [
    'a way out of the zip',
    /invalid relative path/,
    () => zipOf({ 'report.json': '{}', 'xx/run.sh': 'id' }).then(outOfZip),
  ],
  ['no zip', /It is not a zip/, () => Buffer.from('report')],
];

const withPath = (report: ActionReport, path: string) => ({
  ...report,
  suggestions: report.suggestions.map((item) => ({ ...item, path })),
});

function withAssertions(report: ActionReport, count: number): ActionReport {
  const [first] = report.check.assertions;
  if (!first) throw new Error('no assertion');
  const assertions = Array.from({ length: count }, () => first);
  return { ...report, check: { ...report.check, assertions } };
}

const grown = (report: ActionReport) => ({ 'report.json': JSON.stringify(report) + ' '.repeat(2 ** 22) });

const outOfZip = (zip: Buffer): Buffer =>
  Buffer.from(zip.toString('latin1').replaceAll('xx/run.sh', '../run.sh'), 'latin1');

test.slow('what is not a report of that run is refused in one message, and nothing is posted', async () => {
  await using it = await commentScene();
  const other = it.open({ [TEST_FILE]: testFile(3) }, { fork: FORK, number: 8 });
  it.requestsSince();
  const finish = async (change: Change) => it.comment((await change(it.report)) as object);
  await inPairs(REFUSED, async ([what, message, change]) => {
    const step = await finish(change);
    assertFailed(step, message);
    assert.not.match(step.stdout, /\n {4}at /, what);
  });
  assert.equal(writesOf(it.requestsSince()), []);
  assert.equal([it.pull.comments, it.pull.threads, other.comments], [[], [], []]);
});

/** Every text of the report says the same. */
function poisoned(report: ActionReport, text: string): ActionReport {
  const { check } = report;
  const assertions = check.assertions.map((assertion) => ({
    ...assertion,
    ...{ test: text, written: text, family: text },
    candidates: [
      { text, probability: 0.9 },
      { text: `${text}2`, probability: 0.1 },
    ],
  }));
  const model = { pack: text, version: text, device: text, precision: text, engine: text };
  const range = { ...check.range, description: text };
  const repository = { ...check.repository, root: text, branch: text };
  return {
    ...report,
    ...{ repository: 'evil/evil', event: 'push' },
    pullRequest: { number: 7, base: 'e'.repeat(40), head: 'f'.repeat(40), fork: false },
    suggestions: report.suggestions.map((item) => ({ ...item, test: text })),
    check: { ...check, assertions, model, range, repository, notices: [text] },
    notices: [text],
  };
}

test.slow('text of a stranger is shown and never obeyed', async () => {
  await using it = await commentScene();
  for (const text of [HOSTILE.join(' '), HOSTILE.toReversed().join('\n')]) {
    it.requestsSince();
    const step = await it.comment(poisoned(it.report, text));
    assertGreen(step);
    assertAccepted(it.requestsSince());
    assert.equal([step.secrets, step.annotations], [['fake-token'], []]);
    const said = [...it.pull.comments, ...it.pull.threads.flatMap(({ comments }) => comments)];
    const bodies = said.map(({ body }) => body);
    assert.ok(bodies.length > 1);
    for (const body of bodies) assertHarmless(body);
    const [body = ''] = bodies;
    assert.not.match(body, /evil\/evil|ffffff/, 'GitHub knows better');
    assert.match(body, new RegExp(`/octo/cart/blob/${it.pull.head.sha}/`));
  }
});

/** What a stranger would like to see posted in our name, made of an honest suggestion. */
const FORGERIES: readonly ((good: Suggestion) => Partial<Suggestion>)[] = [
  () => ({ path: LONG_FILE, line: 2, lineText: '  expect(total([0])).toBe(1);', column: 27, endColumn: 28 }),
  () => ({ path: 'cart.py' }),
  () => ({ path: 'not/there.py' }),
  () => ({ line: 4000 }),
  ({ line }) => ({ line: line + 1 }),
  ({ lineText }) => ({ lineText: lineText.replace('assert', 'assert not') }),
  ({ lineText }) => ({ column: 1, endColumn: lineText.length + 1, written: lineText, value: 'pass' }),
  ({ column }) => ({ column: column - 3, written: '== 1', value: '!= 1' }),
  ({ column }) => ({ endColumn: column, written: '' }),
  () => ({ value: '0\n    import os' }),
  () => ({ value: '0  # nosec' }),
  () => ({ value: '0, print("x")' }),
  () => ({ value: '0; import os' }),
  () => ({ value: '0\u202e' }),
  () => ({ value: ' 0' }),
  () => ({ value: '1' }),
  () => ({ written: '99' }),
  () => ({ verdict: 'open', written: null, probability: 1 }),
  ({ column }) => ({ endColumn: column, verdict: 'open', written: null, probability: 1 }),
  ({ endColumn }) => ({ column: endColumn, verdict: 'open', written: null, probability: 1, value: ', 0' }),
  ({ column }) => ({ column: column - 1, verdict: 'open', written: null, probability: 1, value: ' 0' }),
];

/** On the assertion with this index. */
function honest(report: ActionReport, index: number): Suggestion {
  const [any] = report.suggestions;
  if (!any) throw new Error('no suggestion');
  const lineText = `    assert Cart().total(${index}) == 1`;
  const place = {
    path: TEST_FILE,
    line: 5 + 4 * index,
    column: lineText.length,
    endColumn: lineText.length + 1,
  };
  return { ...any, ...place, lineText, value: '0', written: '1', verdict: 'surprising' };
}

test.slow(
  'a suggestion that is not one value on a line of the diff is left out, and nothing is refused',
  async () => {
    const values = Array.from({ length: FORGERIES.length + 2 }, () => 1);
    const files = { [TEST_FILE]: testFile(...values), [LONG_FILE]: scriptFile(1, 2, 3, 4, 5, 6, 7) };
    await using it = await commentScene(files);
    const good = values.map((_, index) => honest(it.report, index));
    const suggestions = good.map((item, index) => ({ ...item, ...FORGERIES[index]?.(item) }));
    it.requestsSince();
    const inputs = { 'max-suggestions': '50' };
    assertGreen(await it.comment({ ...it.report, suggestions }, { inputs }));
    assertAccepted(it.requestsSince());
    assert.equal(placesOf(it.pull.threads), placesOf(good.slice(FORGERIES.length)));
  },
);

test.slow('2,000 findings fit into what GitHub takes', async () => {
  await using it = await commentScene();
  const report = withAssertions(it.report, 2000);
  for (const [index, assertion] of report.check.assertions.entries())
    report.check.assertions[index] = { ...assertion, line: index + 1, test: 'ä'.repeat(90) };
  it.requestsSince();
  assertGreen(await it.comment(report));
  assertAccepted(it.requestsSince());
  const { body = '' } = it.pull.comments[0] ?? {};
  assert.ok(body.length <= MAX_BODY && body.length > 50_000, `${body.length}`);
  assert.match(body, /\d+ more in the job summary/);
});

test.run();
