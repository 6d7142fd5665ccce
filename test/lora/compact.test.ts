import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import { adapterFromTensors, type LoraAdapter } from '../../src/lora/adapter.ts';
import { writeCompact } from '../../src/lora/compact.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('lora/compact');
const root = mkdtempSync(join(tmpdir(), 'code2lora-compact-'));
test.after(() => rmSync(root, { recursive: true }));

const adapter: LoraAdapter = {
  rank: 2,
  alpha: 4.5,
  pairs: {
    k_proj: { A: random(1).normal(6, 0.1), B: random(2).normal(2, 0.1), inFeatures: 3, outFeatures: 1 },
    q_proj: { A: random(3).normal(6, 0.1), B: random(4).normal(4, 0.1), inFeatures: 3, outFeatures: 2 },
  },
};
const options = (name: string) => ({
  file: join(root, name),
  precision: 'fp32' as const,
  baseModelName: 'Qwen/Qwen2.5-Coder-1.5B',
  provenance: { snapshot: 'abc', commit: 'def' },
});

const refuses = (act: () => unknown, type: new (...args: never[]) => Error, message: RegExp) =>
  assert.throws(act, (error: unknown) => error instanceof type && message.test((error as Error).message));

test('holds each pair once and says what it takes to use them', () => {
  writeCompact(adapter, options('full.safetensors'));
  const { tensors, metadata } = readSafetensors(join(root, 'full.safetensors'));
  assert.equal(metadata, {
    alpha: '4.5',
    base_model: 'Qwen/Qwen2.5-Coder-1.5B',
    commit: 'def',
    format: 'pt',
    rank: '2',
    schema: 'code2lora/compact-adapter@1',
    snapshot: 'abc',
  });
  assert.equal(
    adapterFromTensors(tensors, { rank: Number(metadata.rank), alpha: Number(metadata.alpha) }),
    adapter,
  );
});

test('in fp16 it has half the bytes, and numbers that are off by at most one part in 2,048', () => {
  writeCompact(adapter, { ...options('half.safetensors'), precision: 'fp16' });
  const { tensors } = readSafetensors(join(root, 'half.safetensors'));
  for (const [type, { A }] of Object.entries(adapter.pairs)) {
    const read = tensors.get(`lora_A.${type}`)?.data as Float32Array;
    assert.ok(A.every((value, i) => Math.abs(value - (read[i] as number)) <= Math.abs(value) / 2048));
    assert.ok(A.some((value, i) => value !== read[i]));
  }
  const header = readFileSync(join(root, 'half.safetensors')).toString('latin1');
  assert.match(header, /"lora_A\.q_proj":\{"dtype":"F16","shape":\[2,3\]/);
  const size = (name: string) => statSync(join(root, name)).size;
  assert.is(size('full.safetensors') - size('half.safetensors') >= 2 * 18 - 8, true);
});

test('replaces an earlier export, nothing else, and leaves no temporary file behind', () => {
  const path = join(root, 'a', 'b.safetensors');
  writeCompact(adapter, options('a/b.safetensors'));
  writeCompact(adapter, options('a/b.safetensors'));
  assert.equal(readdirSync(join(root, 'a')), ['b.safetensors']);
  writeFileSync(path, 'precious');
  refuses(
    () => writeCompact(adapter, options('a/b.safetensors')),
    UsageError,
    /a file that is no earlier export/,
  );
  assert.is(readFileSync(path, 'utf8'), 'precious');
  mkdirSync(join(root, 'c.safetensors'));
  refuses(() => writeCompact(adapter, options('c.safetensors')), UsageError, /there is a folder/);
  refuses(
    () => writeCompact(adapter, options('a/b.safetensors/x')),
    UsageError,
    /Cannot export to .*b\.safetensors\/x/,
  );
});

test('does not write an adapter with NaN', () => {
  const { q_proj } = adapter.pairs;
  const broken = {
    ...adapter,
    pairs: {
      q_proj: { ...(q_proj as LoraAdapter['pairs'][string]), A: new Float32Array(6).fill(Number.NaN) },
    },
  };
  refuses(() => writeCompact(broken, options('nan.safetensors')), ModelError, /lora_A\.q_proj has NaN/);
  assert.not.ok(existsSync(join(root, 'nan.safetensors')));
});

test.run();
