import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import type { LoraPair } from '../../src/lora/adapter.ts';
import { notWritten } from '../../src/lora/export-file.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { writePeft } from '../../src/lora/peft.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';
import { TINY, TINY_MODULES, tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('lora/peft');
const root = mkdtempSync(join(tmpdir(), 'code2lora-peft-'));
test.after(() => rmSync(root, { recursive: true }));

const pack = openModelPack((await tinyPack()).dir);
const adapter = await exampleAdapter();

async function exampleAdapter() {
  await using generator = await openGenerator(pack);
  return await generator.generate(random(9).normal(TINY.stateSize));
}

const options = (name: string) => ({
  folder: join(root, name),
  baseConfigPath: pack.path('config.json'),
  precision: 'fp32' as const,
  baseModelName: 'code2lora/tiny',
  provenance: { commit: 'abc', pack: 'tiny' },
});

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

test('repeats every pair for every layer under the names of PEFT, unscaled', () => {
  writePeft(adapter, options('full'));
  const { tensors, metadata } = readSafetensors(join(root, 'full', 'adapter_model.safetensors'));
  const expected = Array.from({ length: TINY.layers }, (_, layer) =>
    Object.keys(TINY_MODULES).flatMap((type) =>
      ['A', 'B'].map((side) => {
        const block = ['q_proj', 'k_proj', 'v_proj', 'o_proj'].includes(type) ? 'self_attn' : 'mlp';
        return `base_model.model.model.layers.${layer}.${block}.${type}.lora_${side}.weight`;
      }),
    ),
  ).flat();
  assert.equal([...tensors.keys()].sort(), expected.sort());
  assert.equal(metadata, { format: 'pt' });
  for (const [name, { shape, data }] of tensors) {
    const [, type = '', side] = /\.(\w+)\.lora_([AB])\.weight$/.exec(name) ?? [];
    const [inFeatures, outFeatures] = TINY_MODULES[type] ?? [];
    assert.equal(shape, side === 'A' ? [TINY.rank, inFeatures] : [outFeatures, TINY.rank], name);
    assert.equal(data, adapter.pairs[type]?.[side as 'A' | 'B'], name);
  }
});

test('writes a configuration that leaves nothing to the reader', () => {
  const files = writePeft(adapter, options('config'));
  assert.equal(files.toSorted(), readdirSync(join(root, 'config')).sort());
  assert.equal(readJson(join(root, 'config', 'adapter_config.json')), {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    auto_mapping: null,
    base_model_name_or_path: 'code2lora/tiny',
    revision: null,
    inference_mode: true,
    r: TINY.rank,
    lora_alpha: TINY.alpha,
    lora_dropout: 0,
    target_modules: Object.keys(TINY_MODULES).sort(),
    fan_in_fan_out: false,
    bias: 'none',
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
    init_lora_weights: true,
    layers_to_transform: null,
    layers_pattern: null,
    rank_pattern: {},
    alpha_pattern: {},
  });
  assert.equal(readJson(join(root, 'config', 'code2lora.json')), {
    schema: 'code2lora/peft-export@1',
    commit: 'abc',
    pack: 'tiny',
  });
});

test('in fp16 the numbers are those of fp32, rounded', () => {
  writePeft(adapter, { ...options('half'), precision: 'fp16' });
  const path = join(root, 'half', 'adapter_model.safetensors');
  assert.match(readFileSync(path).toString('latin1'), /"dtype":"F16"/);
  const name = 'base_model.model.model.layers.0.mlp.up_proj.lora_B.weight';
  const read = readSafetensors(path).tensors.get(name)?.data as Float32Array;
  const { B } = adapter.pairs.up_proj as LoraPair;
  assert.ok(B.every((value, i) => Math.abs(value - (read[i] as number)) <= Math.abs(value) / 2048));
});

test('the same adapter gives the same bytes', () => {
  const read = (name: string) => readFileSync(join(root, name, 'adapter_model.safetensors'));
  writePeft(adapter, options('first'));
  writePeft(adapter, options('second'));
  assert.equal(read('first'), read('second'));
});

test('fills an empty folder, makes missing ones, and replaces an earlier export whole', () => {
  mkdirSync(join(root, 'empty'));
  writePeft(adapter, options('empty'));
  writePeft(adapter, options('a/b/c'));
  rmSync(join(root, 'empty', 'adapter_config.json'));
  writePeft(adapter, options('empty'));
  assert.is(readdirSync(join(root, 'empty')).length, 3);
  assert.not.ok(readdirSync(root).some((name) => name.includes('.tmp-')));
});

test('refuses a folder that holds anything else, and changes nothing in it', () => {
  const refuses = (name: string, message: RegExp) =>
    assert.throws(
      () => writePeft(adapter, options(name)),
      (error: unknown) => error instanceof UsageError && message.test(error.message),
    );
  mkdirSync(join(root, 'foreign'));
  writeFileSync(join(root, 'foreign', 'adapter_config.json'), '{}');
  refuses('foreign', /holds adapter_config.json, expected an empty folder or an earlier export/);
  assert.is(readFileSync(join(root, 'foreign', 'adapter_config.json'), 'utf8'), '{}');
  writePeft(adapter, options('edited'));
  writeFileSync(join(root, 'edited', 'README.md'), 'mine');
  refuses('edited', /holds README.md/);
  assert.ok(existsSync(join(root, 'edited', 'README.md')));
  writeFileSync(join(root, 'file'), '');
  refuses('file', /is not a folder/);
});

test('a place that cannot be written is named, with nothing half-written beside it', () => {
  writeFileSync(join(root, 'a-file'), '');
  const before = readdirSync(root);
  for (const name of ['a-file/out', 'x'.repeat(250)])
    assert.throws(
      () => writePeft(adapter, options(name)),
      (error: Error) =>
        error instanceof UsageError &&
        /Cannot export to .*: E[A-Z]+: .*\nName another place/.test(error.message),
    );
  assert.equal(readdirSync(root), before);
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  assert.match(notWritten('/x', full).message, /ENOSPC.*\nThe disk is full: free some space/);
});

test('refuses an adapter of another base model and writes nothing', () => {
  const { q_proj } = adapter.pairs;
  const other = { ...adapter, pairs: { k_proj: q_proj as NonNullable<typeof q_proj> } };
  const isModelError = (message: RegExp) => (error: unknown) =>
    error instanceof ModelError && message.test(error.message);
  assert.throws(
    () => writePeft(other, options('none')),
    isModelError(/k_proj maps 32 to 32 features, that of the base model maps 32 to 16/),
  );
  const missing = { ...options('none'), baseConfigPath: join(root, 'missing.json') };
  assert.throws(() => writePeft(adapter, missing), isModelError(/Cannot read .*missing.json/));
  assert.not.ok(existsSync(join(root, 'none')));
});

test.run();
