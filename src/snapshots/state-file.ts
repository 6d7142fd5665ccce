/**
 * The bytes of state.safetensors: the same numbers give the same bytes.
 *
 *   hidden_state (hiddenSize)   lora_A.<pair>, lora_B.<pair>   and what was learned (learned.ts)
 *
 * In: the state of a snapshot. Out: bytes, and the way back. Knows nothing about manifests but what is said here.
 */
import { SnapshotError } from '../errors.ts';
import { adapterFromTensors, adapterTensors, type LoraAdapter } from '../lora/adapter.ts';
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../runtime/safetensors.ts';
import { type LearnedState, learnedTensors, takeLearned } from './learned.ts';

export interface StoredState {
  /** Empty where the GRU is no part. */
  hiddenState: Float32Array;
  learned: LearnedState;
  adapter: LoraAdapter;
}

export interface StateDescription {
  adapter: { rank: number; alpha: number };
  parts?: readonly AdaptationPart[];
}

export function encodeState({ hiddenState, learned, adapter }: StoredState): Uint8Array {
  const tensors = new Map<string, Tensor>([...adapterTensors(adapter), ...learnedTensors(learned)]);
  if (hiddenState.length > 0) {
    tensors.set('hidden_state', { dtype: 'F32', shape: [hiddenState.length], data: hiddenState });
  }
  return encodeSafetensors(tensors);
}

/** `place` names the snapshot in messages. Throws SnapshotError or ModelError for what is not as we write it. */
export function decodeState(
  state: Uint8Array,
  { manifest, place }: { manifest: StateDescription; place: string },
): StoredState {
  const tensors = new Map(decodeSafetensors(state, place).tensors);
  const { parts = ['gru'] } = manifest;
  const hidden = tensors.get('hidden_state');
  tensors.delete('hidden_state');
  const isMissing = hidden === undefined && !parts.includes('gru');
  if (!isMissing && !(hidden?.data instanceof Float32Array)) {
    throw new SnapshotError(`The snapshot at ${place} has no tensor "hidden_state" of type F32.`);
  }
  const learned = takeLearned(tensors, place);
  const { rank, alpha } = manifest.adapter;
  const ownRanks = parts.some((part) => part !== 'gru');
  return {
    hiddenState: isMissing ? new Float32Array(0) : (hidden?.data as Float32Array),
    learned,
    adapter: adapterFromTensors(tensors, { rank, alpha, ownRanks }),
  };
}
