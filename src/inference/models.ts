/**
 * The models of a pack behind the interfaces that the stages know, wherever they run.
 *
 * In: somebody who answers calls. Out: encoder, updater, generator, what learns from assertions, and language model.
 * Knows nothing about processes. What a model cannot do it says when it is asked, not when it is opened.
 */
import type { Example } from '../adaptation/examples.ts';
import type { MemoryState } from '../adaptation/memory.ts';
import type { Refined, RefineRequest } from '../adaptation/refine.ts';
import type { SignalText } from '../adaptation/signal.ts';
import type { WindowEncoder } from '../embedding/encoder.ts';
import type { Updater } from '../gru/rollout.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { Generator } from '../lora/generate.ts';
import type { Device } from '../runtime/device.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { engine } from '../runtime/session.ts';
import type { LanguageModel } from '../scoring/language-model.ts';
import type { Ask, ModelName, ReaderPlace } from './calls.ts';

export interface Models extends AsyncDisposable {
  encoder: WindowEncoder;
  updater: Updater;
  generator: Generator;
  learner: AssertionLearner;
  languageModel: LanguageModel;
}

/** What learns from assertions; each part is opened when it is asked. */
export interface AssertionLearner {
  readExamples(texts: readonly SignalText[]): Promise<Example[]>;
  /** An empty memory to begin with. */
  remember(memory: MemoryState, examples: readonly Example[]): Promise<MemoryState>;
  /** Null: there is nothing to recall. */
  recall(memory: MemoryState): Promise<LoraAdapter | null>;
  refine(request: RefineRequest): Promise<Refined>;
}

export interface ModelsInput {
  pack: ModelPack;
  device: Device;
  /** Ends whoever answers. */
  end(): Promise<void>;
}

/** Nothing is asked before a model is used. */
export function modelsOver(ask: Ask, { pack, device, end }: ModelsInput): Models {
  const { encoder, hypernetwork } = pack.manifest;
  const using = openFirst(ask);
  return {
    encoder: {
      embeddingSize: encoder.embeddingSize,
      engine: engine(device),
      embedWindows: (text, recipe) => using('encoder')('embedWindows', text, recipe),
      [Symbol.asyncDispose]: () => using.close('encoder'),
    },
    updater: {
      stepInput: hypernetwork.kind === 'static' ? 'repository' : 'diff',
      initialState: (embedding) => using('updater')('initialState', embedding),
      step: (hiddenState, embedding) => using('updater')('step', hiddenState, embedding),
      [Symbol.asyncDispose]: () => using.close('updater'),
    },
    generator: {
      generate: (hiddenState) => using('generator')('generate', hiddenState),
      [Symbol.asyncDispose]: () => using.close('generator'),
    },
    learner: {
      readExamples: (texts) => using('signalReader')('readExamples', texts),
      remember: (memory, examples) => using('memory')('remember', memory, examples),
      recall: (memory) => using('memory')('recall', memory),
      refine: (request) => using('refiner')('refine', request),
    },
    languageModel: languageModelOver(using),
    [Symbol.asyncDispose]: end,
  };
}

type Using = ReturnType<typeof openFirst>;

/** Opening is a call of its own, with a time limit of its own. When it fails, the call after it says so too. */
function openFirst(ask: Ask) {
  const opened = new Set<ModelName>();
  const using = (model: ModelName): Ask => {
    if (!opened.has(model)) ask('open', model).catch(() => {});
    opened.add(model);
    return ask;
  };
  const close = async (model: ModelName) => {
    if (opened.delete(model)) await ask('close', model);
  };
  return Object.assign(using, { close });
}

function languageModelOver(using: Using): LanguageModel {
  const ask: Ask = (name, ...args) => using('languageModel')(name, ...args);
  const adapterId = sendOnce(ask);
  let readers = 0;
  const place = (reader: number | null, adapter: LoraAdapter | null = null): ReaderPlace => ({
    reader,
    adapter: adapterId(adapter),
  });
  return {
    reader({ adapter = null } = {}) {
      readers += 1;
      const id = readers;
      return {
        score: (request) => ask('score', place(id, adapter), request),
        candidates: (request) => ask('candidates', place(id, adapter), request),
      };
    },
    score: (request, { adapter } = {}) => ask('score', place(null, adapter), request),
    scoreMany: (requests, { adapter } = {}) => ask('scoreMany', place(null, adapter), requests),
    candidates: (request, { adapter } = {}) => ask('candidates', place(null, adapter), request),
    [Symbol.asyncDispose]: () => using.close('languageModel'),
  };
}

/** An adapter is megabytes, and is asked with hundreds of times. */
function sendOnce(ask: Ask): (adapter: LoraAdapter | null) => number | null {
  const idByAdapter = new WeakMap<LoraAdapter, number>();
  let sent = 0;
  return (adapter) => {
    if (adapter === null) return null;
    const known = idByAdapter.get(adapter);
    if (known !== undefined) return known;
    sent += 1;
    idByAdapter.set(adapter, sent);
    ask('keepAdapter', sent, adapter).catch(() => {});
    return sent;
  };
}
