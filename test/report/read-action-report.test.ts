import { GitHubError } from '../../src/errors.ts';
import { serializeReport } from '../../src/report/fit-action-report.ts';
import { readActionReport } from '../../src/report/read-action-report.ts';
import { ActionReportSchema } from '../../src/report/schema.ts';
import { assertValid } from '../commands/fixture.ts';
import { actionReport, gainsOf, plausible, suggestion, surprising } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/read-action-report');
// biome-ignore lint/suspicious/noExplicitAny: damage of every kind
type Damage = (report: any) => void;

function refuses(damage: Damage, message: RegExp): void {
  const report = actionReport();
  damage(report);
  let error: unknown;
  try {
    readActionReport(JSON.stringify(report));
  } catch (caught) {
    error = caught;
  }
  assert.instance(error, GitHubError, String(damage));
  assert.match((error as Error).message, message);
}

test('reads what the Action writes', () => {
  const report = actionReport();
  assertValid(report, ActionReportSchema);
  assert.equal(readActionReport(serializeReport(report)), report);
  const push = actionReport([], { pullRequest: null, event: 'push', gains: [], suggestions: [] });
  assert.equal(readActionReport(serializeReport(push)), push);
});

test('names the field that is not what it should be', () => {
  refuses((r) => delete r.event, /"the whole" is not valid .*event/);
  refuses((r) => (r.extra = 1), /"the whole" is not valid/);
  refuses((r) => (r.schema = 'code2lora/action@2'), /"schema" is not valid/);
  refuses((r) => (r.event = 'push\n::error::'), /"event" is not valid/);
  refuses((r) => (r.pullRequest.number = '7'), /"pullRequest.number" is not valid/);
  refuses((r) => (r.pullRequest.number = 1.5), /"pullRequest.number" is not valid/);
  refuses((r) => (r.check.assertions[1].line = 0), /"check.assertions.1.line" is not valid/);
  refuses(
    (r) => (r.check.assertions[0].candidates[1].probability = 1.1),
    /"check.assertions.0.candidates.1.probability"/,
  );
  refuses((r) => (r.check.assertions[0].verdict = 'fatal'), /"check.assertions.0.verdict"/);
  refuses((r) => (r.suggestions[0].endColumn = null), /"suggestions.0.endColumn"/);
});

test('commits are commits, and the repository is a name', () => {
  refuses((r) => (r.pullRequest.head = `${'a'.repeat(40)}\n`), /"pullRequest.head"/);
  refuses((r) => (r.pullRequest.head = 'A'.repeat(40)), /"pullRequest.head"/);
  refuses((r) => (r.check.snapshot.commit = 'main'), /"check.snapshot.commit"/);
  refuses((r) => (r.gains[0].commit = '../x'), /"gains.0.commit"/);
  refuses((r) => (r.repository = 'o/r/../../x'), /"repository"/);
  refuses((r) => (r.repository = 'o/r?x=](y)'), /"repository"/);
});

test('paths stay inside of the repository', () => {
  const paths = [
    '/etc/passwd',
    '../a.py',
    'a/../b.py',
    'a/..',
    './a.py',
    'a//b.py',
    'a/',
    '',
    'C:/a.py',
    'a\\b.py',
    'a\nb.py',
    'a\u0000.py',
    'a\u0085.py',
    `${'a/'.repeat(600)}b.py`,
  ];
  for (const path of paths) {
    refuses((r) => (r.check.assertions[0].path = path), /"check.assertions.0.path"/);
    refuses((r) => (r.suggestions[0].path = path), /"suggestions.0.path"/);
  }
  for (const path of ['a.py', '.github/a.py', 'a..b/c...py', '...', 'a b/ü:x.py', '@scope/x.ts']) {
    const report = actionReport([surprising({ path })], { suggestions: [suggestion({ path })] });
    assert.equal(readActionReport(JSON.stringify(report)), report);
  }
});

test('numbers are finite', () => {
  const text = JSON.stringify(actionReport()).replace('"gain":0.31', '"gain":1e999');
  assert.throws(() => readActionReport(text), /"gains.0.gain" is not valid/);
  const time = JSON.stringify(actionReport()).replace('"total":16371', '"total":1e999');
  assert.throws(() => readActionReport(time), /"check.timings.total" is not valid/);
});

test.slow('nothing is longer than it may be', () => {
  const text = 'x'.repeat(2001);
  refuses((r) => (r.check.assertions[0].written = text), /"check.assertions.0.written"/);
  refuses((r) => (r.check.model.pack = text), /"check.model.pack"/);
  refuses((r) => (r.notices = [text]), /"notices.0"/);
  refuses((r) => (r.check.assertions = Array(2001).fill(plausible())), /"check.assertions"/);
  refuses(
    (r) => (r.check.assertions[0].candidates = Array(21).fill({ text: '1', probability: 0 })),
    /candidates"/,
  );
  refuses((r) => (r.gains = gainsOf(...Array(101).fill(1))), /"gains"/);
  refuses((r) => (r.notices = Array(501).fill('a')), /"notices"/);
  refuses((r) => (r.suggestions = Array(201).fill(suggestion())), /"suggestions"/);
  refuses(
    (r) =>
      (r.check.timings = Object.fromEntries(
        Array(41)
          .fill(0)
          .map((_, i) => [`t${i}`, 1]),
      )),
    /"check.timings"/,
  );
  refuses((r) => (r.check.timings['a\nb'] = 1), /"check.timings/);
});

test.slow('the file is no larger than 2 MiB, and it is JSON', () => {
  assert.throws(
    () => readActionReport(' '.repeat(2 * 1024 * 1024 + 1)),
    /it has 2097153 bytes \(expected: at most 2097152\)/,
  );
  for (const text of ['', 'PK\u0003\u0004', '{', '[]', 'null', '1', '"x"']) {
    assert.throws(() => readActionReport(text), /Cannot use report\.json/);
  }
  assert.throws(() => readActionReport('['.repeat(1_000_000)), /it is not JSON|is not valid/);
});

test('names of the language itself are no way in', () => {
  const text = JSON.stringify(actionReport()).replace('{', '{"__proto__":{"polluted":1},');
  assert.throws(() => readActionReport(text), /Cannot use/);
  assert.is(({} as { polluted?: number }).polluted, undefined);
});

test('the message is safe to print', () => {
  refuses(
    (r) => (r.check.timings['\u001b[2J\n::error::x'] = 1),
    /^Cannot use report\.json of the checked run: [^\n\p{Cc}]*\n/u,
  );
});

test.run();
