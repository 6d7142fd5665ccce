import {
  fingerprintIn,
  fingerprintOf,
  MARKER,
  renderComment,
  renderSettledComment,
  renderSuggestionComment,
} from '../../src/report/pull-request-comment.ts';
import type { AssertionReport } from '../../src/report/schema.ts';
import { actionReport, HEAD, open, plausible, suggestion, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/pull-request-comment');
const options = { serverUrl: 'https://github.com' };
const render = (...[assertions, changes]: Parameters<typeof actionReport>): string =>
  renderComment(actionReport(assertions, changes), options) ?? '';
const many = (number: number, changes: Partial<AssertionReport> = {}) =>
  Array.from({ length: number }, (_, index) => surprising({ line: index + 1, ...changes }));

test('says in two lines what the test claims, what the adapter expects, how sure it is', () => {
  assert.is(
    render(),
    `<!-- code2lora:comment v1 -->

### code2lora: 1 surprising value, 1 proposal for an open value

In the 4 assertions that this pull request adds or changes, this stands out to a model that has learned from the repository's history. It is worth a second look: the test, the code or the model is wrong.

- [\`tests/test_cart.py:12\`](https://github.com/octo/shop/blob/${HEAD}/tests/test_cart.py#L12) \`assert cart.total() == 42\`
  The adapter expects \`12\` (91%), then \`0\` (3%); \`42\` gets <1%. In \`TestCart::test_total\`.
- [\`test/cart.test.ts:7\`](https://github.com/octo/shop/blob/${HEAD}/test/cart.test.ts#L7) leaves the value open
  The adapter proposes \`7\` (72%), then \`12\` (11%). In \`cart > adds\`.

Not useful? \`# code2lora-ignore\` or \`// code2lora-ignore\` on an assertion's line or alone above it mutes it; globs in \`check.ignore\` of \`code2lora.config.json\` mute files.

<details>
<summary>The adapter's gain over the last checks</summary>

\`\`\`mermaid
xychart-beta
    title "Gain of the adapter over the base model"
    x-axis ["0aabcde", "0babcde", "0cabcde", "0dabcde"]
    y-axis "nats per token" 0.000 --> 0.450
    line [0.310, 0.280, 0.350, 0.330]
\`\`\`

</details>

<sub>nano 0.1.0 on cpu · adapter of \`1111111111\` · 331 steps</sub>`,
  );
});

test('is silent when there is nothing worth a comment', () => {
  const vague = open({ candidates: [{ text: '7', probability: 0.3 }] });
  assert.is(renderComment(actionReport([]), options), null);
  assert.is(renderComment(actionReport([plausible(), vague]), options), null);
});

test('speaks of proposals alone where nothing is surprising, without a chart of two points', () => {
  const text = render([open()], { gains: [], suggestions: [] });
  assert.match(text, /For values left open in the assertion that this pull request adds or changes, a model/);
  assert.not.match(text, /mermaid|second look|# code2lora-ignore/);
  assert.match(text, /Not useful\? `\/\/ code2lora-ignore` on/);
});

test('ten findings are in sight, the others folded and counted', () => {
  const [inSight = '', folded = ''] = render(many(25)).split('<summary>15 more, less certain</summary>');
  assert.is(inSight.match(/^- \[/gm)?.length, 10);
  assert.is(folded.match(/^- \[/gm)?.length, 15);
});

test.slow('never exceeds the limit, and says how much it left out', () => {
  const long = '"@a `` | <b> 😀"'.repeat(20);
  const findings = many(2000, { path: `${'très long/'.repeat(90)}x.py`, written: long, test: long });
  for (const limit of [4_000, 65_000]) {
    const text = renderComment(actionReport(findings, { suggestions: [] }), { ...options, limit }) ?? '';
    assert.ok(text.length <= limit, `${text.length} of ${limit}`);
    const items = text.match(/^- \[/gm)?.length ?? 0;
    assert.match(text, new RegExp(`^${2000 - items} more in the job summary\\.$`, 'm'));
  }
  for (let limit = 4_000; limit < 4_300; limit += 1) {
    const text = renderComment(actionReport(many(40), { suggestions: [] }), { ...options, limit }) ?? '';
    assert.ok(text.length <= limit, `${text.length} of ${limit}`);
  }
});

test('everything that comes from the pull request is code, and nothing in it is obeyed', () => {
  const evil =
    '`` ` @octocat #1 <img src=x onerror=y> </details>\n\n# h ![a](http://x.y) <!-- x --> \u202e\u200b ::error::';
  const report = actionReport(
    [
      surprising({
        path: 'a`](http:x) b/@c.py',
        test: evil,
        written: evil,
        candidates: [{ text: `${evil}!`, probability: 0.9 }],
      }),
    ],
    { suggestions: [] },
  );
  report.check.model.pack = '@octocat <script>';
  const lines = (renderComment(report, options) ?? '').split('\n');
  assert.is(lines[0], MARKER);
  const text = lines.slice(1).join('\n');
  const outside = text.replace(/(?<!`)(`+)(?!`).*?[^`]\1(?!`)/gs, 'CODE');
  assert.not.match(outside, /@[a-z]|#1|<img|<script|<!--|!\[|\u202e|\u200b/i);
  assert.not.match(text, /<!--|[\u202e\u200b]/);
  assert.match(
    outside,
    /^- \[CODE\]\(https:\/\/github\.com\/octo\/shop\/blob\/2{40}\/[A-Za-z0-9%./]+#L12\) says CODE$/m,
  );
  assert.is(text.match(/^- |^#|^<\/details>$/gm)?.join(), '#,- ,</details>');
});

test('a value over several lines is shown in one', () => {
  const text = render([surprising({ written: '[\n    1,\n    2,\n]', endLine: 15 })], { suggestions: [] });
  assert.match(text, /#L12-L15\) says `\[ 1, 2, \]`$/m);
});

test('links to the head of the pull request on the server that it is on; else to the commit checked', () => {
  const elsewhere = renderComment(actionReport(), { serverUrl: 'https://ghe.example' }) ?? '';
  assert.match(elsewhere, /\(https:\/\/ghe\.example\/octo\/shop\/blob\/2{40}\//);
  const head = '9'.repeat(40);
  const pushed = actionReport(undefined, { pullRequest: null });
  pushed.check.range.head = head;
  assert.match(renderComment(pushed, options) ?? '', new RegExp(`/blob/${head}/`));
});

test('settles a comment that has been written before', () => {
  assert.is(
    renderSettledComment(actionReport([plausible()])),
    `<!-- code2lora:comment v1 -->

### code2lora: nothing stands out

At \`2222222222\` the adapter has no objection to the 1 assertion that this pull request adds or changes.

<sub>nano 0.1.0 on cpu · adapter of \`1111111111\` · 331 steps</sub>`,
  );
});

test('a suggestion says why, offers the line, and says how to decline', () => {
  assert.is(
    renderSuggestionComment(suggestion()),
    `<!-- code2lora:suggestion v1 ${fingerprintOf(suggestion())} -->

The test says \`42\`; the adapter expects \`12\` (91%), then \`0\` (3%).

\`\`\`suggestion
    assert cart.total() == 12
\`\`\`

<sub>Learned from the repository's history; it can be wrong. \`# code2lora-ignore\` on the line above mutes it.</sub>`,
  );
});

test('a suggestion for an open value shows the value without its comma, and keeps the comma in the line', () => {
  const text = renderSuggestionComment(
    suggestion({
      ...{ path: 'a.test.js', lineText: '\tt.is(f())', column: 10, endColumn: 10, value: ', 7' },
      ...{ verdict: 'open', written: null, runnerUp: null },
    }),
  );
  assert.match(text, /^The value is left open; the adapter proposes `7` \(91%\)\.$/m);
  assert.match(text, /^```suggestion\n\tt\.is\(f\(\), 7\)\n```$/m);
  assert.match(text, /`\/\/ code2lora-ignore`/);
});

test('a suggestion of backticks does not end its own block', () => {
  const text = renderSuggestionComment(
    suggestion({ lineText: 'is(a, `b```)', column: 7, endColumn: 12, value: '````' }),
  );
  assert.match(text, /^`````suggestion\nis\(a, ````\)\n`````$/m);
});

test('the fingerprint follows a line that moves, and only that', () => {
  const own = fingerprintOf(suggestion());
  assert.match(own, /^[0-9a-f]{16}$/);
  assert.is(fingerprintOf(suggestion({ line: 99, probability: 0.5, runnerUp: null })), own);
  const others = [{ path: 'b.py' }, { lineText: 'x' }, { value: '13' }].map((changes) =>
    fingerprintOf(suggestion(changes)),
  );
  assert.is(new Set([own, ...others]).size, 4);
});

test('a marker counts at the start only, where no quoted source can put it', () => {
  const body = renderSuggestionComment(suggestion());
  assert.is(fingerprintIn(body), fingerprintOf(suggestion()));
  assert.is(fingerprintIn(body.replaceAll('\n', '\r\n')), fingerprintOf(suggestion()));
  assert.is(fingerprintIn(`> ${body}`), null);
  assert.is(fingerprintIn('text <!-- code2lora:suggestion v1 0123456789abcdef -->'), null);
  assert.is(fingerprintIn('<!-- code2lora:suggestion v1 0123 -->'), null);
});

test.run();
