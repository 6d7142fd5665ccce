/**
 * The same assertions, scored with one adapter after the other.
 *
 * In: sampled commits and their adapters, the adapters that all are held against. Out: the nll of each contender, assertion
 * by assertion. Knows nothing about verdicts. Nothing is completed: what was written is read, which is fast.
 */
import type { Assertion } from '../assertions/assertion.ts';
import { adapterTensors, type LoraAdapter } from '../lora/adapter.ts';
import { mean } from '../report/health-statistics.ts';
import { encodeSafetensors } from '../runtime/safetensors.ts';
import type { LanguageModel, TargetScore } from '../scoring/language-model.ts';
import type { CommitAdapters } from './health-adapters.ts';
import type { CommitSample } from './health-assertions.ts';
import type { References } from './health-references.ts';
import type { CommandOptions } from './options.ts';

/** One assertion; nats, summed over its tokens. null: there is no such adapter. */
export interface ContenderScores {
  commit: string;
  tokens: number;
  own: number;
  base: number;
  mean: number | null;
  previous: number | null;
  fresh: number | null;
  /** In the order of the panel. */
  panel: number[];
}

interface ScoreInput extends Pick<CommandOptions, 'onProgress'> {
  samples: readonly CommitSample[];
  adapters: ReadonlyMap<string, CommitAdapters>;
  references: References;
}

/** Oldest commit first. */
export async function scoreContenders(
  languageModel: LanguageModel,
  { samples, adapters, references, onProgress }: ScoreInput,
): Promise<ContenderScores[]> {
  const all = samples.flatMap(({ assertions }) => assertions);
  const score = counted(languageModel, { total: all.length * (5 + references.panel.length), onProgress });
  const base = await score(all, null);
  const average = references.mean && (await score(all, references.mean));
  const panel: TargetScore[][] = [];
  for (const { adapter } of references.panel) panel.push(await score(all, adapter));
  const ofCommits: CommitScores[] = [];
  for (const { commit, assertions } of samples) {
    const own = adapters.get(commit.sha) as CommitAdapters;
    ofCommits.push(...(await scoreCommit(score, { sha: commit.sha, assertions, adapters: own })));
  }
  return ofCommits.map((scores, index) => ({
    ...scores,
    base: nllAt(base, index),
    mean: average && nllAt(average, index),
    panel: panel.map((each) => nllAt(each, index)),
  }));
}

type Score = (assertions: readonly Assertion[], adapter: LoraAdapter | null) => Promise<TargetScore[]>;
type CommitScores = Pick<ContenderScores, 'commit' | 'tokens' | 'own' | 'previous' | 'fresh'>;

/** Says how many are done. */
function counted(
  languageModel: LanguageModel,
  { total, onProgress }: { total: number } & Pick<CommandOptions, 'onProgress'>,
): Score {
  let done = 0;
  return async (assertions, adapter) => {
    const scores = await languageModel.scoreMany(assertions, { adapter });
    done += assertions.length;
    onProgress?.({ stage: 'check', done, total });
    return scores;
  };
}

/** With the adapters of the commit alone. One that is the own adapter to the last bit is not asked again. */
async function scoreCommit(
  score: Score,
  { sha, assertions, adapters }: { sha: string; assertions: readonly Assertion[]; adapters: CommitAdapters },
): Promise<CommitScores[]> {
  const own = await score(assertions, adapters.own);
  const other = async (adapter: LoraAdapter | null) => {
    if (adapter === null) return null;
    return isSame(adapter, adapters.own) ? own : await score(assertions, adapter);
  };
  const [previous, fresh] = [await other(adapters.previous), await other(adapters.fresh)];
  return own.map(({ nll, tokens }, index) => ({
    ...{ commit: sha, tokens, own: nll },
    previous: previous && nllAt(previous, index),
    fresh: fresh && nllAt(fresh, index),
  }));
}

const nllAt = (scores: readonly TargetScore[], index: number): number => (scores[index] as TargetScore).nll;

function isSame(a: LoraAdapter, b: LoraAdapter): boolean {
  const [bytes, others] = [a, b].map((adapter) => encodeSafetensors(adapterTensors(adapter)));
  return a.alpha === b.alpha && Buffer.compare(bytes as Uint8Array, others as Uint8Array) === 0;
}

/** What an adapter of the panel makes of it, on average; null without a panel. */
export const panelMean = ({ panel }: ContenderScores): number | null =>
  panel.length === 0 ? null : mean(panel);
