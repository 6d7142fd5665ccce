import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { parseQwen2Config } from '../../src/runtime/qwen2-config.ts';
import { readQwen2 } from '../../src/runtime/qwen2-weights.ts';
import { encodeSafetensors, readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { openDecoder, plainReading, rowOf } from '../../src/scoring/decoder.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('runtime/qwen2');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-qwen2-'));
test.after(() => rmSync(folder, { recursive: true }));

const { dir } = await tinyPack();
const configFile = join(dir, 'config.json');
const config = JSON.parse(readFileSync(configFile, 'utf8')) as Record<string, unknown>;
const { tensors } = readSafetensors(join(dir, 'model.safetensors'));

function refuses(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error: unknown) => error instanceof ModelError && message.test(error.message));
}

/** Writes changed weights to a file of their own. */
function weightsFile(name: string, change: (weights: Map<string, Tensor>) => void): string {
  const weights = new Map(tensors);
  change(weights);
  writeFileSync(join(folder, name), encodeSafetensors(weights));
  return join(folder, name);
}

/** Log-probabilities after three tokens. */
async function rowFrom(weightPaths: string[], changes: object = {}): Promise<Float32Array> {
  const changedConfig = join(folder, `config-${weightPaths.length}.json`);
  writeFileSync(changedConfig, JSON.stringify({ ...config, ...changes }));
  await using decoder = await openDecoder(readQwen2(changedConfig, weightPaths), 16);
  const context = { cache: decoder.newCache(), adapter: decoder.adapterInputs(null) };
  return Float32Array.from(rowOf(await decoder.read(plainReading([5, 6, 7], 0, [2]), context), 0));
}

test('reads the sizes, from old and new config files', () => {
  const old = parseQwen2Config(config, 'config.json');
  assert.is(old.headSize, 8);
  assert.is(old.ropeTheta, 10000);
  const { rope_theta, ...rest } = config;
  const rope = { rope_parameters: { rope_theta: 500, rope_type: 'default' }, head_dim: 16 };
  const recent = parseQwen2Config({ ...rest, ...rope, tie_word_embeddings: undefined }, 'config.json');
  assert.is(recent.ropeTheta, 500);
  assert.is(recent.headSize, 16);
  assert.is(recent.tiesEmbeddings, false);
});

test('refuses a config that asks for something else', () => {
  const parse = (changes: object) => () => parseQwen2Config({ ...config, ...changes }, 'config.json');
  refuses(parse({ model_type: 'llama' }), /model_type is "llama", expected "qwen2"/);
  refuses(parse({ hidden_size: undefined }), /hidden_size is missing/);
  refuses(parse({ rope_theta: undefined }), /rope_theta is missing/);
  refuses(parse({ rope_scaling: { type: 'yarn' } }), /rope_scaling, expected none/);
  refuses(parse({ rope_parameters: { rope_theta: 1, rope_type: 'yarn' } }), /rope_type is yarn/);
  refuses(parse({ use_sliding_window: true }), /use_sliding_window/);
  refuses(parse({ num_key_value_heads: 3 }), /4 attention heads cannot share 3/);
  refuses(parse({ head_dim: 7 }), /head_dim is 7, expected an even number/);
});

test('names the weight that does not fit the config', () => {
  const read = (path: string) => () => readQwen2(configFile, [path]);
  const name = 'model.layers.1.mlp.up_proj.weight';
  refuses(read(weightsFile('missing.safetensors', (all) => all.delete(name))), /up_proj\.weight is missing/);
  const wrong: Tensor = { dtype: 'F32', shape: [2, 2], data: new Float32Array(4) };
  refuses(
    read(weightsFile('shape.safetensors', (all) => all.set(name, wrong))),
    /shape \(2, 2\), expected \(72, 32\)/,
  );
  const integers: Tensor = { dtype: 'I32', shape: [72, 32], data: new Int32Array(72 * 32) };
  refuses(read(weightsFile('dtype.safetensors', (all) => all.set(name, integers))), /is I32, expected F32/);
  const extra = 'model.layers.0.self_attn.q_norm.weight';
  refuses(read(weightsFile('extra.safetensors', (all) => all.set(extra, wrong))), /q_norm.*does not use/);
  refuses(read(join(folder, 'model.bin')), /expected a \.safetensors file/);
  refuses(read(join(folder, 'absent.safetensors')), /Cannot find the weights/);
});

test('reads shards through their index, and files through links', async () => {
  const names = [...tensors.keys()];
  const keep = (part: number) => (all: Map<string, Tensor>) => {
    for (const [index, name] of names.entries()) if (index % 2 !== part) all.delete(name);
  };
  const shards = [weightsFile('part-1.safetensors', keep(0)), weightsFile('part-2.safetensors', keep(1))];
  const weightMap = Object.fromEntries(
    names.map((name, index) => [name, `part-${(index % 2) + 1}.safetensors`]),
  );
  const index = join(folder, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: weightMap }));
  mkdirSync(join(folder, 'links'));
  const links = shards.map((_, part) => join(folder, 'links', `linked-${part}.safetensors`));
  for (const [part, link] of links.entries()) symlinkSync(shards[part] as string, link);

  const whole = await rowFrom([join(dir, 'model.safetensors')]);
  assert.equal(await rowFrom([index]), whole);
  assert.equal(await rowFrom(links), whole);
});

test('uses an output layer of its own where the embeddings are not tied', async () => {
  const untied = weightsFile('untied.safetensors', (all) => {
    const table = all.get('model.embed_tokens.weight') as Tensor;
    all.set('lm_head.weight', { ...table, data: (table.data as Float32Array).map((value) => -value) });
  });
  const tied = await rowFrom([untied]);
  const separate = await rowFrom([untied], { tie_word_embeddings: false });
  assert.equal(tied, await rowFrom([join(dir, 'model.safetensors')]));
  assert.is(separate.indexOf(Math.max(...separate)), tied.indexOf(Math.min(...tied)));
});

test.run();
