/**
 * Embeddings → memory: the hidden state after each commit.
 *
 * In: the repository embedding of the start commit, then one embedding per commit. Out: hidden states,
 * un-normalised as the GRU carries them. Knows nothing about where embeddings come from or what reads the state.
 */
import { ModelError } from '../errors.ts';
import type { Device } from '../runtime/device.ts';
import { requireFinite } from '../runtime/finite.ts';
import { openHypernetwork } from '../runtime/hypernetwork.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { initialStateGraph, stepGraph } from './graph.ts';

export interface Updater {
  /**
   * What a step reads: the diff of a commit (evolving model), or the whole repository as it stands then (static
   * model, which remembers nothing: the newest commit alone decides, earlier ones need not be read).
   */
  readonly stepInput: 'diff' | 'repository';
  /** (embeddingSize) → (hiddenSize). */
  initialState(repositoryEmbedding: Float32Array): Promise<Float32Array>;
  /** (hiddenSize), (embeddingSize) → (hiddenSize). */
  step(hiddenState: Float32Array, embedding: Float32Array): Promise<Float32Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the GRU of a pack. Throws ModelError when a tensor is missing or does not fit the manifest; so do the
 * two steps when a vector has another length or holds NaN or infinity. A static model has no GRU: its state is
 * the repository embedding itself, and nothing is opened.
 */
export async function openUpdater(
  pack: ModelPack,
  { device = 'cpu' }: { device?: Device } = {},
): Promise<Updater> {
  const { sizes, weights, weightsFolder } = openHypernetwork(pack);
  if (sizes.kind === 'static') return staticUpdater(sizes.embeddingSize);
  const options = { weightsFolder, device };
  const initial = await openSession(initialStateGraph(weights, sizes, weightsFolder), options);
  const step = await openSession(stepGraph(weights, sizes, weightsFolder), options);
  const embedding = (values: Float32Array, name: string) => vector(values, sizes.embeddingSize, name);
  return {
    stepInput: 'diff',
    initialState: async (repositoryEmbedding) =>
      runState(initial, 'hidden_state', {
        repository_embedding: embedding(repositoryEmbedding, 'the repository embedding'),
      }),
    step: async (hiddenState, diffEmbedding) =>
      runState(step, 'next_hidden_state', {
        diff_embedding: embedding(diffEmbedding, 'the diff embedding'),
        hidden_state: vector(hiddenState, sizes.hiddenSize, 'the hidden state'),
      }),
    async [Symbol.asyncDispose]() {
      await initial[Symbol.asyncDispose]();
      await step[Symbol.asyncDispose]();
    },
  };
}

function staticUpdater(size: number): Updater {
  const stateOf = async (embedding: Float32Array) =>
    vector(embedding, size, 'the repository embedding').data.slice();
  return {
    stepInput: 'repository',
    initialState: stateOf,
    step: (_hiddenState, embedding) => stateOf(embedding),
    async [Symbol.asyncDispose]() {},
  };
}

/** A vector of the right length and without NaN, as a row. Throws ModelError with the name. */
export function vector(values: Float32Array, size: number, name: string) {
  if (values.length !== size) {
    throw new ModelError(
      `Cannot go on: ${name} has ${values.length} numbers, expected ${size}.\n` +
        'It was made with another model pack: start again with this one.',
    );
  }
  return { data: requireFinite(values, name), dims: [1, size] };
}

async function runState(
  session: Session,
  output: string,
  feeds: Parameters<Session['run']>[0],
): Promise<Float32Array> {
  const results = await session.run(feeds);
  return requireFinite(results[output]?.data as Float32Array, 'the next hidden state');
}
