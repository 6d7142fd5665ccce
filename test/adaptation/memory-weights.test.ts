import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMemoryWeights } from '../../src/adaptation/memory-weights.ts';
import { ModelError } from '../../src/errors.ts';
import { encodeSafetensors, readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { goldenModel } from '../helpers/golden-decoder.ts';
import { goldenSettings, goldenWeightsPath } from '../helpers/golden-memory.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('adaptation/memory-weights');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-memory-weights-'));
test.after(() => rmSync(folder, { recursive: true }));
const { config } = goldenModel();
const shape = { ...goldenSettings, config };

/** Reads the golden weights after a change. */
function read(change: (tensors: Map<string, Tensor>) => void, wanted = shape) {
  const { tensors } = readSafetensors(goldenWeightsPath);
  change(tensors);
  const path = join(folder, 'memory.safetensors');
  writeFileSync(path, encodeSafetensors(tensors));
  return readMemoryWeights(path, wanted);
}

const refuses = (message: RegExp, ...args: Parameters<typeof read>) =>
  assert.throws(
    () => read(...args),
    (error: unknown) => error instanceof ModelError && message.test(error.message),
  );

test('reads the matrices of every layer that remembers', () => {
  const weights = read(() => {});
  const names = Array.from(Array(config.layerCount).keys(), (layer) =>
    goldenSettings.moduleTypes.map((type) => `${layer}.${type}`),
  );
  assert.equal(Object.keys(weights).sort(), names.flat().sort());
  const { tensors } = readSafetensors(goldenWeightsPath);
  assert.equal(weights['1.down_proj']?.V, tensors.get('V.1.down_proj')?.data);
  assert.is(weights['1.down_proj']?.s.length, 1);
});

test('refuses what does not fit, by its name', () => {
  refuses(/K.1.o_proj is missing, expected float32 \(3, 32\)/, (all) => all.delete('K.1.o_proj'));
  refuses(/it has tensor K.2.o_proj, which this memory does not use/, (all) =>
    all.set('K.2.o_proj', all.get('K.1.o_proj') as Tensor),
  );
  refuses(/B.0.k_proj is F32 \(3, 16\), expected float32 \(16, 3\)/, (all) => {
    const { data } = all.get('B.0.k_proj') as Tensor;
    all.set('B.0.k_proj', { dtype: 'F32', shape: [3, 16], data });
  });
  refuses(/s.0.o_proj is I32 \(1\), expected/, (all) =>
    all.set('s.0.o_proj', { dtype: 'I32', shape: [1], data: Int32Array.of(1) }),
  );
  refuses(/V.1.o_proj of .* has NaN at position 5/, (all) => {
    (all.get('V.1.o_proj') as Tensor).data[5] = Number.NaN;
  });
  refuses(/K.0.o_proj is F32 \(3, 32\), expected float32 \(4, 32\)/, () => {}, { ...shape, rank: 4 });
});

test.run();
