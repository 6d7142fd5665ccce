/**
 * One repository of the list → the scores of its mutants.
 *
 *   history → assertions and mistakes → adapters of their commits → scores
 *
 * Each assertion is judged by the adapter of its own commit, which has read nothing of that commit's tests.
 */
import { requireFullHistory } from '../git/history.ts';
import type { MutantRepository, MutationSettings } from '../report/mutation-scores.ts';
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';
import { followAdapters } from './follow-adapters.ts';
import type { Listed } from './mine-list.ts';
import { wantedCommit } from './mine-repository.ts';
import { chooseMutants } from './mutations-choose.ts';
import { type AdapterAt, scoreMutants } from './mutations-score.ts';
import { findStart } from './walk.ts';
import type { Workspace } from './workspace.ts';

export interface MutationTask {
  listed: Listed;
  settings: MutationSettings;
  parts: readonly AdaptationPart[];
}

export async function measureMutants(
  workspace: Workspace,
  { listed, settings, parts }: MutationTask,
): Promise<MutantRepository> {
  const { repository, config } = workspace;
  const { name, split } = listed;
  requireFullHistory(repository);
  const until = await wantedCommit(repository, listed);
  const { commit: after } = await findStart(workspace, until);
  const { perRepository } = settings;
  const chosen = await chooseMutants(repository, {
    ...{ name, range: { after, until }, perRepository, rules: config.paths },
  });
  if (chosen.length === 0) return { name, split, commit: until, mutants: [] };
  const commits = new Set(chosen.map(({ commit }) => commit));
  const adapterByCommit = await adaptersAt(workspace, { until, commits, parts, settings });
  const { languageModel } = await workspace.models();
  const mutants = await scoreMutants(languageModel, chosen, {
    ...{ adapterByCommit, count: config.check.candidates },
  });
  return { name, split, commit: until, mutants };
}

interface AdaptersOptions extends Pick<MutationTask, 'parts' | 'settings'> {
  until: string;
  commits: ReadonlySet<string>;
}

async function adaptersAt(
  workspace: Workspace,
  { until, commits, parts, settings }: AdaptersOptions,
): Promise<Map<string, AdapterAt>> {
  const adapters = new Map<string, AdapterAt>();
  const followed = followAdapters(workspace, {
    ...{ until, maxHistory: settings.maxHistory, combinations: [parts] },
    at: (commit) => commits.has(commit),
  });
  for await (const { commit, position, adapters: made } of followed) {
    const [adapter] = made;
    if (adapter && commits.has(commit)) adapters.set(commit, { adapter, position });
  }
  return adapters;
}
