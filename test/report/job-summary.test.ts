import { renderJobSummary } from '../../src/report/job-summary.ts';
import type { AssertionReport } from '../../src/report/schema.ts';
import { actionReport, HEAD, plausible, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/job-summary');
const options = { serverUrl: 'https://github.com' };
const render = (...[assertions, changes]: Parameters<typeof actionReport>): string =>
  renderJobSummary(actionReport(assertions, changes), options);

test('begins with the outcome, then counts and findings; the rest is folded', () => {
  const text = render(undefined, {
    notices: ['b.py: has *syntax* errors'],
    check: { notices: ['a.py: @left out'] },
  });
  const [title, outcome] = text.split('\n\n');
  assert.is(title, '### code2lora: 1 surprising value, 1 proposal for an open value');
  assert.is(
    outcome,
    'Checked 4 assertions of the pull request: 1 expected, 1 plausible, 1 surprising, 1 open. The adapter would have written 25% of the values, at 1.38 nats per token (base model 1.73).',
  );
  const [inSight = ''] = text.split('<details>');
  assert.match(inSight, /^\| Where \| Test \| Written \| The adapter \|\n\| --- \| --- \| --- \| --- \|$/m);
  const place = 'tests&#47;test&#95;cart&#46;py&#58;12';
  const url = `https://github.com/octo/shop/blob/${HEAD}/tests/test_cart.py#L12`;
  const test = 'TestCart&#58;&#58;test&#95;total';
  assert.ok(
    inSight.includes(
      `| [<code>${place}</code>](${url}) | <code>${test}</code> | <code>42</code> (<1%) | expects <code>12</code> (91%), then <code>0</code> (3%) |`,
    ),
    inSight,
  );
  assert.equal(
    [...text.matchAll(/<summary>(.*)<\/summary>/g)].map(([, summary]) => summary),
    [
      '2 assertions without a finding',
      '2 notices',
      "The adapter's gain over the last checks",
      'Model, adapter and timings',
    ],
  );
  assert.match(text, /^- a\.py: @&#8203;left out\n- b\.py: has \\\*syntax\\\* errors$/m);
  assert.match(
    text,
    /^- adapter: commit 1{10}, 331 steps, restored from artifact 1234 of 1{10}, 3 commits read on top$/m,
  );
  assert.match(text, /^- time: update 2\.7 s, select 0\.2 s, check 13\.4 s, total 16\.4 s$/m);
});

test('says so when nothing stands out or nothing was there to check', () => {
  assert.match(render([plausible()]), /^### code2lora: nothing stands out\n/);
  const empty = actionReport([]);
  Object.assign(empty.check.summary, { exactMatch: null, nll: null, baseNll: null });
  const text = renderJobSummary(empty, options);
  assert.match(text, /^### code2lora: nothing to check\n\nChecked 0 assertions of the pull request\.\n/);
  assert.not.match(text, /\| Where/);
});

test('names an adapter that was built and uploaded', () => {
  const adapter = { restoredFrom: null, restoredCommit: null, artifact: '77', advancedBy: 1 };
  const text = render(undefined, { adapter });
  assert.match(text, /, built from the history, 1 commit read on top, uploaded as artifact 77$/m);
});

test('stays below 900 KB whatever comes in, and says what it left out', () => {
  const huge = '|`<&"\u202e漢'.repeat(10_000);
  const huger = (verdict: AssertionReport['verdict']) => (_: unknown, index: number) =>
    surprising({ verdict, line: index + 1, path: `${'漢/'.repeat(500)}a.py`, test: huge, written: huge });
  const assertions = [
    ...Array.from({ length: 2000 }, huger('surprising')),
    ...Array.from({ length: 2000 }, huger('plausible')),
  ];
  const notices = Array.from({ length: 2000 }, (_, index) => `${index} ${huge.slice(0, 1000)}`);
  const start = performance.now();
  const text = render(assertions, { notices });
  assert.ok(performance.now() - start < 5000);
  assert.ok(Buffer.byteLength(text) <= 900_000, `${Buffer.byteLength(text)} bytes`);
  assert.is(text.match(/rows left out: a summary has room for 900 KB/g)?.length, 2);
  assert.match(text, /^- \d+ more are left out\.$/m);
  assert.is(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
});

test('2,000 assertions of ordinary size are all there', () => {
  const assertions = Array.from({ length: 2000 }, (_, index) => plausible({ line: index + 1 }));
  const text = render(assertions);
  assert.is(text.match(/^\| \[/gm)?.length, 2000);
});

test('no cell can end its row, its table or its fold', () => {
  const evil = 'a | b\n| c |\n\n</details> <script> `x` @octocat';
  const text = render([surprising({ test: evil, written: evil, path: 'a|b.py' })], { notices: [evil] });
  const row = text.split('\n').find((line) => line.startsWith('| ['));
  assert.is(row?.split('|').length, 6);
  assert.not.match(text, /<script|@octocat/);
  assert.is(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
});

test.run();
