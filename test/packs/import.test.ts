import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { writePeft } from '../../src/lora/peft.ts';
import { type ImportOptions, importPack } from '../../src/packs/import.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { openLanguageModel } from '../../src/scoring/language-model.ts';
import { random } from '../helpers/random.ts';
import { releasedRepositories, writeFiles } from '../helpers/released-models.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, TINY_MODULES, tinyPack, writeTinyPack } from '../helpers/tiny-pack.ts';
import { temporaryHome } from './fixture.ts';

const test = suite('packs/import');
const repositories = await releasedRepositories({ dtype: 'F32' });

const optionsFor = (changes: Partial<ImportOptions> = {}): ImportOptions => ({
  ...{ home: temporaryHome(), name: 'mine', precision: 'fp32', measure: false },
  ...changes,
});

/** The published layout in a folder; `names`: what its parts are called. */
function released(names = { baseModel: 'base', encoder: 'enc' }): string {
  const folder = join(temporaryHome().root, 'models');
  writeFiles(join(folder, names.baseModel), repositories.baseModel);
  writeFiles(join(folder, names.encoder), repositories.encoder);
  return writeFiles(folder, repositories.hypernetwork);
}

test('a pack folder is linked as it is, byte by byte', async () => {
  const { dir } = await tinyPack();
  const options = optionsFor();
  const pack = await importPack(dir, options);
  assert.is(pack.dir, join(options.home.packs, 'mine'));
  assert.is(pack.digest, openModelPack(dir).digest);
  assert.is(statSync(pack.path('model.safetensors')).ino, statSync(join(dir, 'model.safetensors')).ino);
  const again = await importPack(join(dir, 'manifest.json'), options);
  assert.is(again.digest, pack.digest);
});

test('a damaged pack folder is not imported', async () => {
  const { dir, dispose } = writeTinyPack();
  const weights = join(dir, 'model.safetensors');
  const bytes = readFileSync(weights);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  writeFileSync(weights, bytes);
  const options = optionsFor();
  await rejects(
    importPack(dir, options),
    ModelError,
    /the sha256 of model\.safetensors is .*\nThe pack is damaged/,
  );
  assert.equal(readdirSync(options.home.packs), []);
  dispose();
});

test.slow('a folder with the published layout: what is the encoder is told by config.json', async () => {
  for (const names of [
    { baseModel: 'base', encoder: 'enc' },
    { baseModel: 'zz', encoder: 'aa' },
  ]) {
    const pack = await importPack(released(names), optionsFor({ license: 'MIT' }));
    const { encoder, hypernetwork, license, version } = pack.manifest;
    assert.equal(
      [encoder.kind, hypernetwork.weights, license, version],
      ['qwen3', 'code2lora_gru.pt', 'MIT', 'imported'],
    );
    openModelPack(pack.dir, { verify: true });
  }
});

test.slow('a checkpoint alone takes the models that are named, or those of the pulled pack', async () => {
  const folder = released();
  const checkpoint = join(folder, 'code2lora_gru.pt');
  await rejects(
    importPack(checkpoint, optionsFor()),
    UsageError,
    /its base-model is not known\.\nName the folder with --base-model, or pull/,
  );
  const options = optionsFor({ baseModel: join(folder, 'base'), encoder: join(folder, 'enc') });
  const named = await importPack(checkpoint, { ...options, name: 'official' });
  const shared = await importPack(checkpoint, optionsFor({ home: options.home }));
  assert.equal(shared.manifest.files, named.manifest.files);
});

test('says what can be imported when it is something else', async () => {
  const folder = released();
  const refuses = (path: string, message: RegExp, changes: Partial<ImportOptions> = {}) =>
    rejects(importPack(path, optionsFor(changes)), UsageError, message);
  await refuses(join(folder, 'none'), /there is no such file or folder/);
  await refuses(
    join(folder, 'base', 'tokenizer.json'),
    /it is a file, and neither a \.pt nor a manifest\.json\.\nExpected a model pack/,
  );
  await refuses(join(folder, 'base'), /it holds no manifest\.json, no adapter_config\.json and no \.pt file/);
  cpSync(join(folder, 'base'), join(folder, 'base2'), { recursive: true });
  await refuses(folder, /base and base2 could both be the baseModel/);
  rmSync(join(folder, 'base2'), { recursive: true });
  cpSync(join(folder, 'code2lora_gru.pt'), join(folder, 'other.pt'));
  await refuses(folder, /several checkpoints: code2lora_gru\.pt, other\.pt/);
  rmSync(join(folder, 'other.pt'));
  rmSync(join(folder, 'base', 'model.safetensors'));
  await refuses(folder, /Cannot use the model in .*base: .*model\.safetensors is missing/);
});

function randomAdapter(seed: number): LoraAdapter {
  const { normal } = random(seed);
  const { rank, alpha } = TINY;
  const pairs = Object.entries(TINY_MODULES).map(([type, [inFeatures, outFeatures]]) => [
    type,
    { A: normal(rank * inFeatures, 0.2), B: normal(outFeatures * rank, 0.2), inFeatures, outFeatures },
  ]);
  return { rank, alpha, pairs: Object.fromEntries(pairs) };
}

function exported(adapter: LoraAdapter, base: string): string {
  const folder = join(temporaryHome().root, 'adapter');
  const place = {
    baseConfigPath: join(base, 'config.json'),
    baseModelName: 'base',
    provenance: {},
    precision: 'fp32' as const,
  };
  writePeft(adapter, { folder, ...place });
  return folder;
}

const REQUEST = {
  prefix: 'def test_sum():\n    assert total([1, 2]) == ',
  target: '3',
  language: 'python',
} as const;

async function nllOf(pack: ModelPack, adapter: LoraAdapter | null): Promise<number> {
  await using model = await openLanguageModel(pack);
  return (await model.score(REQUEST, { adapter })).nll;
}

test.slow(
  'a PEFT adapter becomes part of the weights: the same numbers as the adapter beside them',
  async () => {
    const folder = released();
    const baseModel = join(folder, 'base');
    const adapter = randomAdapter(9);
    const published = await importPack(folder, optionsFor());
    // The released evaluation puts a token before each prompt; an adapter of one's own knows nothing of it.
    const base = { ...published.manifest.baseModel, startToken: null };
    const reference = { ...published, manifest: { ...published.manifest, baseModel: base } };
    const options = optionsFor({ baseModel });
    const merged = await importPack(exported(adapter, baseModel), options);
    const [plain, wanted, found] = [
      await nllOf(reference, null),
      await nllOf(reference, adapter),
      await nllOf(merged, null),
    ];
    assert.ok(Math.abs(found - wanted) < 1e-4, `${found}, expected ${wanted}, without it ${plain}`);
    assert.ok(Math.abs(plain - wanted) > 0.05, `the adapter changes nothing: ${plain}`);
    assert.equal([merged.manifest.hypernetwork.kind, merged.manifest.encoder.kind], ['static', 'base-model']);
    assert.equal(readdirSync(options.home.downloads), []);
  },
);

test.slow('what a killed import of an adapter left behind goes with the next one', async () => {
  const baseModel = writeFiles(join(temporaryHome().root, 'base'), repositories.baseModel);
  const options = optionsFor({ baseModel });
  const left = join(options.home.downloads, 'merge-999999');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'model.safetensors'), 'half of it');
  writeFileSync(join(options.home.downloads, 'of-a-pull.part'), 'x');
  await importPack(exported(randomAdapter(3), baseModel), options);
  assert.equal(readdirSync(options.home.downloads), ['of-a-pull.part']);
});

test.slow('an adapter of another kind, or for another model, is refused by name', async () => {
  const baseModel = writeFiles(join(temporaryHome().root, 'base'), repositories.baseModel);
  const folder = exported(randomAdapter(3), baseModel);
  await rejects(
    importPack(folder, optionsFor()),
    UsageError,
    /its base model is not known\.\nName the base model's folder with --base-model/,
  );
  const config = join(folder, 'adapter_config.json');
  const text = readFileSync(config, 'utf8');
  for (const [field, value] of [
    ['use_dora', true],
    ['bias', 'all'],
    ['modules_to_save', ['lm_head']],
    ['alpha_pattern', { q_proj: 3 }],
  ] as const) {
    writeFileSync(config, JSON.stringify({ ...JSON.parse(text), [field]: value }));
    await rejects(
      importPack(folder, optionsFor({ baseModel })),
      ModelError,
      new RegExp(`${field} is .*, expected a plain LoRA`),
    );
  }
  writeFileSync(config, text.replace('"LORA"', '"IA3"'));
  await rejects(
    importPack(folder, optionsFor({ baseModel })),
    ModelError,
    /peft_type is "IA3", expected "LORA"/,
  );
  writeFileSync(config, text);
  const other = writeFiles(join(temporaryHome().root, 'other'), repositories.encoder);
  await rejects(
    importPack(folder, optionsFor({ baseModel: other })),
    ModelError,
    /Cannot add the adapter to the base model: its model\.layers\.0\./,
  );
  rmSync(join(folder, 'adapter_model.safetensors'));
  await rejects(
    importPack(folder, optionsFor({ baseModel })),
    UsageError,
    /adapter_model\.safetensors is missing/,
  );
  assert.ok(existsSync(config));
});

test.run();
