/**
 * The adapters that a repository's assertions are asked with.
 *
 * In: a repository, the commits of its assertions. Out: for each method that follows the history the adapter of each
 * commit; the adapter of the newest commit; the one of the state that the walk began with. All have read nothing of the
 * tests of the commit that they are for.
 */
import type { LoraAdapter } from '../lora/adapter.ts';
import { methodOf, SHARED } from '../report/benchmark-methods.ts';
import type { BenchmarkSettings } from '../report/benchmark-scores.ts';
import { followAdapters } from './follow-adapters.ts';
import { findStart } from './walk.ts';
import { openWalker } from './walker.ts';
import type { Workspace } from './workspace.ts';

export interface Gathered {
  /** Method → commit → adapter. */
  byMethod: ReadonlyMap<string, ReadonlyMap<string, LoraAdapter>>;
  /** Of the pack's default recipe at the newest commit; null where no method asks for it. */
  head: LoraAdapter | null;
}

export interface GatherOptions {
  settings: Pick<BenchmarkSettings, 'methods' | 'own'>;
  until: string;
  commits: ReadonlySet<string>;
}

export async function gatherAdapters(
  workspace: Workspace,
  { settings, until, commits }: GatherOptions,
): Promise<Gathered> {
  const names = followingMethods(settings);
  if (names.length === 0) return { byMethod: new Map(), head: null };
  const byMethod = new Map(names.map((name) => [name, new Map<string, LoraAdapter>()]));
  let head: LoraAdapter | null = null;
  const followed = followAdapters(workspace, {
    until,
    maxHistory: workspace.lineage.maxHistory ?? null,
    combinations: names.map((name) => methodOf(name)?.parts ?? []),
    at: (commit) => commit === until || commits.has(commit),
  });
  for await (const { commit, adapters } of followed) {
    for (const [index, name] of names.entries())
      if (commits.has(commit)) byMethod.get(name)?.set(commit, adapters[index] as LoraAdapter);
    if (commit === until) head = adapters[names.indexOf(settings.own)] ?? null;
  }
  return { byMethod, head };
}

/** Methods that are asked once the adapters of all repositories are there. */
export const COMPARING = ['mean', 'other'];

/** The measured ones that have parts; and the own one, where others are compared with its last adapter. */
function followingMethods({ methods, own }: Pick<BenchmarkSettings, 'methods' | 'own'>): string[] {
  const following = methods.filter((name) => name !== SHARED && methodOf(name)?.parts !== undefined);
  const isCompared = methods.some((name) => COMPARING.includes(name));
  return isCompared && !following.includes(own) ? [...following, own] : following;
}

/** Of the repository as it stood where the walk begins, and of nothing after it. */
export async function startAdapter(workspace: Workspace, until: string): Promise<LoraAdapter> {
  await using cache = workspace.openCache();
  const walker = await openWalker(workspace, { cache });
  const { commit } = await findStart(workspace, until);
  return await walker.generator.generate(await walker.stateAt(commit));
}
