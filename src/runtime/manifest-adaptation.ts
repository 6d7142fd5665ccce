/**
 * The parts that an adapter is made of, and how a pack wants them learned.
 *
 * In: a value of unknown type. Out: an Adaptation, or a ModelError that names the field. Knows nothing about how a part
 * computes. A pack that says nothing here has the GRU alone, as all packs before this field.
 */
import { UsageError } from '../errors.ts';
import * as field from './manifest-fields.ts';
import { fileName, MODULE_TYPES, type ModuleType, size } from './manifest-models.ts';

/**
 * In the order in which they are added up: the adapter that the hypernetwork makes of the hidden state (without it, the
 * pack's mean adapter stands there), the memory of earlier assertions, gradient steps on earlier assertions.
 */
export const ADAPTATION_PARTS = ['gru', 'memory', 'refinement'] as const;
export type AdaptationPart = (typeof ADAPTATION_PARTS)[number];

export interface Adaptation {
  /** What is on unless the user says otherwise; none of them is the mean adapter alone. */
  parts: AdaptationPart[];
  /** A walk without the GRU begins so many commits ago unless the user says otherwise; null: at the root. */
  maxCommits: number | null;
  signal: SignalSettings;
  memory: MemorySettings | null;
  refinement: RefinementSettings | null;
}

/** The assertions of strictly earlier commits, as memory and refinement read them. */
export interface SignalSettings {
  /** Last tokens of the prompt that are read. */
  promptTokens: number;
  /** At most, evenly spaced over the new and changed assertions of a commit. */
  perCommit: number;
  /** At most, evenly spaced over the tree that the start commit was made on. */
  atStart: number;
}

export interface MemorySettings {
  /** A safetensors file. */
  weights: string;
  rank: number;
  /** Of what was remembered, at each commit that brings assertions. */
  decay: number;
  moduleTypes: ModuleType[];
  scale: number;
}

export interface RefinementSettings {
  rank: number;
  learningRate: number;
  /** Examples of a step. */
  batch: number;
  /** At each commit that brings assertions. */
  steps: number;
  stepsAtStart: number;
  /** Newest examples that are kept for later steps. */
  buffer: number;
}

/** More would be a mistake: each of them is a run of the model. */
const MOST_EXAMPLES = 100_000;
const MOST_STEPS = 10_000;
const count = field.integer(1, MOST_EXAMPLES);
const steps = field.integer(0, MOST_STEPS);

const someParts = field.list(field.oneOf(...ADAPTATION_PARTS));
const checkParts: field.Check<AdaptationPart[]> = (value, at) =>
  Array.isArray(value) && value.length === 0 ? [] : inOrder(someParts(value, at));

const checkFields = field.object<Adaptation>({
  parts: checkParts,
  maxCommits: field.optional(field.nullable(count), null),
  signal: field.object<SignalSettings>({ promptTokens: size, perCommit: count, atStart: count }),
  memory: field.optional(
    field.nullable(
      field.object<MemorySettings>({
        weights: fileName,
        rank: size,
        decay: field.fraction,
        moduleTypes: field.list(field.oneOf(...MODULE_TYPES)),
        scale: field.positive,
      }),
    ),
    null,
  ),
  refinement: field.optional(
    field.nullable(
      field.object<RefinementSettings>({
        ...{ rank: size, learningRate: field.positive, batch: count },
        ...{ steps, stepsAtStart: steps, buffer: count },
      }),
    ),
    null,
  ),
});

export const checkAdaptation = field.optional(field.nullable(checkFields), null);

interface AdaptedManifest {
  name: string;
  meanAdapter: string | null;
  adaptation: Adaptation | null;
  baseModel: { contextTokens: number };
}

/** What the fields say that they cannot all mean; the first one is told. */
export function adaptationProblems({ adaptation, meanAdapter, baseModel }: AdaptedManifest): string[] {
  if (adaptation === null) return [];
  const { parts, signal, memory } = adaptation;
  const needsMean = memory !== null || !parts.includes('gru');
  const rules: [holds: boolean, problem: string][] = [
    ...parts.map((part): [boolean, string] => [
      part === 'gru' || adaptation[part] !== null,
      `parts has "${part}", but adaptation.${part} is missing`,
    ]),
    [meanAdapter !== null || !needsMean, 'memory, or parts without "gru", needs meanAdapter, which is null'],
    [
      signal.promptTokens < baseModel.contextTokens,
      `signal.promptTokens is not below baseModel.contextTokens (${baseModel.contextTokens})`,
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `adaptation.${problem}`);
}

/** Whether the base model's graphs take an adapter for each layer, beside the one that all layers share. */
export const layerAdapters = ({ adaptation }: Pick<AdaptedManifest, 'adaptation'>): boolean =>
  adaptation !== null && adaptation.memory !== null;

/** What a user may write: `gru,memory`, or `none` for the mean adapter alone; `place` names it in messages. */
export function parseParts(text: string, place: string): AdaptationPart[] {
  const words = text.split(',').map((word) => word.trim());
  if (words.length === 1 && words[0] === 'none') return [];
  const unknown = words.find((word) => !ADAPTATION_PARTS.some((part) => part === word));
  if (unknown === undefined && new Set(words).size === words.length) {
    return inOrder(words as AdaptationPart[]);
  }
  throw new UsageError(
    `${place}: "${text}" is not a list of parts of an adapter.\n` +
      `Expected some of ${ADAPTATION_PARTS.join(', ')}, each once and with commas between them, or "none".`,
  );
}

/** The parts that the user or else the pack asks for. Throws UsageError for one that the pack cannot make. */
export function chooseParts(
  { name, adaptation, meanAdapter }: AdaptedManifest,
  wanted: readonly AdaptationPart[] | null,
): AdaptationPart[] {
  if (wanted === null) return adaptation?.parts ?? ['gru'];
  const missing = wanted.find((part) => part !== 'gru' && !adaptation?.[part]);
  if (missing === undefined && (wanted.includes('gru') || meanAdapter !== null)) return inOrder(wanted);
  const [found, there] = [
    missing ?? 'mean adapter',
    ADAPTATION_PARTS.filter((part) => part === 'gru' || adaptation?.[part]),
  ];
  throw new UsageError(
    `The model pack "${name}" has no ${found}, which the parts "${wanted.join(',') || 'none'}" need.\n` +
      `Choose among ${[...there, ...(meanAdapter === null ? [] : ['none'])].join(', ')}, or use another model pack.`,
  );
}

/** How many commits of a history are walked one by one: `all`, so many, or where the user says nothing what the pack says. */
export type MaxHistory = number | 'all';

/** null: all. The GRU was trained on walks from the root; the other parts learn the tests of the tree at the start as a whole. */
export function chooseHistory(
  { adaptation }: Pick<AdaptedManifest, 'adaptation'>,
  { parts, wanted }: { parts: readonly AdaptationPart[]; wanted: MaxHistory | null },
): number | null {
  if (wanted !== null) return wanted === 'all' ? null : wanted;
  return parts.includes('gru') ? null : (adaptation?.maxCommits ?? null);
}

const inOrder = (parts: readonly AdaptationPart[]): AdaptationPart[] =>
  ADAPTATION_PARTS.filter((part) => parts.includes(part));
