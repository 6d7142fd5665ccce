/**
 * What can be asked of the models of a pack, as plain calls with plain data: the same in this process and across
 * the border to another one.
 *
 * Knows nothing about who answers. Readers and adapters are named by numbers, because they cannot be sent
 * (readers) or are too large to be sent each time (adapters).
 */
import type { Example } from '../adaptation/examples.ts';
import type { MemoryState } from '../adaptation/memory.ts';
import type { Refined, RefineRequest } from '../adaptation/refine.ts';
import type { SignalText } from '../adaptation/signal.ts';
import type { WindowVectors } from '../embedding/window-vectors.ts';
import type { WindowRecipe } from '../embedding/windows.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { CompletionRequest, ScoreRequest, TargetScore } from '../scoring/language-model.ts';
import type { SearchResult } from '../scoring/search.ts';

/** What can be open; the language model works after the others, which are closed when it opens. */
export type ModelName =
  | 'encoder'
  | 'updater'
  | 'generator'
  | 'signalReader'
  | 'memory'
  | 'refiner'
  | 'languageModel';

/** A reader and the adapter it reads with; a null reader is a new one for this call alone, a null adapter none. */
export interface ReaderPlace {
  reader: number | null;
  adapter: number | null;
}

export interface Calls {
  open(model: ModelName): Promise<void>;
  close(model: ModelName): Promise<void>;
  embedWindows(text: string, recipe: WindowRecipe): Promise<WindowVectors>;
  /** (embeddingSize) → (hiddenSize) */
  initialState(repositoryEmbedding: Float32Array): Promise<Float32Array>;
  /** (hiddenSize), (embeddingSize) → (hiddenSize) */
  step(hiddenState: Float32Array, embedding: Float32Array): Promise<Float32Array>;
  generate(hiddenState: Float32Array): Promise<LoraAdapter>;
  readExamples(texts: readonly SignalText[]): Promise<Example[]>;
  remember(memory: MemoryState, examples: readonly Example[]): Promise<MemoryState>;
  recall(memory: MemoryState): Promise<LoraAdapter | null>;
  refine(request: RefineRequest): Promise<Refined>;
  keepAdapter(id: number, adapter: LoraAdapter): Promise<void>;
  score(place: ReaderPlace, request: ScoreRequest): Promise<TargetScore>;
  scoreMany(place: ReaderPlace, requests: readonly ScoreRequest[]): Promise<TargetScore[]>;
  candidates(place: ReaderPlace, request: CompletionRequest): Promise<SearchResult>;
}

export type CallName = keyof Calls;

/** Whoever answers does so in the order of the questions, one at a time. */
export type Ask = <Name extends CallName>(
  name: Name,
  ...args: Parameters<Calls[Name]>
) => ReturnType<Calls[Name]>;
