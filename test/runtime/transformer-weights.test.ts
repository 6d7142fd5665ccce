import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { encodeSafetensors, readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { encodeHeader, tensorBytes } from '../../src/runtime/safetensors-header.ts';
import { quantizeTransformer } from '../../src/runtime/transformer-precision.ts';
import { readTransformer, type TransformerFiles } from '../../src/runtime/transformer-weights.ts';
import { logitsOf } from '../helpers/golden-models.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('runtime/transformer-weights');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-transformer-'));
test.after(() => rmSync(folder, { recursive: true }));

const { dir } = await tinyPack();
const configFile = join(dir, 'config.json');
const config = JSON.parse(readFileSync(configFile, 'utf8')) as Record<string, unknown>;
const wholeFile = join(dir, 'model.safetensors');
const { tensors } = readSafetensors(wholeFile);
type Weights = Map<string, Tensor>;

function refuses(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error: unknown) => error instanceof ModelError && message.test(error.message));
}

/** Writes changed weights to a file of their own. */
function weightsFile(name: string, change: (weights: Weights) => void): string {
  const weights = new Map(tensors);
  change(weights);
  writeFileSync(join(folder, name), encodeSafetensors(weights));
  return join(folder, name);
}

function configWith(changes: object): string {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ ...config, ...changes }));
  return path;
}

const read = (weights: string[], changes: object = {}, more: Partial<TransformerFiles> = {}) =>
  readTransformer({ config: configWith(changes), weights, ...more });
const logits = (...args: Parameters<typeof read>) => logitsOf(read(...args), [5, 6, 7], { lora: false });

const keepPart = (part: number) => (all: Weights) => {
  for (const [index, name] of [...tensors.keys()].entries()) if (index % 2 !== part) all.delete(name);
};
const rename = (all: Weights, change: (name: string) => string) => {
  const entries = [...all];
  all.clear();
  for (const [name, tensor] of entries) all.set(change(name), tensor);
};

test('names the weight that does not fit the config', () => {
  const name = 'model.layers.1.mlp.up_proj.weight';
  const changed = (file: string, change: (weights: Weights) => void) => () =>
    read([weightsFile(file, change)]);
  refuses(
    changed('missing.safetensors', (all) => all.delete(name)),
    /up_proj\.weight is missing/,
  );
  const wrong: Tensor = { dtype: 'F32', shape: [2, 2], data: new Float32Array(4) };
  refuses(
    changed('shape.safetensors', (all) => all.set(name, wrong)),
    /shape \(2, 2\), expected \(72, 32\)/,
  );
  const integers: Tensor = { dtype: 'I32', shape: [72, 32], data: new Int32Array(72 * 32) };
  refuses(
    changed('dtype.safetensors', (all) => all.set(name, integers)),
    /is I32, expected F32/,
  );
  const extra = 'model.layers.0.self_attn.q_norm.weight';
  refuses(
    changed('extra.safetensors', (all) => all.set(extra, wrong)),
    /q_norm.*does not use/,
  );
  refuses(() => read([join(folder, 'model.bin')]), /expected a \.safetensors file/);
  refuses(() => read([join(folder, 'absent.safetensors')]), /Cannot find the weights/);
  refuses(
    () => readTransformer({ config: join(folder, 'none.json'), weights: [wholeFile] }),
    /Cannot read .*none\.json/,
  );
});

test.slow('reads shards through their index, and files through links', async () => {
  const names = [...tensors.keys()];
  const shards = [0, 1].map((part) => weightsFile(`part-${part + 1}.safetensors`, keepPart(part)));
  const weightMap = Object.fromEntries(
    names.map((name, index) => [name, `part-${(index % 2) + 1}.safetensors`]),
  );
  const index = join(folder, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: weightMap }));
  mkdirSync(join(folder, 'links'));
  const links = shards.map((_, part) => join(folder, 'links', `linked-${part}.safetensors`));
  for (const [part, link] of links.entries()) symlinkSync(shards[part] as string, link);

  const whole = await logits([wholeFile]);
  assert.equal(await logits([index]), whole);
  assert.equal(await logits(links), whole);
  refuses(
    () => read([index, wholeFile]),
    /tensor .* is in .*part-1\.safetensors and in .*model\.safetensors/,
  );
});

test('reads a checkpoint of the bare model, whose names lack their first part', async () => {
  const bare = weightsFile('bare.safetensors', (all) => rename(all, (name) => name.replace(/^model\./, '')));
  assert.equal(await logits([bare]), await logits([wholeFile]));
  const bareUntied = weightsFile('bare-untied.safetensors', (all) => {
    all.set('lm_head.weight', all.get('model.embed_tokens.weight') as Tensor);
    rename(all, (name) => name.replace(/^model\./, ''));
  });
  const changes = { tie_word_embeddings: false };
  assert.equal(await logits([bareUntied], changes), await logits([wholeFile]));
});

test('uses an output layer of its own where the embeddings are not tied', async () => {
  const untied = weightsFile('untied.safetensors', (all) => {
    const table = all.get('model.embed_tokens.weight') as Tensor;
    all.set('lm_head.weight', { ...table, data: (table.data as Float32Array).map((value) => -value) });
  });
  const tied = await logits([untied]);
  assert.equal(tied, await logits([wholeFile]));
  assert.equal(
    await logits([untied], { tie_word_embeddings: false }),
    tied.map((value) => -value),
  );
  refuses(() => read([wholeFile], { tie_word_embeddings: false }), /lm_head\.weight is missing/);
  const encoder = readTransformer(
    { config: configWith({ tie_word_embeddings: false }), weights: [wholeFile] },
    { outputLayer: false },
  );
  assert.is(encoder.outputLayer, false);
});

test('finds quantised weights that belong to another model, or are none', async () => {
  const path = join(folder, 'other.q8.safetensors');
  await quantizeTransformer(read([wholeFile]), { precision: 'int8', path });
  assert.is(read([wholeFile], {}, { quantized: path }).precision, 'int8');
  refuses(
    () => read([wholeFile], {}, { quantized: wholeFile }),
    /it is marked "" with precision "", expected/,
  );
  const wider = weightsFile('wider.safetensors', (all) => {
    for (const [name, { shape }] of [...all].filter(([key]) => /mlp/.test(key))) {
      const wide = shape.map((size) => (size === 72 ? 80 : size)) as [number, number];
      all.set(name, { dtype: 'F32', shape: wide, data: new Float32Array(wide[0] * wide[1]) });
    }
  });
  refuses(
    () => read([wider], { intermediate_size: 80 }, { quantized: path }),
    /weight\.codes is U8 \(72, 1, 32\), expected U8 \(80, 1, 32\)/,
  );
});

/** The same tensors in 16 bits, all zero. */
function halfFile(dtype: 'F16' | 'BF16'): string {
  const half = [...tensors].map(([name, { shape }]) => ({ name, dtype, shape }));
  const header = encodeHeader(half, {});
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  const bytes = half.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const path = join(folder, `${dtype}.safetensors`);
  writeFileSync(path, Buffer.concat([prefix, header, Buffer.alloc(bytes)]));
  return path;
}

test('16-bit floats do not run in fp32; quantised they do, with tables and norms where they lie', async () => {
  for (const dtype of ['F16', 'BF16'] as const) {
    const half = halfFile(dtype);
    await rejects(logits([half]), ModelError, new RegExp(`is ${dtype}\\.\nBuild the model pack`));
    const quantized = join(folder, `${dtype}.q8.safetensors`);
    await quantizeTransformer(read([half]), { precision: 'int8', path: quantized });
    const zeros = await logits([half], {}, { quantized });
    assert.ok(zeros.length > 0 && zeros.every((value) => value === 0));
  }
});

test.run();
