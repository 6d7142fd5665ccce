/**
 * What a walk has learned from the assertions of earlier commits, as tensors of the state file.
 *
 *   memory.<layer>.<type>         (rank, rank)       sums of the memory
 *   residual.lora_A.<type>, …     as of any adapter  what the gradient steps have made so far
 *   buffer.tokens, buffer.lengths (tokens), (examples, 2)   the newest examples, one after the other
 *
 * In: a LearnedState. Out: tensors, and the way back. Knows nothing about how anything is learned.
 */
import { SnapshotError } from '../errors.ts';
import { adapterFromTensors, adapterTensors, type LoraAdapter } from '../lora/adapter.ts';
import type { Tensor } from '../runtime/safetensors.ts';

/** An assertion as tokens. */
export interface LearnedExample {
  prompt: readonly number[];
  target: readonly number[];
}

export interface LearnedState {
  /** By layer and module type, such as `3.o_proj`: (rank, rank). Null: nothing remembered, or not a part. */
  memory: Readonly<Record<string, Float32Array>> | null;
  /** Scaling 1. Null: no step yet, or not a part. */
  residual: LoraAdapter | null;
  /** Oldest first. */
  buffer: readonly LearnedExample[];
}

export const NOTHING_LEARNED: LearnedState = { memory: null, residual: null, buffer: [] };

const [MEMORY, RESIDUAL, TOKENS, LENGTHS] = ['memory.', 'residual.', 'buffer.tokens', 'buffer.lengths'];

export function learnedTensors({ memory, residual, buffer }: LearnedState): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [name, data] of Object.entries(memory ?? {})) {
    const rank = Math.round(Math.sqrt(data.length));
    tensors.set(`${MEMORY}${name}`, { dtype: 'F32', shape: [rank, rank], data });
  }
  if (residual) {
    for (const [name, tensor] of adapterTensors(residual)) tensors.set(`${RESIDUAL}${name}`, tensor);
  }
  if (buffer.length > 0) {
    const tokens = Int32Array.from(buffer.flatMap(({ prompt, target }) => [...prompt, ...target]));
    const lengths = Int32Array.from(buffer.flatMap(({ prompt, target }) => [prompt.length, target.length]));
    tensors.set(TOKENS, { dtype: 'I32', shape: [tokens.length], data: tokens });
    tensors.set(LENGTHS, { dtype: 'I32', shape: [buffer.length, 2], data: lengths });
  }
  return tensors;
}

/** Takes its tensors out of the map. Throws SnapshotError or ModelError for what is not as we write it. */
export function takeLearned(tensors: Map<string, Tensor>, place: string): LearnedState {
  return {
    memory: takeMemory(take(tensors, MEMORY), place),
    residual: takeResidual(take(tensors, RESIDUAL)),
    buffer: takeBuffer(take(tensors, 'buffer.'), place),
  };
}

/** Those whose name begins so, without the beginning. */
function take(tensors: Map<string, Tensor>, beginning: string): Map<string, Tensor> {
  const found = [...tensors].filter(([name]) => name.startsWith(beginning));
  for (const [name] of found) tensors.delete(name);
  return new Map(found.map(([name, tensor]) => [name.slice(beginning.length), tensor]));
}

function takeMemory(tensors: ReadonlyMap<string, Tensor>, place: string): LearnedState['memory'] {
  if (tensors.size === 0) return null;
  return Object.fromEntries(
    [...tensors].map(([name, { data, shape }]) => {
      const [rows, columns] = shape;
      if (data instanceof Float32Array && shape.length === 2 && rows === columns) return [name, data];
      throw damaged(place, `memory.${name} is no square matrix of float32`);
    }),
  );
}

function takeResidual(tensors: ReadonlyMap<string, Tensor>): LoraAdapter | null {
  if (tensors.size === 0) return null;
  const [, first] = [...tensors].find(([name]) => name.startsWith('lora_A.')) ?? [];
  const rank = first?.shape[0] ?? 0;
  return adapterFromTensors(tensors, { rank, alpha: rank });
}

function takeBuffer(tensors: ReadonlyMap<string, Tensor>, place: string): LearnedExample[] {
  if (tensors.size === 0) return [];
  const [tokens, lengths] = [tensors.get('tokens')?.data, tensors.get('lengths')?.data];
  if (!(tokens instanceof Int32Array) || !(lengths instanceof Int32Array) || lengths.length % 2 !== 0) {
    throw damaged(place, 'buffer.tokens and buffer.lengths are not both there');
  }
  const examples = cut(tokens, lengths);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const isWhole = total === tokens.length && lengths.every((length) => length > 0);
  if (!isWhole) throw damaged(place, `buffer.lengths add up to ${total}, not to ${tokens.length} tokens`);
  return examples;
}

function cut(tokens: Int32Array, lengths: Int32Array): LearnedExample[] {
  let start = 0;
  const next = (length: number) => {
    start += length;
    return [...tokens.subarray(start - length, start)];
  };
  return Array.from({ length: lengths.length / 2 }, (_, index) => ({
    prompt: next(lengths[2 * index] as number),
    target: next(lengths[2 * index + 1] as number),
  }));
}

const damaged = (place: string, found: string): SnapshotError =>
  new SnapshotError(`The snapshot at ${place} is damaged: ${found}.`);
