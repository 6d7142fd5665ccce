/**
 * Runs the uvu test files and judges the run: `node scripts/test.js [--fast] [part of a path …]`.
 *
 * Files run in batches, as many processes at a time as there are cores. The run fails when a test failed, when
 * a batch ended badly or a file never called `run()`, and when no test ran at all. Prints `N passed, N failed`
 * last.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { bundleTests } from './test-bundle.js';
import { temporaryFilesInMemory } from './test-folder.js';

const args = process.argv.slice(2);
const fast = args.includes('--fast');
const parts = args.filter((arg) => !arg.startsWith('--'));
const files = readdirSync('test', { recursive: true })
  .map((path) => `test/${String(path).replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)))
  .filter((path) => !fast || !hasOnlySlowTests(readFileSync(path, 'utf8')))
  .sort();

/**
 * Of the fast tier: folders that load the same libraries share a process, since loading them takes longer than most
 * tests. Those that start git all the time have one without models: the more memory a process has, the longer
 * starting another takes. The dearest come first; `null` stands for all other folders.
 */
const FAST_BATCHES = [
  ['git'],
  null,
  ['commands'],
  ['action', 'github', 'snapshots'],
  ['assertions', 'packs', 'report', 'workflows'],
  ['hooks'],
];
/** Of all tests: slow ones are spread to even out. */
const BATCHES_PER_CORE = 3;

const started = Date.now();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const bundle = await bundleTests(files);
const temporary = fast ? temporaryFilesInMemory(process.env) : {};
const tier = { CODE2LORA_TEST_TIER: fast ? 'fast' : 'all' };
const totals = { passed: 0, failed: 0 };
const queue = fast ? byFolder() : spread(BATCHES_PER_CORE * availableParallelism());
await Promise.all(Array.from({ length: availableParallelism() }, drain));
console.log(`\n${files.length} files in ${((Date.now() - started) / 1000).toFixed(1)} s`);
if (totals.passed + totals.failed === 0) {
  console.log('No test ran.');
  totals.failed += 1;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;

/** Such a file need not be loaded. */
function hasOnlySlowTests(text) {
  return /^ *test\.slow\(/m.test(text) && !/(?<![.\w])test\(/.test(text);
}

function byFolder() {
  const named = FAST_BATCHES.flatMap((folders) => folders ?? []);
  const isIn = (folders, folder) => folders?.includes(folder) ?? !named.includes(folder);
  return FAST_BATCHES.map((folders) => files.filter((file) => isIn(folders, file.split('/')[1]))).filter(
    (batch) => batch.length > 0,
  );
}

/** Neighbours go to different batches: files of one folder tend to take equally long. */
function spread(count) {
  const batches = Array.from({ length: Math.min(count, files.length) }, () => []);
  for (const [index, file] of files.entries()) batches[index % batches.length].push(file);
  return batches;
}

async function drain() {
  for (let batch = queue.shift(); batch !== undefined; batch = queue.shift())
    report(batch, await runBatch(batch));
}

function runBatch(batch) {
  const env = { ...process.env, ...temporary, ...tier, FORCE_COLOR: '0' };
  const command = ['--enable-source-maps', 'scripts/test-batch.js', bundle, ...batch];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const begun = Date.now();
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output, ms: Date.now() - begun })),
  );
}

/** uvu prints its counts; `##suite N` is printed by `run()` in test/helpers/suite.ts. */
function report(batch, { code, signal, output, ms }) {
  const count = (label) =>
    [...output.matchAll(new RegExp(`^  ${label}:\\s+(\\d+)`, 'gm'))].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  const suites = [...output.matchAll(/^##suite (\d+)$/gm)].map(([, n]) => Number(n));
  const declared = suites.reduce((sum, n) => sum + n, 0);
  const passed = count('Passed');
  const failed = count('Total') - passed;
  const complete = suites.length === batch.length && passed + failed === declared;
  const good = code === 0 && complete && failed === 0;
  totals.passed += passed;
  totals.failed += good ? 0 : Math.max(1, failed);
  console.log(`${good ? 'ok  ' : 'FAIL'} ${passed} passed in ${ms} ms: ${batch.join(' ')}`);
  if (good) return;
  if (!complete) {
    console.log(
      `  ${suites.length} of ${batch.length} files called run(), ${passed + failed} of ${declared} tests ran`,
    );
  }
  if (signal) console.log(`  ended by ${signal}`);
  console.log(output.replace(/^/gm, '  '));
}
