import { renameSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { readCheckpointConfig } from '../../src/runtime/checkpoint.ts';
import {
  headMatrices,
  openHypernetwork,
  readHypernetwork,
  sizesOfCheckpoint,
} from '../../src/runtime/hypernetwork.ts';
import type { HypernetworkSizes } from '../../src/runtime/manifest.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import {
  checkpointPack,
  GOLDEN_CHECKPOINTS,
  goldenCheckpointPack,
  goldenCheckpointPath,
  goldenHypernetwork,
} from '../helpers/golden-checkpoint.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('runtime/hypernetwork');

const refuses = (change: Partial<HypernetworkSizes>, message: RegExp) =>
  assert.throws(
    () => {
      const sizes = { ...goldenHypernetwork('evolving'), ...change };
      openHypernetwork(checkpointPack(goldenCheckpointPath('evolving'), sizes));
    },
    (error: unknown) => {
      if (!(error instanceof ModelError)) throw error;
      assert.match(error.message, message);
      return true;
    },
  );

test('finds the head in either layout, and the size of its task', () => {
  const facts = (name: Parameters<typeof goldenCheckpointPack>[0]) => {
    const { head, taskSize, sizes } = openHypernetwork(goldenCheckpointPack(name));
    return [head, taskSize, sizes.kind];
  };
  assert.equal(facts('evolving'), ['head_state', 0, 'evolving']);
  assert.equal(facts('evolving_tasks'), ['head_state', 3, 'evolving']);
  assert.equal(facts('static'), ['state_dict', 0, 'static']);
  assert.equal(facts('static_tasks'), ['state_dict', 3, 'static']);
});

test('refuses a manifest that says something else than the checkpoint, by name', () => {
  refuses(
    { rank: 1 },
    /its rank is 2, the model pack expects 1\.\nThe manifest and the weights do not belong/,
  );
  refuses({ alpha: 16 }, /its alpha is 4, the model pack expects 16/);
  refuses({ trunkSize: 7 }, /its trunkSize is 6, the model pack expects 7/);
  refuses({ hiddenSize: 12 }, /its hiddenSize is 8, the model pack expects 12/);
  refuses({ kind: 'static', hiddenSize: 12 }, /its kind is evolving, the model pack expects static/);
  refuses(
    { moduleTypes: ['q_proj'] },
    /its moduleTypes is down_proj,k_proj,q_proj, the model pack expects q_proj/,
  );
});

test('a static model whose state is no repository embedding is refused with the manifest', () => {
  refuses({ kind: 'static' }, /hypernetwork\.hiddenSize is 8, of a static model it is embeddingSize \(12\)/);
});

test('the sizes of a checkpoint are what its manifest says', () => {
  for (const name of GOLDEN_CHECKPOINTS) {
    const path = goldenCheckpointPath(name);
    const sizes = sizesOfCheckpoint(readCheckpointConfig(path), `${name}.pt`);
    assert.equal(sizes, { ...goldenHypernetwork(name), weights: `${name}.pt` });
    assert.is(Object.keys(readHypernetwork(path, sizes).modules).length, 3);
  }
});

test('the matrices of the head are listed with their places, for quantisation', () => {
  const network = readHypernetwork(goldenCheckpointPath('static_tasks'), {
    ...goldenHypernetwork('static_tasks'),
    weights: 'static_tasks.pt',
  });
  const matrices = headMatrices(network);
  assert.is(matrices.length, 2 + 2 * 3);
  assert.equal(matrices[0]?.shape, [6, 15]);
  assert.ok(matrices.every(({ file }) => file === goldenCheckpointPath('static_tasks')));
});

test('weights behind a link into another folder are used where they are', () => {
  const { dir } = writeTinyPack();
  const elsewhere = writeTinyPack().dir;
  const file = join(dir, 'code2lora.safetensors');
  renameSync(file, join(elsewhere, 'blob'));
  symlinkSync(join(elsewhere, 'blob'), file);
  const { weightsFolder, weights } = openHypernetwork(openModelPack(dir));
  assert.equal([weightsFolder, basename(weights.file)], [elsewhere, 'blob']);
  assert.is(dirname(weights.file), elsewhere);
});

test.run();
