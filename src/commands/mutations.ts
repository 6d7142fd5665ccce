/**
 * `bench --mutations`: how well a wrong value is told from a right one, and the calibration that follows from it.
 *
 *   list → each repository's assertions, as written and with a mistake → scores → document, plots, calibration
 *
 * What is finished stays; a repository that cannot be read is a line in the report, not the end of the run.
 */
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { openRepository } from '../git/run.ts';
import type { MutantRepository, MutationSettings } from '../report/mutation-scores.ts';
import { type AdaptationPart, chooseParts } from '../runtime/manifest-adaptation.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { measuredPack, openListed } from './bench-workspace.ts';
import { presentFolder } from './mine-clone.ts';
import { type Listed, readRepositoryList } from './mine-list.ts';
import { wantedCommit } from './mine-repository.ts';
import { packageVersion } from './mine-settings.ts';
import { resolvePrior, summarizeMutations, writeMutationFiles } from './mutations-document.ts';
import type { MutationsOptions, MutationsReport } from './mutations-options.ts';
import { measureMutants } from './mutations-repository.ts';
import { type MutationScores, openMutationScores } from './mutations-work.ts';
import { orBroken } from './or-broken.ts';
import { timeLeft } from './time-left.ts';

/** Throws UsageError for a list or an option that cannot be understood. */
export async function benchMutations(options: MutationsOptions): Promise<MutationsReport> {
  const run = openRun(options);
  const report: MutationsReport = {
    ...{ schema: 'code2lora/mutations@1', pack: run.settings.pack, repositories: run.list.length },
    ...{ measured: 0, unchanged: 0, pairs: 0, broken: [], base: null, adapted: null, gain: null, files: [] },
  };
  if (!options.reportOnly) await measureAll(run, report);
  const repositories = finished(run);
  if (repositories.length === 0) return report;
  const files = writeMutationFiles(run, repositories);
  return { ...report, ...summarizeMutations(repositories), files };
}

export interface MutationsRun {
  list: Listed[];
  pack: ModelPack;
  parts: AdaptationPart[];
  settings: MutationSettings;
  options: MutationsOptions;
  /** The document. */
  out: string;
  prior: number;
  work: string;
  clones: string;
  scores: MutationScores;
}

const PER_REPOSITORY = 60;
const MAX_HISTORY = 120;

function openRun(options: MutationsOptions): MutationsRun {
  const out = resolve(options.out ?? 'docs/calibration.md');
  if (!out.endsWith('.md')) throw new UsageError(`${out} is no document: give --out FILE.md.`);
  const work = resolve(options.work ?? '.code2lora-bench');
  const pack = openModelPack(measuredPack(options));
  const parts = chooseParts(pack.manifest, null);
  const { name, version } = pack.manifest;
  const settings = {
    ...{ version: packageVersion(), pack: name, packVersion: version, packDigest: pack.digest, parts },
    perRepository: options.perRepository ?? PER_REPOSITORY,
    maxHistory: options.maxHistory ?? MAX_HISTORY,
  };
  return {
    ...{ list: listOf(options), pack, parts, settings, options, out, work, prior: resolvePrior(options) },
    clones: options.clones === undefined ? join(work, 'clones') : resolve(options.clones),
    scores: openMutationScores(work, settings),
  };
}

function listOf({ repositories, split }: MutationsOptions): Listed[] {
  const list = readRepositoryList(repositories);
  const wanted = list.filter((listed) => split === undefined || listed.split === split);
  if (wanted.length > 0) return wanted;
  const splits = [...new Set(list.map((listed) => listed.split))].join(', ') || 'none';
  throw new UsageError(
    `${repositories} has no repository of the split "${split}".\nThe list has these: ${splits}.`,
  );
}

async function measureAll(run: MutationsRun, report: MutationsReport): Promise<void> {
  const { list, options } = run;
  const tell = timeLeft({ total: list.length, stage: 'bench', advice: () => ADVICE });
  for (const [place, listed] of list.entries()) {
    options.onProgress?.(tell(place));
    await orBroken(report, listed, async () => {
      if (await isCurrent(run, listed)) report.unchanged += 1;
      else {
        await measure(run, listed);
        report.measured += 1;
      }
    });
  }
  options.onProgress?.(tell(list.length));
}

const ADVICE = 'Interrupted, it goes on where it stopped.';

async function measure(run: MutationsRun, listed: Listed): Promise<void> {
  const { settings, parts, scores } = run;
  await using workspace = await openListed(run, listed);
  scores.write(await measureMutants(workspace, { listed, settings, parts }));
}

/** What is not on this machine any more has not changed. */
async function isCurrent({ scores, clones }: MutationsRun, listed: Listed): Promise<boolean> {
  const known = scores.read(listed.name);
  const folder = presentFolder(listed, clones);
  if (known === undefined || folder === null) return known !== undefined;
  return known.commit === (await wantedCommit(await openRepository(folder), listed));
}

/** In the order of the list. */
const finished = ({ list, scores }: MutationsRun): MutantRepository[] =>
  list.flatMap(({ name, split }) => {
    const known = scores.read(name);
    return known && known.mutants.length > 0 ? [{ ...known, split }] : [];
  });
