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

test('counts memory that the system cannot take back', () => {
  if (process.platform !== 'linux') return;
  const before = privateBytes(process.pid) as number;
  const block = Buffer.alloc(64 << 20, 1);
  const after = privateBytes(process.pid) as number;
  assert.ok(after - before > block.length * 0.9 && after - before < block.length * 1.5);
  assert.is(privateBytes(2 ** 30), undefined);
});

test.run();
