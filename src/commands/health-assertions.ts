/**
 * The assertions that the newest commits added or changed, commit by commit.
 *
 * In: a commit to begin at, going back. Out: a sample, oldest commit first. Knows nothing about adapters. A commit that
 * brings hundreds must not be all there is to see: it gives a few, evenly spaced, so that many commits have a say.
 */
import picomatch from 'picomatch';
import type { Assertion } from '../assertions/assertion.ts';
import { firstParentShas } from '../git/ancestry.ts';
import type { Commit, CommitRange } from '../git/history.ts';
import { historyAssertions } from './mine-history.ts';
import type { Workspace } from './workspace.ts';

export interface CommitSample {
  commit: Commit;
  assertions: Assertion[];
}

export interface SampleOptions {
  /** Inclusive; a commit as git names it, such as `HEAD~1`. */
  until: string;
  /** At most. */
  count: number;
  /** At most, of one commit. */
  perCommit: number;
  /** Look no farther back than this commit, which counts too. */
  oldest: string;
  /** Look at no more commits. */
  maxCommits: number;
}

/** Commits that are read at once, going back: first a few, then twice as many each time. */
const STRETCH = { first: 8, longest: 64 };

/** Fewer than `count` when there are no more. Muted assertions and those of ignored files are none. */
export async function sampleRecent(workspace: Source, options: SampleOptions): Promise<CommitSample[]> {
  const { count } = options;
  const { shas, before } = await lookBack(workspace, options);
  const found: CommitSample[] = []; // newest first
  for (let passed = 0, stretch = STRETCH.first; passed < shas.length && missing(found, count) > 0; ) {
    const until = shas[passed] as string;
    passed += stretch;
    const range = { after: shas[passed] ?? before, until };
    found.push(...(await readStretch(workspace, { range, ...options })).reverse());
    stretch = Math.min(STRETCH.longest, 2 * stretch);
  }
  return newest(found, count).reverse();
}

/** The commits to look at, newest first, and the one before them if there is one. */
async function lookBack(
  { repository }: Source,
  { until, oldest, maxCommits }: SampleOptions,
): Promise<{ shas: string[]; before: string | undefined }> {
  const shas: string[] = [];
  for await (const sha of firstParentShas(repository, until)) {
    if (shas.length === maxCommits || shas.at(-1) === oldest) return { shas, before: sha };
    shas.push(sha);
  }
  return { shas, before: undefined };
}

type Source = Pick<Workspace, 'repository' | 'config'>;

/** Oldest first; commits that bring no assertion are left out. */
async function readStretch(
  { repository, config }: Source,
  { range, perCommit }: { range: CommitRange } & Pick<SampleOptions, 'perCommit'>,
): Promise<CommitSample[]> {
  const isIgnored = picomatch([...config.check.ignore], { dot: true });
  const samples: CommitSample[] = [];
  for await (const { commit, files } of historyAssertions(repository, { range, rules: config.paths })) {
    const assertions: Assertion[] = [];
    for await (const file of files) {
      assertions.push(...file.assertions.filter(({ ignored, path }) => !ignored && !isIgnored(path)));
    }
    if (assertions.length > 0) samples.push({ commit, assertions: evenly(assertions, perCommit) });
  }
  return samples;
}

/** As many as are wanted, of those that come first. */
function newest(samples: readonly CommitSample[], count: number): CommitSample[] {
  const kept: CommitSample[] = [];
  for (const { commit, assertions } of samples) {
    const room = missing(kept, count);
    if (room <= 0) break;
    kept.push({ commit, assertions: evenly(assertions, room) });
  }
  return kept;
}

/** At most so many, the first and the last among them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  if (most === 1) return [items[0] as T];
  return Array.from(
    { length: most },
    (_, index) => items[Math.round((index * (items.length - 1)) / (most - 1))] as T,
  );
}

const missing = (samples: readonly CommitSample[], count: number): number =>
  count - samples.reduce((sum, { assertions }) => sum + assertions.length, 0);
