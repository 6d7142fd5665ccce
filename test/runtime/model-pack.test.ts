import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InternalError, ModelError } from '../../src/errors.ts';
import { namedFiles, type PackManifest } from '../../src/runtime/manifest.ts';
import { quantizedFile } from '../../src/runtime/manifest-models.ts';
import { openModelPack, packId, verifyModelPack } from '../../src/runtime/model-pack.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('runtime/model-pack');
const pack = writeTinyPack();
const manifestPath = join(pack.dir, 'manifest.json');
const manifestText = readFileSync(manifestPath, 'utf8');
test.after(pack.dispose);

type Json = Record<string, unknown>;

/** Opens the pack with an edited manifest. */
function openEdited(edit: (manifest: PackManifest & Json) => void) {
  const manifest = JSON.parse(manifestText) as PackManifest & Json;
  edit(manifest);
  writeFileSync(manifestPath, JSON.stringify(manifest));
  try {
    return openModelPack(pack.dir);
  } finally {
    writeFileSync(manifestPath, manifestText);
  }
}

function refuses(edit: (manifest: PackManifest & Json) => void, message: RegExp): void {
  assert.throws(
    () => openEdited(edit),
    (error: unknown) => {
      if (!(error instanceof ModelError)) throw error;
      assert.match(error.message, message);
      return true;
    },
  );
}

const isModelError = (message: RegExp) => (error: unknown) =>
  error instanceof ModelError && message.test(error.message);

test('opens a pack: manifest, digest of its bytes, short name, absolute paths', () => {
  const opened = openModelPack(pack.dir, { verify: true });
  assert.equal(opened.manifest, JSON.parse(manifestText));
  const digest = createHash('sha256').update(manifestText).digest('hex');
  assert.is(opened.digest, digest);
  assert.is(packId(opened), `tiny@0.0.1+${digest.slice(0, 12)}`);
  assert.is(opened.path('config.json'), join(pack.dir, 'config.json'));
  assert.throws(
    () => opened.path('../secret'),
    (error: unknown) => error instanceof InternalError,
  );
});

test('opens a pack through a link', () => {
  const link = `${pack.dir}-link`;
  symlinkSync(pack.dir, link, 'junction');
  try {
    assert.is(openModelPack(link).manifest.name, 'tiny');
  } finally {
    rmSync(link);
  }
});

test('reads past fields that it does not know', () => {
  const { manifest } = openEdited((edited) => {
    edited.later = { x: 1 };
  });
  assert.not.ok('later' in manifest);
});

test('a pack that was not measured has the usual limits and no rates', () => {
  const { manifest } = openEdited((edited) => {
    edited.calibration = {} as PackManifest['calibration'];
  });
  assert.equal(manifest.calibration, {
    surprisingMaxProbability: 0.02,
    surprisingMinCandidate: 0.6,
    falseAlarmRate: null,
    detectionRate: null,
    measuredOn: null,
    wrongValue: null,
  });
});

test('a pack that says nothing about precision runs in fp32, and its loss was not measured', () => {
  const { manifest } = openEdited((edited) => {
    for (const key of ['precision', 'precisionLoss']) Reflect.deleteProperty(edited, key);
  });
  assert.equal(manifest, JSON.parse(manifestText));
});

test('takes an encoder of its own, and demands its files and those of quantised weights', () => {
  const encoder = {
    kind: 'qwen3' as const,
    config: 'config.json',
    weights: ['model.safetensors'],
    tokenizer: 'tokenizer.json',
    embeddingSize: 32,
    endToken: 0,
    contextTokens: 40,
  };
  const withEncoder = (changes: object) => (m: PackManifest & Json) => {
    m.encoder = { ...encoder, ...changes };
  };
  const { manifest } = openEdited(withEncoder({}));
  assert.equal(manifest.encoder, encoder);
  refuses(withEncoder({ weights: ['encoder.safetensors'] }), /files does not list encoder.safetensors/);
  refuses(withEncoder({ endToken: undefined }), /encoder.endToken is missing, expected a whole number/);
  refuses(
    withEncoder({ contextTokens: 32 }),
    /recipe.repository.windowTokens is above encoder.contextTokens \(32\)/,
  );
  const quantized = { baseModel: 'int8' as const, encoder: 'int4' as const, hypernetwork: 'int8' as const };
  refuses((m) => {
    withEncoder({})(m);
    m.precision = quantized;
  }, /files does not list base-model.q8.safetensors/);
  assert.equal(
    namedFiles({ ...manifest, precision: quantized }).filter((name) => /\.q[48]\./.test(name)),
    ['base-model.q8.safetensors', 'encoder.q4.safetensors', 'hypernetwork.q8.safetensors'],
  );
  assert.equal(
    quantizedFile({ encoder: { kind: 'base-model', embeddingSize: 1 }, precision: quantized }, 'encoder'),
    'base-model.q4.safetensors',
  );
});

test('names the schema first of all', () => {
  refuses(
    (m) => void Object.assign(m, { schema: 'code2lora/model-pack@2', name: 7 }),
    /its schema is "code2lora\/model-pack@2", this version reads "code2lora\/model-pack@1"/,
  );
  refuses((m) => void Reflect.deleteProperty(m, 'schema'), /its schema is missing/);
});

test('names the field, what was found and what was expected', () => {
  refuses(
    (m) => void Object.assign(m, { name: 'a b' }),
    /manifest.json: name is "a b", expected a name of letters/,
  );
  refuses(
    (m) => void Object.assign(m.recipe.diff, { windowTokens: '512' }),
    /: recipe.diff.windowTokens is "512", expected a whole number from 1/,
  );
  refuses((m) => void Object.assign(m.recipe.diff, { windowTokens: 1.5 }), /windowTokens is 1.5/);
  refuses(
    (m) => void Object.assign(m.recipe.diff, { windowPooling: ['max', 'min'] }),
    /recipe.diff.windowPooling\[1\] is "min", expected "mean" or "max"/,
  );
  refuses(
    (m) => void Object.assign(m.recipe.diff, { windowPooling: [] }),
    /is \[\], expected a list of at least one item/,
  );
  refuses(
    (m) => void Object.assign(m.recipe.repository, { itemPooling: ['max', 'max'] }),
    /without repetitions/,
  );
  refuses(
    (m) => void Object.assign(m.recipe, { retokenize: 'yes' }),
    /recipe.retokenize is "yes", expected true or false/,
  );
  refuses(
    (m) => void Object.assign(m.encoder, { kind: 'bert' }),
    /encoder.kind is "bert", expected "base-model" or "qwen3"/,
  );
  refuses(
    (m) => void Object.assign(m.precision, { encoder: 'fp16' }),
    /precision.encoder is "fp16", expected "fp32" or "int8" or "int4"/,
  );
  refuses(
    (m) => void Object.assign(m.precisionLoss, { nll: 'none' }),
    /precisionLoss.nll is "none", expected a number/,
  );
  refuses(
    (m) => void Object.assign(m.recipe, { history: null }),
    /recipe.history is null, expected an object/,
  );
  refuses(
    (m) => void Object.assign(m.hypernetwork, { alpha: 0 }),
    /hypernetwork.alpha is 0, expected a number above 0/,
  );
  refuses(
    (m) => void Object.assign(m.hypernetwork, { moduleTypes: ['lm_head'] }),
    /moduleTypes\[0\] is "lm_head"/,
  );
  refuses(
    (m) => void Object.assign(m.hypernetwork, { gateOrder: 'zrh' }),
    /gateOrder is "zrh", expected "rzn"/,
  );
  refuses(
    (m) => void Object.assign(m.calibration, { falseAlarmRate: 2 }),
    /falseAlarmRate is 2, expected a number from 0 to 1/,
  );
  refuses((m) => void Object.assign(m, { meanAdapter: 7 }), /meanAdapter is 7, expected the path of a file/);
  refuses(
    (m) => void Object.assign(m.files, { 'config.json': { bytes: 1, sha256: 'ab' } }),
    /files.config.json.sha256 is "ab"/,
  );
});

test('a prompt starts with nothing where the manifest does not say so', () => {
  const read = (startToken: number | undefined) =>
    openEdited((m) => void Object.assign(m.baseModel, { startToken })).manifest.baseModel.startToken;
  assert.is(read(undefined), null);
  assert.is(read(151_643), 151_643);
  refuses(
    (m) => void Object.assign(m.baseModel, { startToken: -1 }),
    /baseModel.startToken is -1, expected a whole number from 0/,
  );
});

test('refuses names of files that could leave the folder', () => {
  for (const name of ['../config.json', '/etc/passwd', 'a/../../b', 'a\\b', 'C:x', '..', '.', 'a//b', '']) {
    refuses((m) => {
      m.baseModel.config = name;
    }, /expected the path of a file inside of the pack/);
    refuses((m) => void Object.assign(m.files, { [name]: m.files['config.json'] }), /inside of the pack/);
  }
  refuses((m) => {
    m.baseModel.config = 'other.json';
  }, /files does not list other.json/);
  refuses((m) => {
    m.baseModel.weights = ['model.safetensors.index.json'];
  }, /baseModel.weights\[0\] is "model.safetensors.index.json", expected a safetensors file/);
});

test('refuses a context that leaves no room for a prompt and its target', () => {
  refuses((m) => {
    m.baseModel.contextTokens = 8;
  }, /baseModel\.contextTokens is 8, expected a whole number from 16/);
});

test('refuses a recipe whose parts contradict each other', () => {
  refuses((m) => {
    m.recipe.diff.overlapTokens = 32;
  }, /recipe.diff.overlapTokens is not below windowTokens/);
  refuses((m) => {
    m.recipe.diff.minTokens = 33;
  }, /minTokens is above windowTokens/);
  refuses((m) => {
    m.recipe.repository.windowTokens = 129;
  }, /above baseModel.contextTokens \(128\)/);
  refuses((m) => {
    m.recipe.diff.windowPooling = ['max'];
  }, /recipe.diff gives embeddings of length 32, hypernetwork.embeddingSize is 64/);
  refuses((m) => {
    m.recipe.repository.itemPooling = ['max'];
  }, /recipe.repository gives embeddings of length 32/);
});

test('says so when the folder or its manifest is missing, too large or not JSON', () => {
  const other = writeTinyPack();
  const path = join(other.dir, 'manifest.json');
  writeFileSync(path, '{');
  assert.throws(() => openModelPack(other.dir), isModelError(/manifest.json is not JSON/));
  writeFileSync(path, ' '.repeat(1_000_001));
  assert.throws(() => openModelPack(other.dir), isModelError(/1000001 bytes, expected 1000000 at most/));
  rmSync(path);
  assert.throws(() => openModelPack(other.dir), isModelError(/Name a folder that holds a manifest.json/));
  other.dispose();
  assert.throws(() => openModelPack(other.dir), isModelError(/Cannot open the model pack/));
});

test('finds a file that is missing, has another size, or has another byte', () => {
  const other = writeTinyPack();
  const tokenizer = join(other.dir, 'tokenizer.json');
  const bytes = readFileSync(tokenizer);
  appendFileSync(tokenizer, ' ');
  assert.throws(
    () => openModelPack(other.dir),
    isModelError(/tokenizer.json: it has \d+ bytes, expected \d+/),
  );
  bytes[9] = (bytes[9] as number) ^ 1;
  writeFileSync(tokenizer, bytes);
  const opened = openModelPack(other.dir);
  assert.throws(
    () => verifyModelPack(opened),
    isModelError(/tokenizer.json: its sha256 is \w+, expected \w+/),
  );
  assert.throws(() => openModelPack(other.dir, { verify: true }), isModelError(/sha256/));
  rmSync(tokenizer);
  assert.throws(() => verifyModelPack(opened), isModelError(/tokenizer.json: the file is missing/));
  other.dispose();
});

test.run();
