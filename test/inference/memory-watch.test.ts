import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { privateBytes, watchMemory } from '../../src/inference/memory-watch.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('inference/memory-watch');

test.slow('calls once when a process takes more than the limit, whoever says so', async () => {
  const seen: number[] = [];
  const watch = watchMemory(process.pid, { limitBytes: 1024, onExceeded: (bytes) => seen.push(bytes) });
  watch.hear(1 << 30);
  await new Promise((resolve) => setTimeout(resolve, 600));
  watch.hear(1 << 30);
  watch.stop();
  assert.is(seen.length, 1);
});

test.slow('leaves a process in peace that is within the limit, or has none', async () => {
  const onExceeded = () => assert.unreachable();
  const roomy = watchMemory(process.pid, { limitBytes: 2 ** 40, onExceeded });
  const free = watchMemory(process.pid, { limitBytes: null, onExceeded });
  free.hear(2 ** 45);
  await new Promise((resolve) => setTimeout(resolve, 300));
  roomy.stop();
});

test.slow('counts memory that the system cannot take back', async () => {
  if (process.platform !== 'linux') return;
  const bytes = 64 << 20;
  const [small, large] = await Promise.all([holder(0), holder(bytes)]);
  const difference = (privateBytes(large.pid as number) ?? 0) - (privateBytes(small.pid as number) ?? 0);
  for (const child of [small, large]) child.kill();
  assert.ok(difference > bytes * 0.8 && difference < bytes * 1.5, `${difference} of ${bytes} bytes`);
  assert.is(privateBytes(2 ** 30), undefined);
});

/** A process of its own that holds so much: this one frees what other tests have left whenever it likes. */
async function holder(bytes: number): Promise<ChildProcess> {
  const program = `globalThis.held = Buffer.alloc(${bytes}, 1); console.log('ready'); setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test.run();
