/**
 * `mine --repositories`: the tasks of every repository of a list, in a folder.
 *
 * What is finished stays, what is missing or has changed is mined, and a repository that cannot be read is a line in
 * the report, not the end of the run. One repository at a time, each read as a stream: memory is that of the largest.
 * More machines, or more cores, take a shard each.
 */
import { join, resolve } from 'node:path';
import { openRepository } from '../git/run.ts';
import { fetchFolder, presentFolder } from './mine-clone.ts';
import { type Entry, listEntries, readEntry, requireSameSettings } from './mine-index.ts';
import { type Listed, readRepositoryList, takeShard } from './mine-list.ts';
import type { MineAllOptions, MineAllReport } from './mine-options.ts';
import { mineRepository, wantedCommit } from './mine-repository.ts';
import { type MineSettings, resolveSettings } from './mine-settings.ts';
import { summarizeForks, summarizeSplits } from './mine-summary.ts';
import { orBroken } from './or-broken.ts';
import { timeLeft } from './time-left.ts';

/**
 * Throws UsageError for a list or an option that cannot be understood, and for a folder with tasks that were mined
 * with other options.
 */
export async function mineAll(options: MineAllOptions): Promise<MineAllReport> {
  const run = openRun(options);
  const { listed, finished, missing } = await planRun(run);
  const report: MineAllReport = {
    schema: 'code2lora/mine-all@1',
    ...{ repositories: listed.length, mined: 0, unchanged: finished.length },
    missing: options.dryRun ? missing.map(({ name }) => name) : [],
    ...{ broken: [], splits: [], forks: [], strays: straysOf(run) },
  };
  const entries = options.dryRun ? finished : [...finished, ...(await mineMissing(run, { missing, report }))];
  return { ...report, splits: summarizeSplits(entries), forks: summarizeForks(entries) };
}

interface Run {
  /** The whole list, of all shards. */
  list: Listed[];
  settings: MineSettings;
  out: string;
  clones: string;
  options: MineAllOptions;
}

function openRun(options: MineAllOptions): Run {
  const out = resolve(options.out);
  return {
    list: readRepositoryList(options.repositories),
    settings: resolveSettings(options),
    out,
    clones: options.clones === undefined ? join(out, '.clones') : resolve(options.clones),
    options,
  };
}

interface Plan {
  listed: Listed[];
  finished: Entry[];
  missing: Listed[];
}

async function planRun({ list, settings, out, clones, options }: Run): Promise<Plan> {
  const plan: Plan = { listed: takeShard(list, options.shard), finished: [], missing: [] };
  const known = plan.listed.map((listed) => ({ listed, entry: readEntry(out, listed.name) }));
  requireSameSettings(
    out,
    known.flatMap(({ entry }) => entry ?? []),
    settings,
  );
  for (const { listed, entry } of known) {
    if (entry !== null && (await isCurrent(entry, { listed, clones }))) plan.finished.push(entry);
    else plan.missing.push(listed);
  }
  return plan;
}

/** A repository that is not here has not changed: what was mined of it is at the commit that it was cloned at. */
async function isCurrent(
  entry: Entry,
  { listed, clones }: { listed: Listed; clones: string },
): Promise<boolean> {
  if (entry.split !== listed.split || entry.revision !== listed.revision) return false;
  const folder = presentFolder(listed, clones);
  if (folder === null) return true;
  try {
    return entry.commit === (await wantedCommit(await openRepository(folder), listed));
  } catch {
    return false; // mining it says what is wrong
  }
}

/** Fills in what was mined and what is broken. */
async function mineMissing(
  { settings, out, clones, options }: Run,
  { missing, report }: { missing: readonly Listed[]; report: MineAllReport },
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const progress = timeLeft({ total: missing.length, stage: 'mine', advice: () => ADVICE });
  for (const [place, listed] of missing.entries()) {
    showProgress(options, { ...progress(place), before: report.unchanged });
    await orBroken(report, listed, async () => {
      const folder = await fetchFolder(listed, clones);
      entries.push(await mineRepository(folder, { listed, settings, out }));
      report.mined += 1;
    });
  }
  return entries;
}

const ADVICE = 'Interrupted, it goes on where it stopped; --shard I/N shares it among machines.';

/** Of the whole list, though the speed is that of what was missing. */
function showProgress(
  { onProgress }: MineAllOptions,
  { before, ...progress }: ReturnType<ReturnType<typeof timeLeft>> & { before: number },
): void {
  onProgress?.({ ...progress, done: before + progress.done, total: before + progress.total });
}

/** Who reads the folder would take them for part of the list. */
function straysOf({ list, out }: Run): string[] {
  const names = new Set(list.map(({ name }) => name));
  return listEntries(out).filter((name) => !names.has(name));
}
