/**
 * Runs the uvu test files and judges the run: `node scripts/test.js [--fast] [name part …]`.
 *
 * Each file is one process, as many at a time as there are cores. The run fails when a test failed, when a
 * file ended badly or never called `run()`, and when no test ran at all. Prints `N passed, N failed` last.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const args = process.argv.slice(2);
const fast = args.includes('--fast');
const parts = args.filter((arg) => !arg.startsWith('--'));
const files = readdirSync('test', { recursive: true })
  .map((path) => `test/${String(path).replaceAll('\\', '/')}`)
  .filter(
    (path) => path.endsWith('.test.ts') && (parts.length === 0 || parts.some((part) => path.includes(part))),
  )
  .sort();

const started = Date.now();
const totals = { passed: 0, failed: 0 };
const queue = [...files];
await Promise.all(Array.from({ length: availableParallelism() }, drain));
console.log(`\n${files.length} files in ${((Date.now() - started) / 1000).toFixed(1)} s`);
if (totals.passed + totals.failed === 0) {
  console.log('No test ran.');
  totals.failed += 1;
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;

async function drain() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) report(file, await runFile(file));
}

function runFile(file) {
  const env = { ...process.env, FORCE_COLOR: '0', CODE2LORA_TEST_TIER: fast ? 'fast' : 'all' };
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const begun = Date.now();
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, output, ms: Date.now() - begun })),
  );
}

/** uvu prints its counts; `##suite N` is printed by `run()` in test/helpers/suite.ts. */
function report(file, { code, signal, output, ms }) {
  const count = (label) =>
    [...output.matchAll(new RegExp(`^  ${label}:\\s+(\\d+)`, 'gm'))].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
  const declared = [...output.matchAll(/^##suite (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  const passed = count('Passed');
  const failed = count('Total') - passed;
  const complete = /^##suite \d+$/m.test(output) && passed + failed === declared;
  const good = code === 0 && complete && failed === 0;
  totals.passed += passed;
  totals.failed += good ? 0 : Math.max(1, failed);
  console.log(`${good ? 'ok  ' : 'FAIL'} ${file} (${passed} passed, ${ms} ms)`);
  if (good) return;
  if (!complete)
    console.log(`  ${passed + failed} of ${declared} declared tests ran, or run() was not called`);
  if (signal) console.log(`  ended by ${signal}`);
  console.log(output.replace(/^/gm, '  '));
}
