/**
 * Answers calls with the models of a pack, each opened on its first use.
 *
 * In: calls, one at a time. Out: what the models give. Knows nothing about processes or queues. The language
 * model works when the others are done: they are closed for it, so that their memory never adds up.
 */
import { openEncoder } from '../embedding/encoder.ts';
import { InternalError } from '../errors.ts';
import { openUpdater } from '../gru/rollout.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { openGenerator } from '../lora/generate.ts';
import type { Device } from '../runtime/device.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openLanguageModel, type Reader } from '../scoring/language-model.ts';
import type { Calls, ModelName, ReaderPlace } from './calls.ts';
import { openPackMemory, openPackRefiner, openPackSignal } from './learners.ts';

type Open = {
  encoder: Awaited<ReturnType<typeof openEncoder>>;
  updater: Awaited<ReturnType<typeof openUpdater>>;
  generator: Awaited<ReturnType<typeof openGenerator>>;
  signalReader: Awaited<ReturnType<typeof openPackSignal>>;
  memory: Awaited<ReturnType<typeof openPackMemory>>;
  refiner: Awaited<ReturnType<typeof openPackRefiner>>;
  languageModel: Awaited<ReturnType<typeof openLanguageModel>>;
};

export type Executor = Calls & { [Symbol.asyncDispose](): Promise<void> };

export interface ExecutorOptions {
  device: Device;
  /** Runs of the language model after which its weights are packed (packing.ts). */
  packAfter: number;
}

/** Nothing is opened yet. Calls must not overlap. */
export function createExecutor(pack: ModelPack, options: ExecutorOptions): Executor {
  const models = openOnUse(pack, options);
  const readers = createReaders(async () => models.use('languageModel'));
  return {
    async open(name) {
      await models.use(name);
    },
    async close(name) {
      if (name === 'languageModel') readers.forget();
      await models.close(name);
    },
    embedWindows: async (text, recipe) => (await models.use('encoder')).embedWindows(text, recipe),
    initialState: async (embedding) => (await models.use('updater')).initialState(embedding),
    step: async (hiddenState, embedding) => (await models.use('updater')).step(hiddenState, embedding),
    generate: async (hiddenState) => (await models.use('generator')).generate(hiddenState),
    readExamples: async (texts) => (await models.use('signalReader')).read(texts),
    remember: async (memory, examples) => (await models.use('memory')).fold(memory, examples),
    recall: async (memory) => (await models.use('memory')).adapter(memory),
    refine: async (request) => (await models.use('refiner')).refine(request),
    keepAdapter: async (id, adapter) => readers.keepAdapter(id, adapter),
    score: async (place, request) => (await readers.at(place)).score(request),
    async scoreMany({ adapter }, requests) {
      return (await models.use('languageModel')).scoreMany(requests, { adapter: readers.adapter(adapter) });
    },
    candidates: async (place, request) => (await readers.at(place)).candidates(request),
    [Symbol.asyncDispose]: () => models.closeAll(),
  };
}

function openOnUse(pack: ModelPack, { device, packAfter }: ExecutorOptions) {
  const openers: { [Name in ModelName]: () => Promise<Open[Name]> } = {
    encoder: () => openEncoder(pack, { device }),
    updater: () => openUpdater(pack, { device }),
    generator: () => openGenerator(pack, { device }),
    signalReader: () => openPackSignal(pack),
    memory: () => openPackMemory(pack),
    refiner: () => openPackRefiner(pack),
    languageModel: () => openLanguageModel(pack, { device, packAfter }),
  };
  const open: Partial<Open> = {};
  const close = async (name: ModelName) => {
    const model = open[name];
    delete open[name];
    await model?.[Symbol.asyncDispose]();
  };
  return {
    close,
    async use<Name extends ModelName>(name: Name): Promise<Open[Name]> {
      const known: Open[Name] | undefined = open[name];
      if (known) return known;
      if (name === 'languageModel') for (const other of EARLIER) await close(other);
      const model = await openers[name]();
      open[name] = model;
      return model;
    },
    async closeAll() {
      for (const name of [...EARLIER, 'languageModel'] as const) await close(name);
    },
  };
}

const EARLIER = ['encoder', 'updater', 'generator', 'signalReader', 'memory', 'refiner'] as const;

function createReaders(languageModel: () => Promise<Open['languageModel']>) {
  const adapters = new Map<number, LoraAdapter>();
  const readers = new Map<number, Reader>();
  const adapter = (id: number | null): LoraAdapter | null => {
    if (id === null) return null;
    const known = adapters.get(id);
    if (known) return known;
    throw new InternalError(`Adapter ${id} was not sent before it was used.`);
  };
  return {
    adapter,
    keepAdapter: (id: number, value: LoraAdapter) => void adapters.set(id, value),
    forget: () => readers.clear(),
    async at({ reader: id, adapter: adapterId }: ReaderPlace): Promise<Reader> {
      const model = await languageModel();
      const reader =
        (id === null ? undefined : readers.get(id)) ?? model.reader({ adapter: adapter(adapterId) });
      if (id !== null) readers.set(id, reader);
      return reader;
    },
  };
}
