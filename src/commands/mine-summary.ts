/** What a report says about all finished repositories together. Pure. */
import type { Entry } from './mine-index.ts';
import type { MineAllReport, SplitSummary } from './mine-options.ts';

/** By name of the split. */
export function summarizeSplits(entries: readonly Entry[]): SplitSummary[] {
  const splits = new Map<string, SplitSummary>();
  for (const { split, files } of entries) {
    const known = splits.get(split) ?? { split, repositories: 0, static: 0, evolution: 0 };
    splits.set(split, {
      split,
      repositories: known.repositories + 1,
      static: known.static + (files.static?.tasks ?? 0),
      evolution: known.evolution + (files.evolution?.tasks ?? 0),
    });
  }
  return [...splits.values()].sort((a, b) => compare(a.split, b.split));
}

export function summarizeForks(entries: readonly Entry[]): MineAllReport['forks'] {
  const byRoot = new Map<string, MineAllReport['forks'][number]>();
  for (const { root, repository, split } of entries) {
    const known = byRoot.get(root) ?? { root, repositories: [] };
    known.repositories.push({ repository, split });
    byRoot.set(root, known);
  }
  const forks = [...byRoot.values()].filter(({ repositories }) => repositories.length > 1);
  for (const { repositories } of forks) repositories.sort((a, b) => compare(a.repository, b.repository));
  return forks.sort((a, b) => compare(a.root, b.root));
}

/** The same on every machine, unlike the order of a language. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
