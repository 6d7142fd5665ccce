import { renderCandidates, renderCheck, renderStatus } from '../../src/report/console.ts';
import type { CheckReport, StatusReport } from '../../src/report/schema.ts';
import { reportAssertion, summarize } from '../../src/report/verdict.ts';
import { assert, suite } from '../helpers/suite.ts';
import { score } from './scores.ts';

const test = suite('report/console');
const thresholds = { surprisingMaxProbability: 0.02, surprisingMinCandidate: 0.6 };
const surprising = score({
  exactMatch: false,
  probability: 0.004,
  candidates: [
    { text: '7', probability: 0.81 },
    { text: '8', probability: 0.06 },
  ],
});

function checkReport(scores = [score(), surprising]): CheckReport {
  const assertions = scores.map((item) => reportAssertion(item, thresholds));
  const commit = 'a'.repeat(40);
  return {
    schema: 'code2lora/check@1',
    repository: { root: '/r', head: commit, branch: 'main' },
    range: { base: null, head: commit, description: 'of the last 4 commits' },
    model: { pack: 'nano', version: '0.1.0', device: 'cpu', precision: 'fp32', engine: 'x' },
    snapshot: { id: 'i', commit, parent: null, digest: 'd', stateDigest: 's', steps: 12 },
    assertions,
    summary: summarize(scores, assertions),
    notices: [],
    timings: {},
  };
}

test('shows what stands out and counts the rest', () => {
  const text = renderCheck(checkReport(), { details: false });
  assert.match(text, /aaaaaaaaaa after 12 steps of the GRU \(nano 0\.1\.0, fp32 on cpu\)/);
  assert.match(text, /2 assertions of the last 4 commits/);
  assert.match(text, /1 expected, 1 surprising/);
  assert.match(
    text,
    /12:21 {2}surprising {2}42 {2}0\.4 % {2}expects 7 \(81 %\) {2}then 8 \(6\.0 %\) {2}in test_total/,
  );
  assert.is(text.match(/12:21/g)?.length, 1);
});

test('lists every assertion with details', () => {
  assert.is(renderCheck(checkReport(), { details: true }).match(/12:21/g)?.length, 2);
});

test('is short when there is nothing to say', () => {
  const text = renderCheck(checkReport([]), { details: false });
  assert.is(text.split('\n').length, 2);
});

test('candidates are listed with probabilities, most likely first', () => {
  const text = renderCandidates(reportAssertion(surprising, thresholds));
  assert.match(text, /tests\/test_cart\.py:12:21.*written 42, 0\.4 %/);
  assert.match(text, /81 % {2}7\n/);
});

test('control characters and line breaks of sources cannot move the cursor', () => {
  const hostile = score({
    ...surprising,
    assertion: { path: 'a\u001b[2J.py', target: "'x\u202e\ny'", test: '\u0007bell' },
  });
  const text = renderCheck(checkReport([hostile]), { details: true });
  for (const character of ['\u001b', '\u0007', '\u202e']) assert.not.ok(text.includes(character));
  assert.match(text, /\\u001b\[2J\.py/);
});

test('cuts a long value visibly', () => {
  const long = score({ ...surprising, assertion: { target: 'x'.repeat(500) } });
  assert.match(renderCheck(checkReport([long]), { details: true }), /x{47}…/);
});

test('status says what to do when nothing is there yet', () => {
  const status: StatusReport = {
    schema: 'code2lora/status@1',
    repository: { root: '/r', head: null, branch: 'main' },
    snapshot: null,
    behind: null,
    worker: { state: 'idle', pid: null, since: null },
    lastCheck: null,
    lastError: { at: 'today', message: 'disk full' },
    hooks: { installed: false, mode: null },
  };
  const text = renderStatus(status);
  assert.match(text, /run "code2lora run"/);
  assert.match(text, /run "code2lora init"/);
  assert.match(text, /disk full/);
});

test.run();
