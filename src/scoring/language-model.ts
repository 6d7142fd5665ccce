/**
 * The base model with and without an adapter, asked about values in test files.
 *
 * In: a model pack; text up to a value, the value, an adapter. Out: how probable the value is, and which values
 * would be. Knows nothing about assertions. One session serves the base model and all adapters.
 */

import type { SourceLanguage } from '../assertions/grammar.ts';
import { UsageError } from '../errors.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { layerAdapters } from '../runtime/manifest-adaptation.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { readBaseModel } from '../runtime/transformer-weights.ts';
import { type Decoder, type OpenDecoderOptions, openDecoder } from './decoder.ts';
import { encodePrompt, encodeTarget, type Prompt, type PromptSettings, targetLimit } from './prompt.ts';
import { PromptReader } from './prompt-reader.ts';
import { type Candidate, type Hypothesis, search } from './search.ts';
import { standingOf, summarizeStandings, type ValueStanding } from './token-standing.ts';
import { createVocabulary, joinedProbability, stopProbability, type Vocabulary } from './vocabulary.ts';

export interface TargetScore {
  /** Negative log-likelihood of the target's tokens: natural logarithm, summed. */
  nll: number;
  tokens: number;
  /** Of each token of the target. */
  logProbabilities: number[];
  /** How its tokens stand in what the model expected. */
  standing: ValueStanding;
  /** That the value ends after the target's last token. */
  stopProbability: number;
  /** That exactly the target is the value; compares with the probability of a candidate. */
  probability: number;
}

export interface Completion {
  candidates: Candidate[];
  /** The most probable token each time. */
  greedy: string;
}

export interface ScoreRequest {
  /** Text of the file up to the value. */
  prefix: string;
  target: string;
  language: SourceLanguage;
}
export interface CompletionRequest {
  prefix: string;
  language: SourceLanguage;
  /** Candidates wanted; default 5. */
  count?: number;
  /** Longest candidate; default 32. */
  maxTokens?: number;
}

/** Reads requests with one adapter; requests in the order of the file share what they have in common. */
export interface Reader {
  score(request: ScoreRequest): Promise<TargetScore>;
  candidates(request: CompletionRequest): Promise<Completion>;
}

interface WithAdapter {
  adapter?: LoraAdapter | null;
}

export interface LanguageModel {
  /** A reader of its own memory; without an adapter it is the base model. Throws ModelError when the adapter does not fit. */
  reader(options?: WithAdapter): Reader;
  score(request: ScoreRequest, options?: WithAdapter): Promise<TargetScore>;
  /** In the order of the requests, whatever the order they are read in. */
  scoreMany(requests: readonly ScoreRequest[], options?: WithAdapter): Promise<TargetScore[]>;
  candidates(request: CompletionRequest, options?: WithAdapter): Promise<Completion>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the language model of a pack; weights in fp32 are mapped, not copied. Throws ModelError. */
export async function openLanguageModel(
  pack: ModelPack,
  options: OpenDecoderOptions = {},
): Promise<LanguageModel> {
  const { tokenizer: tokenizerFile, contextTokens, endToken, startToken } = pack.manifest.baseModel;
  const model = readBaseModel(pack);
  const tokenizer = openTokenizer(pack.path(tokenizerFile));
  const settings = { tokenizer, contextTokens, endToken, startToken };
  const decoder = await openDecoder(model, contextTokens, {
    layerAdapters: layerAdapters(pack.manifest),
    ...options,
  });
  const vocabulary = createVocabulary(tokenizer, { endToken });
  const encode = rememberLast((prefix: string) => encodePrompt(prefix, settings));
  const shared = { decoder, vocabulary, settings, encode };
  const reader = ({ adapter = null }: WithAdapter = {}) => createReader(shared, adapter);
  return {
    reader,
    score: async (request, options) => reader(options).score(request),
    candidates: async (request, options) => reader(options).candidates(request),
    scoreMany: async (requests, options) => scoreInOrder(reader(options), requests),
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}

interface Shared {
  decoder: Decoder;
  vocabulary: Vocabulary;
  settings: PromptSettings;
  encode(prefix: string): Prompt;
}

function createReader(
  { decoder, vocabulary, settings, encode }: Shared,
  adapter: LoraAdapter | null,
): Reader {
  const promptReader = new PromptReader(decoder, adapter);
  return {
    async score({ prefix, target, language }) {
      if (target.trim() === '') throw emptyTarget();
      const prompt = encode(prefix);
      const tokens = encodeTarget(target, prompt, settings);
      const rows = await promptReader.read(prompt.tokens, tokens);
      return scoreOf(rows, { tokens, vocabulary, language });
    },
    async candidates({ prefix, language, count = 5, maxTokens = 32 }) {
      const { tokens } = encode(prefix);
      const [first] = await promptReader.read(tokens);
      const slots = new Map<Hypothesis, readonly number[]>();
      const expand = (hypotheses: readonly Hypothesis[]) => promptReader.expand(tokens, hypotheses, slots);
      const longest = Math.min(maxTokens, targetLimit(settings.contextTokens));
      return search(first as Float32Array, { vocabulary, language, count, maxTokens: longest, expand });
    },
  };
}

/** An assertion is asked about three times: scored by two models and completed by one. */
function rememberLast<Value>(compute: (key: string) => Value): (key: string) => Value {
  let last: { key: string; value: Value } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: compute(key) };
    return last.value;
  };
}

function emptyTarget(): UsageError {
  return new UsageError('Cannot score an empty value.\nAsk for candidates where no value is written yet.');
}

/**
 * `rows[i]` is what the model says before token i of the target; the last row is about the end. As in a search,
 * the value may also end within its last token: P = Π P(tokens but the last) · (P(last) · P(stop) + P(last and end)).
 */
function scoreOf(
  rows: readonly Float32Array[],
  { tokens, ...ending }: { tokens: readonly number[]; vocabulary: Vocabulary; language: SourceLanguage },
): TargetScore {
  const logProbabilities = tokens.map((token, index) => rows[index]?.[token] as number);
  const nll = -logProbabilities.reduce((sum, value) => sum + value, 0);
  const stop = stopProbability(rows[tokens.length] as Float32Array, ending);
  const joined = joinedProbability(rows[tokens.length - 1] as Float32Array, {
    ...ending,
    token: tokens.at(-1) as number,
  });
  const beforeLast = Math.exp(-nll - (logProbabilities.at(-1) as number));
  return {
    nll,
    tokens: tokens.length,
    logProbabilities,
    standing: summarizeStandings(
      logProbabilities,
      tokens.map((token, index) => standingOf(rows[index] as Float32Array, token)),
    ),
    stopProbability: stop,
    probability: Math.min(1, Math.exp(-nll) * stop + beforeLast * joined),
  };
}

/** Shorter prefixes of a file first: each is the start of the next. */
async function scoreInOrder(reader: Reader, requests: readonly ScoreRequest[]): Promise<TargetScore[]> {
  const order = requests.map((request, index) => ({ request, index }));
  order.sort((a, b) => (a.request.prefix < b.request.prefix ? -1 : 1));
  const scores: TargetScore[] = [];
  for (const { request, index } of order) scores[index] = await reader.score(request);
  return scores;
}
