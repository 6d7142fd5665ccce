/**
 * Finds the most probable expressions after a text: a beam search whose hypotheses end where the text completes
 * an expression.
 *
 * In: the log-probabilities after the text, a way to read more tokens. Out: completed texts with probabilities.
 * Knows nothing about sessions or caches; `expand` reads one more token of each hypothesis.
 *
 *   P(text) = Σ over the token paths found for it: Π P(token) · P(stop),
 *   P(stop) = P(end token) + Σ P(tokens that begin with a terminator)
 *
 * A token may hold the end of the expression in its middle, such as `")`: then the path ends without P(stop).
 */
import type { SourceLanguage } from '../assertions/grammar.ts';
import { scanExpression } from './expression-end.ts';
import { stopProbability, type Vocabulary } from './vocabulary.ts';

export interface Candidate {
  /** The expression without space around it. */
  text: string;
  /** 0–1: that exactly this text is the value. */
  probability: number;
}

export interface SearchResult {
  /** Most probable first. */
  candidates: Candidate[];
  /** The most probable token each time, up to the end of the expression or the last allowed token. */
  greedy: string;
}

export interface Hypothesis {
  parent: Hypothesis | null;
  token: number;
  tokens: readonly number[];
  text: string;
  isReady: boolean;
  logProbability: number;
  /** Follows the most probable token each time; it is kept however improbable it gets. */
  isGreedy: boolean;
}

export interface SearchSettings {
  vocabulary: Vocabulary;
  language: SourceLanguage;
  count: number;
  maxTokens: number;
  /** Reads the last token of each hypothesis; resolves to the log-probabilities after it, one row each. */
  expand(hypotheses: readonly Hypothesis[]): Promise<readonly Float32Array[]>;
}

/** Less probable continuations are not followed, less probable ends not counted. */
const MIN_PROBABILITY = 1e-5;

/** Searches from the log-probabilities of the first token. */
export async function search(first: Float32Array, settings: SearchSettings): Promise<SearchResult> {
  const found: Found = { probabilityByText: new Map(), greedy: '' };
  let hypotheses: readonly Hypothesis[] = [ROOT];
  let rows: readonly Float32Array[] = [first];
  for (let depth = 1; hypotheses.length > 0; depth += 1) {
    const branches = hypotheses.flatMap((hypothesis, index) => {
      return branch(hypothesis, rows[index] as Float32Array, { settings, found });
    });
    if (depth > settings.maxTokens) break;
    hypotheses = prune(branches, { settings, found });
    if (hypotheses.length > 0) rows = await settings.expand(hypotheses);
  }
  return { candidates: ranked(found).slice(0, settings.count), greedy: found.greedy.trim() };
}

/** The positions of the `count` greatest values, greatest first; of equal ones the lower position. */
export function greatest(values: Float32Array, count: number): number[] {
  const positions: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let position = 0; position < values.length; position += 1) {
    const value = values[position] as number;
    if (positions.length === count && value <= least) continue;
    if (positions.length === count) positions.pop();
    let place = positions.length;
    while (place > 0 && (values[positions[place - 1] as number] as number) < value) place -= 1;
    positions.splice(place, 0, position);
    least = values[positions.at(-1) as number] as number;
  }
  return positions;
}

const PART_OF_CHARACTER = '\uFFFD';

const ROOT: Hypothesis = {
  parent: null,
  token: -1,
  tokens: [],
  text: '',
  isReady: false,
  logProbability: 0,
  isGreedy: true,
};

interface Found {
  probabilityByText: Map<string, number>;
  greedy: string;
}
interface Run {
  settings: SearchSettings;
  found: Found;
}

/** The continuations of one hypothesis by one token; what is complete goes to `found`. */
function branch(parent: Hypothesis, row: Float32Array, { settings, found }: Run): Hypothesis[] {
  const { vocabulary, language, count } = settings;
  const isStop = (token: number) =>
    vocabulary.text(token) === '' || (parent.isReady && vocabulary.isStop(token, language));
  if (parent.isReady) {
    complete(found, parent.text, Math.exp(parent.logProbability) * stopProbability(row, settings));
  }
  const tokens = greatest(row, 2 * count + 2);
  return tokens
    .filter((token) => !isStop(token))
    .map((token) => ({
      token,
      logProbability: parent.logProbability + (row[token] as number),
      isGreedy: parent.isGreedy && token === tokens[0],
    }))
    .filter(({ isGreedy, logProbability }) => isGreedy || logProbability > Math.log(MIN_PROBABILITY))
    .flatMap((step) => append(parent, step, { settings, found }));
}

/** The hypothesis with one more token: nothing if its text is complete or can never be. */
function append(
  parent: Hypothesis,
  step: Pick<Hypothesis, 'token' | 'logProbability' | 'isGreedy'>,
  { settings, found }: Run,
): Hypothesis[] {
  const tokens = [...parent.tokens, step.token];
  const text = settings.vocabulary.decode(tokens);
  const scan = scanExpression(text, settings.language);
  const kept = scan.status === 'ended' ? text.slice(0, scan.end) : text;
  if (step.isGreedy && (scan.status === 'ended' || tokens.length <= settings.maxTokens)) found.greedy = kept;
  if (scan.status === 'ended') complete(found, kept, Math.exp(step.logProbability));
  if (scan.status === 'ended' || scan.status === 'broken') return [];
  return [{ ...step, parent, tokens, text, isReady: scan.status === 'ready' }];
}

/** Adds up the paths that give the same text. An empty value is none, nor is one with a part of a character. */
function complete(found: Found, text: string, probability: number): void {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.includes(PART_OF_CHARACTER) || probability < MIN_PROBABILITY) return;
  const { probabilityByText } = found;
  probabilityByText.set(trimmed, (probabilityByText.get(trimmed) ?? 0) + probability);
}

/** Keeps the greedy hypothesis and the most probable others, while they can still get among the candidates. */
function prune(hypotheses: readonly Hypothesis[], { settings, found }: Run): Hypothesis[] {
  const worst = ranked(found)[settings.count - 1]?.probability ?? 0;
  const least = Math.log(Math.max(MIN_PROBABILITY, worst));
  return [...hypotheses]
    .sort((a, b) => b.logProbability - a.logProbability)
    .filter(
      ({ isGreedy, logProbability }, rank) => isGreedy || (rank <= settings.count && logProbability > least),
    );
}

function ranked({ probabilityByText }: Found): Candidate[] {
  return [...probabilityByText]
    .map(([text, probability]) => ({ text, probability }))
    .sort((a, b) => b.probability - a.probability || (a.text < b.text ? -1 : 1));
}
