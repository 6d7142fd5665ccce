/** The whole job on another device than the CPU: the shipped models on a software GPU, real repositories, the CLI. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from '../src/config.ts';
import { UsageError } from '../src/errors.ts';
import { openGenerator } from '../src/lora/generate.ts';
import type { AssertionReport, CheckReport, VerifyReport } from '../src/report/schema.ts';
import { openModelPack } from '../src/runtime/model-pack.ts';
import type { Engine } from '../src/runtime/session.ts';
import {
  createSnapshot,
  hasSameContent,
  hasSameEngine,
  parseManifest,
  type Snapshot,
} from '../src/snapshots/snapshot.ts';
import { openSnapshotStore } from '../src/snapshots/store.ts';
import { assertValid, schemas } from './commands/fixture.ts';
import { type GitRepo, gitRepo, temporaryFolder } from './helpers/git-repo.ts';
import { runScript, softwareGpu } from './helpers/software-gpu.ts';
import { assert, suite } from './helpers/suite.ts';
import { snapshotContent } from './snapshots/content.ts';

const test = suite('devices');
/** Largest difference that another device may make: CROSS_CPU_TOLERANCE of `verify`. */
const TOLERANCE = 1e-3;

test('takes the device from the flag, then the environment, then the file, then auto', () => {
  const folder = temporaryFolder();
  assert.is(resolveConfig(folder, {}).device, 'auto');
  writeFileSync(join(folder, 'code2lora.config.json'), '{"device": "coreml"}');
  assert.is(resolveConfig(folder, {}).device, 'coreml');
  const env = { CODE2LORA_DEVICE: 'dml' };
  assert.is(resolveConfig(folder, env).device, 'dml');
  assert.is(resolveConfig(folder, env, { device: 'webgpu' }).device, 'webgpu');
});

test('says where an unknown device was named, and lists the known ones', () => {
  const folder = temporaryFolder();
  const refused = (place: RegExp, resolve: () => unknown) =>
    assert.throws(resolve, (error: Error) => {
      assert.instance(error, UsageError);
      assert.match(error.message, place);
      return error.message.endsWith('auto, cpu, webgpu, cuda, coreml, dml.');
    });
  refused(/^--device: unknown device "gpu"/, () => resolveConfig(folder, {}, { device: 'gpu' }));
  refused(/^CODE2LORA_DEVICE: /, () => resolveConfig(folder, { CODE2LORA_DEVICE: 'rocm' }));
  writeFileSync(join(folder, 'code2lora.config.json'), '{"device": "tpu"}');
  refused(/code2lora\.config\.json: "device"/, () => resolveConfig(folder, {}));
});

const CPU: Engine = { name: 'onnxruntime-node', version: '1.30.0', cpu: 'x64-avx2', device: 'cpu' };
const GPU: Engine = { ...CPU, device: 'webgpu' };
const { device: _, ...BEFORE_DEVICES } = CPU;
const manifestOf = (engine: Engine, engines: Engine[] = []) =>
  createSnapshot({ ...snapshotContent(), engine, engines }).snapshot.manifest;

test('a manifest names every engine that computed a part of the walk, once', () => {
  assert.not.ok('earlierEngines' in manifestOf(CPU));
  assert.not.ok('earlierEngines' in manifestOf(CPU, [CPU, CPU]));
  assert.equal(manifestOf(CPU, [GPU, CPU, GPU]).earlierEngines, [GPU]);
  assert.equal(manifestOf(GPU, [CPU, GPU]).earlierEngines, [CPU]);
  assert.is(manifestOf(CPU, [GPU]).id, manifestOf(CPU).id);
});

test('the bytes must be equal only where one kind of CPU computed both walks alone', () => {
  assert.ok(hasSameEngine(manifestOf(CPU), manifestOf(CPU)));
  assert.ok(hasSameEngine(manifestOf(BEFORE_DEVICES), manifestOf(CPU)));
  assert.not.ok(hasSameEngine(manifestOf(CPU), manifestOf({ ...CPU, cpu: 'x64-avx512' })));
  assert.not.ok(hasSameEngine(manifestOf(CPU), manifestOf(GPU)));
  assert.not.ok(hasSameEngine(manifestOf(CPU, [GPU]), manifestOf(CPU)));
  assert.not.ok(hasSameEngine(manifestOf(GPU), manifestOf(GPU)));
  assert.ok(hasSameContent(manifestOf(CPU, [GPU]), manifestOf(BEFORE_DEVICES)));
  const other = createSnapshot({ ...snapshotContent({ steps: 99 }), engine: CPU }).snapshot.manifest;
  assert.not.ok(hasSameContent(manifestOf(CPU), other));
});

test('reads manifests from before devices were written down', () => {
  const old = manifestOf(BEFORE_DEVICES);
  const read = parseManifest(JSON.stringify(old), 'here');
  assert.equal(read, old);
  assert.not.ok('device' in read.engine);
});

test.slow('a device that is not there ends the job before it begins, in our words alone', async () => {
  const { dir } = smallRepo();
  const run = (device: string, env: NodeJS.ProcessEnv = {}) =>
    runScript('src/cli.ts', ['run', '--repo', dir, '--device', device], { ...process.env, ...env });
  const none = await run('webgpu', { VK_DRIVER_FILES: join(dir, 'absent.json') });
  assert.is(none.code, 3);
  assert.match(
    none.stderr,
    /^code2lora: Cannot run the models on "webgpu": no Vulkan driver is installed\.\n/,
  );
  assert.is(none.stderr.split('\n').length, 5);
  const unknown = await run('gpu');
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, /unknown device "gpu"\.\nKnown devices: auto, cpu,/);
});

test.slow('auto does not take a GPU that is slower than the CPU, and doctor says so', async () => {
  const { dir } = smallRepo();
  const args = ['doctor', '--repo', dir, '--json', '--device', 'auto'];
  const { stdout, stderr } = await runScript('src/cli.ts', args, softwareGpu());
  assert.is(stderr, '');
  const { findings } = JSON.parse(stdout) as { findings: { level: string; what: string }[] };
  const lines = findings.map(({ level, what }) => `${level}: ${what}`).join('\n');
  assert.match(lines, /ok: devices whose parts are installed: cpu, webgpu/);
  assert.match(
    lines,
    /ok: device "auto" means cpu: it is faster: [\d.e+]+ ms on "webgpu", [\d.e+]+ ms on the CPU/,
  );
});

/** Run once: compiling the kernels takes most of the time. */
let job: Promise<{ repo: GitRepo; report: CheckReport }> | undefined;
const jobOnGpu = () => {
  job ??= (async () => {
    const repo = smallRepo();
    return { repo, report: await check(repo, 'webgpu') };
  })();
  return job;
};

test.slow('the whole job runs on a GPU, and its report and its snapshot say so', async () => {
  const { repo, report } = await jobOnGpu();
  assertValid(report, schemas.CheckReportSchema);
  assert.is(report.model.device, 'webgpu');
  assert.is(report.assertions.length, 1);
  const { manifest, hiddenState, adapter } = stored(repo, report);
  assert.is(manifest.engine.device, 'webgpu');
  await using generator = await openGenerator(openModelPack('models/nano'));
  const { pairs } = await generator.generate(hiddenState);
  assert.not.equal(adapter.pairs, pairs, 'the adapter was generated on the CPU');
});

test.slow('the whole job finds on a GPU what it finds on the CPU', async () => {
  const onCpu = smallRepo();
  const expected = await check(onCpu, 'cpu');
  const { repo, report } = await jobOnGpu();
  assert.is(expected.model.device, 'cpu');
  assertClose(report.assertions[0] as AssertionReport, expected.assertions[0] as AssertionReport);
  compareSnapshots(stored(repo, report), stored(onCpu, expected));
});

test.slow('another device goes on where the first one stopped, and verify allows for both', async () => {
  const { repo, report } = await jobOnGpu();
  const verified = await verifyOnCpu(repo);
  assert.ok(verified.withinTolerance && !verified.equal && !verified.sameEngine);
  repo.commit('more', { 'total.py': 'def total(cart):\n    return sum(cart.items, 0)\n' });
  const after = await check(repo, 'cpu');
  assert.is(after.snapshot.parent, report.snapshot.id);
  const { engine, earlierEngines } = stored(repo, after).manifest;
  assert.is(engine.device, 'cpu');
  assert.equal(
    earlierEngines?.map(({ device }) => device),
    ['webgpu'],
  );
  const again = await verifyOnCpu(repo);
  assert.ok(again.withinTolerance, `largest difference ${again.largestDifference}`);
  assert.is(again.tolerance, TOLERANCE);
});

/** Two commits of code, then a test: one value to score and to search for, since a token takes half a second. */
function smallRepo(): GitRepo {
  const repo = gitRepo();
  repo.commit('start', {
    'code2lora.config.json': '{"check": {"candidates": 1}}',
    'cart.py': 'class Cart:\n    def __init__(self):\n        self.items = []\n',
  });
  repo.commit('total', { 'total.py': 'def total(cart):\n    return sum(cart.items)\n' });
  repo.commit('test', {
    'tests/test_cart.py':
      'from cart import Cart\n\n\ndef test_empty():\n    assert len(Cart().items) == 40961\n',
  });
  return repo;
}

async function cli(repo: GitRepo, args: readonly string[]): Promise<unknown> {
  const env = args.includes('webgpu') ? softwareGpu() : process.env;
  const ended = await runScript(
    'src/cli.ts',
    [...args, '--repo', repo.dir, '--model', 'nano', '--json'],
    env,
  );
  assert.is(ended.stderr, '');
  return JSON.parse(ended.stdout);
}

const check = async (repo: GitRepo, device: string) =>
  (await cli(repo, ['run', '--parts', 'gru', '--device', device])) as CheckReport;
const verifyOnCpu = async (repo: GitRepo) =>
  (await cli(repo, ['verify', '--parts', 'gru', '--device', 'cpu'])) as VerifyReport;

function assertClose(found: AssertionReport, expected: AssertionReport): void {
  assert.is(found.verdict, expected.verdict);
  assert.equal(
    found.candidates.map(({ text }) => text),
    expected.candidates.map(({ text }) => text),
  );
  const numbers = ({ probability, baseProbability, nll, baseNll, candidates }: AssertionReport) =>
    [probability, baseProbability, nll, baseNll, ...candidates.map((candidate) => candidate.probability)].map(
      Number,
    );
  const difference = largestDifference(numbers(found), numbers(expected));
  assert.ok(difference < TOLERANCE, `largest difference ${difference}`);
  // The base model's score owes nothing to the adapter: the last bits show where the decoder ran.
  assert.is.not(found.baseNll, expected.baseNll);
}

function stored(repo: GitRepo, { snapshot }: CheckReport): Snapshot {
  const found = openSnapshotStore(join(repo.dir, '.git', 'code2lora')).get(snapshot.id);
  assert.ok(found);
  return found;
}

/** The same snapshot by its id, and by its numbers but for the last bits. */
function compareSnapshots(found: Snapshot, expected: Snapshot): void {
  assert.is(expected.manifest.engine.device, 'cpu');
  assert.is(found.manifest.id, expected.manifest.id);
  assert.is.not(found.manifest.stateDigest, expected.manifest.stateDigest);
  assert.ok(largestDifference(found.hiddenState, expected.hiddenState) < TOLERANCE);
  for (const [type, { A, B }] of Object.entries(expected.adapter.pairs)) {
    assert.ok(largestDifference(found.adapter.pairs[type]?.A ?? [], A) < TOLERANCE);
    assert.ok(largestDifference(found.adapter.pairs[type]?.B ?? [], B) < TOLERANCE);
  }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

test.run();
