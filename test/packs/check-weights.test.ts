/** Models that do not belong together, or not to what is said about them: refused when a pack is built of them. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import { type ImportOptions, importPack } from '../../src/packs/import.ts';
import { releasedRepositories, writeFiles } from '../helpers/released-models.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, TINY_MODULES, tinyHypernetwork } from '../helpers/tiny-pack.ts';
import { type Plain, torchTensor, writeTorchFile } from '../helpers/torch-writer.ts';
import { temporaryHome } from './fixture.ts';

const test = suite('packs/check-weights');
const whole = await releasedRepositories();
const sharded = await releasedRepositories({ shards: 3 });

function released({ baseModel, encoder, hypernetwork } = whole): string {
  const folder = join(temporaryHome().root, 'models');
  writeFiles(join(folder, 'base'), baseModel);
  writeFiles(join(folder, 'enc'), encoder);
  return writeFiles(folder, hypernetwork);
}

/** Imports the folder, which must fail, and must leave nothing. */
async function refuses(
  folder: string,
  message: RegExp,
  { type = ModelError, ...changes }: Partial<ImportOptions> & { type?: typeof ModelError } = {},
): Promise<void> {
  const home = temporaryHome();
  const options = { home, name: 'mine', precision: 'int8' as const, measure: false, ...changes };
  await rejects(importPack(folder, options), type, message);
  assert.equal(existsSync(home.packs) ? readdirSync(home.packs) : [], []);
}

function edit(folder: string, file: string, change: (value: Record<string, unknown>) => object): string {
  const path = join(folder, file);
  const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify(change(value)));
  return folder;
}

const editConfig = (changes: object, file = 'base/config.json'): string =>
  edit(released(), file, (config) => ({ ...config, ...changes }));

/** The authors' checkpoint with the tiny sizes, without a tensor or with other sizes than its tensors have. */
function writeCheckpoint(
  folder: string,
  { without, moduleSizes = {} }: { without?: string; moduleSizes?: Record<string, readonly number[]> },
): string {
  const tensors = [...tinyHypernetwork()].filter(([name]) => name !== without);
  const states: Record<string, Record<string, Plain>> = {};
  for (const [index, [name, { shape }]] of tensors.entries()) {
    const [group = '', ...rest] = name.split('.');
    states[group] ??= {};
    states[group][rest.join('.')] = torchTensor({ storage: String(index), shape });
  }
  const { stateSize, embeddingSize, trunkSize, rank, alpha } = TINY;
  const types = { ...TINY_MODULES, ...moduleSizes } as Plain;
  const head = { input_dim: stateSize, hidden_dim: trunkSize, rank, type_dims: types };
  writeTorchFile(join(folder, 'code2lora_gru.pt'), {
    value: {
      ...states,
      head_config: { ...head, types: Object.keys(TINY_MODULES), num_tasks: 0, task_dim: 0 },
      gru_config: { diff_input_dim: embeddingSize, repo_state_dim: embeddingSize, hidden_dim: stateSize },
      type_dims: types,
      args: { alpha },
      per_step_input: 'diff',
    } as Plain,
    storages: Object.fromEntries(tensors.map(([, { data }], index) => [index, data as Float32Array])),
  });
  return folder;
}

test.slow('what a message names is the file that was given, not one of a folder that is gone', async () => {
  const folder = released();
  const weights = join(folder, 'base', 'model.safetensors');
  const bytes = readFileSync(weights);
  writeFileSync(weights, bytes.subarray(0, -1000));
  await refuses(folder, new RegExp(`^Cannot read ${weights} as safetensors: tensor .* ends at byte`));
  bytes.writeUInt16LE(0x7fc0, bytes.length - 2);
  writeFileSync(weights, bytes);
  await refuses(folder, new RegExp(`of ${weights}: it holds NaN or infinity`));
});

test.slow('every tensor of the hypernetwork is asked for when the pack is built', async () => {
  for (const without of [
    'gru_state.gru.bias_hh_l0',
    'gru_state.repo_init_proj.2.bias',
    'gru_state.output_norm.weight',
    'head_state.trunk.2.bias',
    'head_state.log_scale_B.v_proj',
  ]) {
    const folder = writeCheckpoint(released(), { without });
    const path = join(folder, 'code2lora_gru.pt');
    await refuses(folder, new RegExp(`Cannot use ${path}: tensor ${without} is missing, expected F32`));
  }
});

test('a checkpoint is what it says that it is', async () => {
  const folder = writeCheckpoint(released(), { moduleSizes: { q_proj: [64, 32] } });
  await refuses(
    folder,
    /type_dims say that q_proj maps 64 to 32 features, its tensors map 32 to 32 features/,
  );
});

test('a shard that is missing is named, and so is the index that lists it', async () => {
  const folder = released(sharded);
  rmSync(join(folder, 'base', 'model-00002-of-00003.safetensors'));
  const message =
    /model-00002-of-00003\.safetensors is missing, which model\.safetensors\.index\.json lists\.\nGet all/;
  await refuses(folder, message, { type: UsageError });
  symlinkSync(join(folder, 'gone'), join(folder, 'base', 'model-00002-of-00003.safetensors'));
  await refuses(folder, message, { type: UsageError });
});

test('an index of anything but safetensors is refused', async () => {
  const folder = edit(released(sharded), 'base/model.safetensors.index.json', () => ({
    weight_map: { x: 'pytorch_model.bin' },
  }));
  await refuses(folder, /weight_map\.x is "pytorch_model\.bin", expected .*\nGet the index and the shards/);
});

test('a file that stands for the weights is told from damaged weights', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 60424\n';
  for (const file of ['base/model.safetensors', 'enc/model.safetensors', 'code2lora_gru.pt']) {
    const folder = released();
    writeFileSync(join(folder, file), pointer);
    await refuses(
      folder,
      new RegExp(`${file}: it is a pointer of Git LFS, not the file\\.\nRun "git lfs pull"`),
    );
    writeFileSync(join(folder, file), '<!DOCTYPE html><html></html>');
    await refuses(folder, new RegExp(`${file}: it is a web page, not the file`));
  }
});

test('weights of another format are said to be of that format', async () => {
  const folder = released();
  cpSync(join(folder, 'code2lora_gru.pt'), join(folder, 'base', 'model.safetensors'));
  await refuses(
    folder,
    /base\/model\.safetensors as safetensors: it is a zip archive, as torch\.save writes it/,
  );
});

test('a token that the model has no row for is refused before anything runs', async () => {
  await refuses(
    editConfig({ eos_token_id: 999_999 }),
    /base\/tokenizer\.json: it has 270 tokens, the end token of its model is 999999\.\nUse the tokenizer\.json and/,
  );
  await refuses(editConfig({ eos_token_id: -1 }), /eos_token_id is -1, expected the id of a token/);
});

test('a tokeniser of another model is refused by its number of tokens', async () => {
  for (const place of ['base', 'enc']) {
    const folder = edit(released(), `${place}/tokenizer.json`, ({ model, ...rest }) => {
      const { vocab, ...others } = model as { vocab: Record<string, number> };
      return { ...rest, model: { ...others, vocab: { ...vocab, another: 270 } } };
    });
    await refuses(folder, new RegExp(`${place}/tokenizer.json: it has 271 tokens, its model knows 270`));
  }
});

test('a tokeniser that cannot read a line of code is refused, not met in the middle of a run', async () => {
  const folder = edit(released(), 'base/tokenizer.json', ({ model, ...rest }) => ({
    ...rest,
    model: { ...(model as object), type: 'WordPiece' },
  }));
  await refuses(
    folder,
    /Cannot use the tokeniser .*base\/tokenizer\.json: it does not know the characters of a line of code/,
  );
});

test('a model that reads next to nothing is refused, and an encoder that reads less than the recipe', async () => {
  for (const max_position_embeddings of [1, 63, 1000.5, null])
    await refuses(
      editConfig({ max_position_embeddings }),
      /base\/config\.json: its max_position_embeddings is .*, expected a whole number from 64 on/,
    );
  await refuses(
    editConfig({ max_position_embeddings: 512 }, 'enc/config.json'),
    /enc\/config\.json as the encoder: its max_position_embeddings is 512, the released recipe reads .* 2048/,
  );
});

test('a file of JSON that is not one says so', async () => {
  const folder = released();
  cpSync(join(folder, 'base', 'model.safetensors'), join(folder, 'base', 'config.json'));
  await refuses(folder, /Cannot read .*base\/config\.json: .*\nExpected a file of JSON/);
});

test.run();
