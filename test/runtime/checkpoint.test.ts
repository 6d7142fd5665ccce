import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { readCheckpointConfig } from '../../src/runtime/checkpoint.ts';
import { goldenCheckpointPath, goldenSizes } from '../helpers/golden-checkpoint.ts';
import { assert, suite } from '../helpers/suite.ts';
import { type Plain, torchTensor, writeTorchFile } from '../helpers/torch-writer.ts';

const test = suite('runtime/checkpoint');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-checkpoint-'));
test.after(() => rmSync(folder, { recursive: true }));

const weight = torchTensor({ storage: '0', shape: [1] });

/** A checkpoint of the evolving model, as its trainer saves it, but for some fields. */
function evolving(change: Record<string, Plain | undefined> = {}): string {
  const fields = {
    gru_state: { w: weight },
    head_state: { w: weight },
    head_config: { input_dim: 8, hidden_dim: 6, rank: 2, types: ['q_proj'], type_dims: { q_proj: [4, 5] } },
    gru_config: { diff_input_dim: 12, repo_state_dim: 12, hidden_dim: 8 },
    type_dims: { q_proj: Object.freeze([4, 5]) },
    args: { alpha: 16 },
    per_step_input: 'diff',
    ...change,
  };
  const path = join(folder, 'x.pt');
  const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  writeTorchFile(path, { value: kept as Plain, storages: { 0: Float32Array.of(1) } });
  return path;
}

function refuses(path: string, message: RegExp): void {
  assert.throws(
    () => readCheckpointConfig(path),
    (error: unknown) => {
      if (!(error instanceof ModelError)) throw error;
      assert.match(error.message, message);
      return true;
    },
  );
}

test('reads the sizes of all published layouts, with and without tasks', () => {
  const { trunkSize, rank, alpha, hiddenSize, embeddingSize, moduleTypes } = goldenSizes;
  const modules = Object.fromEntries(
    Object.entries(moduleTypes).map(([type, size]) => [type, { inFeatures: size.in, outFeatures: size.out }]),
  );
  const head = { trunkSize, rank, alpha, modules, baseModel: 'Qwen/Qwen2.5-Coder-1.5B' };
  const gru = { stepSize: embeddingSize, repositorySize: embeddingSize, hiddenSize };
  const none = { taskCount: 0, taskSize: 0 };
  const two = { taskCount: 2, taskSize: 3 };
  const moving = { ...head, kind: 'evolving', contextSize: hiddenSize, gru, stepInput: 'diff' };
  const still = { ...head, kind: 'static', contextSize: embeddingSize, gru: null, stepInput: null };
  const read = (name: Parameters<typeof goldenCheckpointPath>[0]) =>
    readCheckpointConfig(goldenCheckpointPath(name));
  assert.equal(read('evolving'), { ...moving, ...none });
  assert.equal(read('evolving_tasks'), { ...moving, ...two });
  assert.equal(read('static'), { ...still, ...none });
  assert.equal(read('static_tasks'), { ...still, ...two });
});

test('fills in what older checkpoints do not say, as the loader of the authors does', () => {
  const config = readCheckpointConfig(
    evolving({ args: undefined, per_step_input: undefined, type_dims: undefined }),
  );
  assert.equal([config.alpha, config.stepInput, config.taskCount, config.baseModel], [32, 'diff', 0, null]);
  assert.is(readCheckpointConfig(evolving({ args: { alpha: 8.5 } })).alpha, 8.5);
});

test('refuses checkpoints of the first generation, and says which ones to use', () => {
  const message =
    /it has hypernet_state_dict, so it is of the first generation\.\nUse code2lora_gru\.pt of code2lora\/code2lora-gru or/;
  refuses(evolving({ hypernet_state_dict: { w: weight }, gru_state: undefined }), message);
  refuses(evolving({ module_specs: [] }), /it has module_specs/);
  refuses(evolving({ model_config: {} }), /it has model_config/);
  refuses(evolving({ gru_state: undefined }), /has neither gru_state and head_state nor state_dict/);
});

test('refuses a configuration that is missing, of the wrong type or at odds with itself', () => {
  const head = { input_dim: 8, hidden_dim: 6, rank: 2, types: ['q_proj'], type_dims: { q_proj: [4, 5] } };
  const withHead = (fields: Record<string, Plain>) => evolving({ head_config: { ...head, ...fields } });
  refuses(evolving({ head_config: undefined }), /x\.pt: head_config is missing, expected an object/);
  refuses(evolving({ gru_config: undefined }), /x\.pt: gru_config is missing, expected an object/);
  refuses(withHead({ rank: 0 }), /head_config\.rank is 0, expected a whole number from 1/);
  refuses(withHead({ rank: 2.5 }), /head_config\.rank is 2\.5/);
  refuses(withHead({ types: ['lm_head'] }), /head_config\.types\[0\] is "lm_head"/);
  refuses(withHead({ type_dims: { q_proj: [4] } }), /type_dims\.q_proj\[1\] is missing/);
  refuses(withHead({ type_dims: { q_proj: [4, 5, 6] } }), /type_dims\.q_proj has 3 numbers, expected two/);
  refuses(
    withHead({ type_dims: { k_proj: [4, 5] } }),
    /types, head_config\.type_dims and type_dims do not agree/,
  );
  refuses(evolving({ type_dims: { q_proj: [5, 4] } }), /type_dims and type_dims do not agree/);
  refuses(withHead({ input_dim: 9 }), /head_config\.input_dim is 9, gru_config\.hidden_dim is 8/);
  refuses(evolving({ per_step_input: 'nothing' }), /per_step_input is "nothing", expected "diff" or/);
  refuses(evolving({ args: { alpha: -1 } }), /args\.alpha is -1, expected a number above 0/);
});

test.run();
