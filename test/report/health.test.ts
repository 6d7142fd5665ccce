import { renderStatus } from '../../src/report/console.ts';
import { renderHealth } from '../../src/report/health.ts';
import { HEALTH_VERDICTS, type HealthReport } from '../../src/report/health-schema.ts';
import { hasDrifted, healthAdvice, healthVerdict } from '../../src/report/health-verdict.ts';
import type { StatusReport } from '../../src/report/status-schema.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/health');

type Gains = HealthReport['gains'];
const none: Gains = { overBase: null, overMean: null, overPanel: null, overPrevious: null, overFresh: null };
const around = (mean: number, width = 0.02) => ({ mean, low: mean - width, high: mean + width });
const enough = { assertions: 40, commits: 8 };
const verdict = (gains: Partial<Gains>, sample = enough) =>
  healthVerdict({ sample, gains: { ...none, ...gains } });

test('specific is what beats the mean adapter and the other repositories, both beyond doubt', () => {
  const mean = { overBase: around(0.5), overMean: around(0.1) };
  assert.is(verdict({ ...mean, overPanel: around(0.2) }), 'repository-specific');
  assert.is(verdict(mean), 'repository-specific'); // a pack without a panel
  assert.is(verdict({ ...mean, overPanel: around(0.01) }), 'generic');
  assert.is(verdict({ overBase: around(0.5), overMean: around(0.01), overPanel: around(0.2) }), 'generic');
});

test('harm is a worse adapter than the mean one or than none, whatever else it is better than', () => {
  assert.is(verdict({ overMean: around(-0.1), overPanel: around(0.3) }), 'harmful');
  assert.is(verdict({ overBase: around(-0.1), overMean: around(0.3) }), 'harmful');
  assert.is(verdict({ overMean: around(-0.01), overPanel: around(0.3) }), 'generic');
});

test('the last bits of a number are no difference, however sure it is', () => {
  const tiny = around(0.0001, 0.00001);
  assert.is(verdict({ overMean: tiny, overPanel: tiny }), 'generic');
  assert.is(verdict({ overMean: around(-0.0001, 0.00001) }), 'generic');
});

test('few assertions, few commits or nothing to compare with give no verdict', () => {
  const gains = { overMean: around(0.5) };
  assert.is(verdict(gains, { assertions: 9, commits: 5 }), 'not-enough-assertions');
  assert.is(verdict(gains, { assertions: 40, commits: 2 }), 'not-enough-assertions');
  assert.is(verdict({ overBase: around(0.5) }), 'not-comparable');
});

test('a state has drifted when a fresh one does better beyond doubt', () => {
  const drifted = (overFresh: Gains['overFresh'], sample = enough) =>
    hasDrifted({ sample, gains: { ...none, overFresh } });
  assert.equal(
    [drifted(around(-0.1)), drifted(around(-0.01)), drifted(around(0.1)), drifted(null)],
    [true, false, false, null],
  );
  assert.is(drifted(around(-0.1), { assertions: 3, commits: 3 }), null);
});

test('each verdict says what to do, and a drifted state how to mend it', () => {
  const texts = HEALTH_VERDICTS.map((each) => healthAdvice(each, { drifted: false }));
  assert.is(new Set(texts).size, HEALTH_VERDICTS.length);
  for (const each of HEALTH_VERDICTS)
    assert.match(healthAdvice(each, { drifted: true }), /health --re-anchor/);
});

const commit = 'a'.repeat(40);
const report: HealthReport = {
  schema: 'code2lora/health@1',
  repository: { root: '/r', head: commit, branch: 'main' },
  model: { pack: 'nano', version: '0.1.0', device: 'cpu', precision: 'fp32', engine: 'x' },
  snapshot: { id: 'i', commit, parent: null, digest: 'd', stateDigest: 's', steps: 12 },
  verdict: 'harmful',
  advice: 'Do this.',
  sample: { asked: 40, assertions: 31, commits: 1, oldest: commit, newest: commit, freshFrom: null },
  nll: { own: 1.5, base: 2, mean: 1.25, panel: null, previous: null, fresh: null },
  gains: { ...none, overBase: around(0.5), overMean: around(-0.25) },
  rank: null,
  panel: [],
  likeness: {
    ...{ norm: 1, meanCosine: 0.5, panelCosine: null, previousCosine: null },
    ...{ residualFraction: 0.125, participationRatio: null },
  },
  state: { norm: 2, stepCosine: null, freshCosine: null, freshDistance: null, drifted: null },
  use: { promoted: false, reason: 'it holds NaN', using: null },
  reAnchored: null,
  notices: ['a note'],
  timings: {},
};

test('the text begins with the verdict and what to do, and leaves out what was not measured', () => {
  const lines = renderHealth(report).split('\n');
  assert.equal(lines.slice(0, 2), ['verdict   harmful', '          Do this.']);
  const text = lines.join('\n');
  assert.match(text, /in use {4}the mean adapter: it holds NaN/);
  assert.match(text, /checked {3}31 assertions of 1 commit \(aaaaaaaaaa\)/);
  assert.match(text, /over the base model +2\.000 {2}\+0\.500 \[\+0\.480, \+0\.520\] {2}better/);
  assert.match(text, /over the mean adapter +1\.250 {2}-0\.250 \[-0\.270, -0\.230\] {2}WORSE/);
  assert.not.match(text, /other repositories|rank|fresh|participation/);
  assert.match(text, /12\.5 % of it is this repository's/);
  assert.match(text, /note {6}a note/);
});

test('status says when checks use another adapter, and nothing when they use the newest', () => {
  const status = (use: NonNullable<StatusReport['use']> | null): string =>
    renderStatus({
      schema: 'code2lora/status@1',
      repository: report.repository,
      ...{ snapshot: report.snapshot, behind: 0, lastCheck: null, lastError: null, use },
      worker: { state: 'idle', pid: null, since: null },
      hooks: { installed: false, mode: null },
    });
  const using = 'b'.repeat(40);
  assert.match(status({ promoted: false, reason: 'harm', using }), /in use {4}that of bbbbbbbbbb: harm/);
  assert.match(
    status({ promoted: false, reason: 'harm', using: null }),
    /one that knows no repository: harm/,
  );
  for (const use of [null, { promoted: true, reason: null, using }]) assert.not.match(status(use), /in use/);
});

test('words of a verdict are read as words', () => {
  assert.match(
    renderHealth({ ...report, verdict: 'not-enough-assertions' }),
    /^verdict {3}not enough assertions\n/,
  );
  assert.match(
    renderHealth({ ...report, verdict: 'repository-specific' }),
    /^verdict {3}repository-specific\n/,
  );
});

test.run();
