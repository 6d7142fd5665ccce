import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { encodeSafetensors } from '../../src/runtime/safetensors.ts';
import { openWeights } from '../../src/runtime/weights.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/weights');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-weights-'));
test.after(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'w.safetensors');
const data = Float32Array.of(1, 2, 3, 4, 5, 6);
writeFileSync(path, encodeSafetensors(new Map([['w', { dtype: 'F32', shape: [6, 1], data }]])));
const weights = openWeights(path);

const refuses = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (error: unknown) => error instanceof ModelError && message.test(error.message));

test('gives the place of a tensor with the expected shape', () => {
  const { name, length, file } = weights.expect('w', [6, 1]);
  assert.equal([name, length, file], ['w', 24, path]);
});

test('names a tensor that is missing or has another shape, and what was expected', () => {
  refuses(() => weights.expect('v', [2]), /tensor v is missing, expected F32 \(2\)/);
  refuses(() => weights.expect('w', [1, 6]), /tensor w is F32 \(6, 1\), expected F32 \(1, 6\)/);
});

test('gives the shape of a tensor that need not be there', () => {
  assert.equal([weights.shape('w'), weights.shape('v')], [[6, 1], undefined]);
});

test('reads the number of rows from the file when it is a multiple of what it must be', () => {
  assert.is(weights.rows('w', 3), 6);
  refuses(() => weights.rows('w', 4), /tensor w is F32 \(6, 1\), expected a multiple of 4 rows/);
  refuses(() => weights.rows('v', 4), /tensor v is missing/);
});

test.run();
