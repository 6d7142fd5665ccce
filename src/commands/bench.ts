/**
 * `bench`: the tables of the paper on a list of repositories, in one command.
 *
 *   list → each repository measured → each compared with the others → scores → document with plots
 *
 * What is finished stays; a repository that cannot be read is a line in the report, not the end of the run.
 */
import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { openRepository } from '../git/run.ts';
import type { Benchmark, BenchmarkSettings, RepositoryScores } from '../report/benchmark-scores.ts';
import { openModelPack } from '../runtime/model-pack.ts';
import { COMPARING } from './bench-adapters.ts';
import { compareRepository, describeOthers } from './bench-compare.ts';
import { rowsOf, writeBenchmarkFiles } from './bench-document.ts';
import { type Heads, openHeads, readScores, writeScores } from './bench-file.ts';
import type { BenchOptions, BenchReport } from './bench-options.ts';
import { benchRepository } from './bench-repository.ts';
import { digestOf, requireSameBench, resolveBench } from './bench-settings.ts';
import { measuredPack, openListed } from './bench-workspace.ts';
import { presentFolder } from './mine-clone.ts';
import { type Listed, readRepositoryList } from './mine-list.ts';
import { wantedCommit } from './mine-repository.ts';
import { orBroken } from './or-broken.ts';
import { timeLeft } from './time-left.ts';

/** Throws UsageError for a list or an option that cannot be understood, and for scores made with other options. */
export async function bench(options: BenchOptions): Promise<BenchReport> {
  const run = openRun(options);
  const report: BenchReport = {
    ...{ schema: 'code2lora/bench@1', pack: run.settings.pack, repositories: run.list.length },
    ...{ measured: 0, unchanged: 0, assertions: 0, broken: [], left: run.settings.left, rows: [], files: [] },
  };
  if (!options.reportOnly) {
    await measureAll(run, report);
    await compareAll(run, report);
  }
  const result = inListOrder(run);
  const assertions = result.repositories.reduce((sum, repository) => sum + repository.assertions.length, 0);
  if (assertions === 0) return report;
  writeScores(run.scoresFile, everything(run));
  const files = [run.scoresFile, ...writeBenchmarkFiles(run.out, result)];
  return { ...report, assertions, rows: rowsOf(result), files };
}

interface Run {
  list: Listed[];
  settings: BenchmarkSettings;
  options: BenchOptions;
  out: string;
  scoresFile: string;
  work: string;
  clones: string;
  heads: Heads;
  done: Map<string, RepositoryScores>;
}

function openRun(options: BenchOptions): Run {
  const out = resolve(options.out ?? 'docs/benchmark.md');
  if (!out.endsWith('.md')) throw new UsageError(`${out} is no document: give --out FILE.md.`);
  const work = resolve(options.work ?? '.code2lora-bench');
  const scoresFile = join(out.slice(0, -'.md'.length), 'scores.json');
  const known = readScores(scoresFile);
  const settings = settingsOf(options, known);
  return {
    ...{ list: readSplit(options), settings, options, out, scoresFile, work },
    clones: options.clones === undefined ? join(work, 'clones') : resolve(options.clones),
    heads: openHeads(join(work, 'heads'), digestOf(settings)),
    done: new Map(known?.repositories.map((scores) => [scores.name, scores])),
  };
}

function readSplit({ repositories, split }: BenchOptions): Listed[] {
  const list = readRepositoryList(repositories);
  const chosen = list.filter((listed) => split === undefined || listed.split === split);
  if (chosen.length > 0 || list.length === 0) return chosen;
  const known = [...new Set(list.map((listed) => listed.split))].join(', ');
  throw new UsageError(`${repositories} has no repository of the split "${split}".\nIt has: ${known}.`);
}

/** A document is written anew with the settings that the scores were made with. */
function settingsOf(options: BenchOptions, known: Benchmark | null): BenchmarkSettings {
  if (options.reportOnly && known) return { ...known.settings, cut: options.cut ?? known.settings.cut };
  const settings = resolveBench(options, openModelPack(measuredPack(options)));
  if (known) requireSameBench('the file of scores', known.settings, settings);
  return settings;
}

function inListOrder({ list, done, settings }: Run): Benchmark {
  const repositories = list.flatMap(({ name, split, created }) => {
    const scores = done.get(name);
    return scores ? [{ ...scores, split, created }] : [];
  });
  return { schema: 'code2lora/benchmark@1', settings, repositories };
}

/** Those that this list does not have come last, and in no table: they took time, and the next list may have them. */
function everything(run: Run): Benchmark {
  const inList = inListOrder(run);
  const names = new Set(run.list.map(({ name }) => name));
  const others = [...run.done.values()].filter(({ name }) => !names.has(name));
  return { ...inList, repositories: [...inList.repositories, ...others] };
}

async function measureAll(run: Run, report: BenchReport): Promise<void> {
  const { list, settings, options, heads, done } = run;
  const comparing = settings.methods.some((method) => COMPARING.includes(method));
  const tell = timeLeft({ total: list.length, stage: 'bench', advice: () => ADVICE });
  for (const [place, listed] of list.entries()) {
    options.onProgress?.(tell(place));
    await orBroken(report, listed, async () => {
      if (await isMeasured(run, listed, comparing)) {
        report.unchanged += 1;
        return;
      }
      done.delete(listed.name);
      await using workspace = await openListed(run, listed);
      const { scores, head } = await benchRepository(workspace, { listed, settings });
      if (head) heads.write(listed.name, scores.commit, head);
      done.set(listed.name, scores);
      report.measured += 1;
      writeScores(run.scoresFile, everything(run));
    });
  }
}

const ADVICE = 'Interrupted, it goes on where it stopped.';

async function compareAll(run: Run, report: BenchReport): Promise<void> {
  const { list, settings, options, heads, done } = run;
  if (!settings.methods.some((method) => COMPARING.includes(method))) return;
  const tell = timeLeft({ total: list.length, stage: 'bench', advice: () => ADVICE });
  for (const [place, listed] of list.entries()) {
    options.onProgress?.(tell(place));
    const own = done.get(listed.name);
    const all = inListOrder(run).repositories;
    if (!own || own.against === describeOthers(listed.name, all)) continue;
    await orBroken(report, listed, async () => {
      await using workspace = await openListed(run, listed);
      done.set(listed.name, await compareRepository(workspace, { listed, settings, own, all, heads }));
      writeScores(run.scoresFile, everything(run));
    });
  }
}

async function isMeasured(
  { done, heads, clones }: Run,
  listed: Listed,
  comparing: boolean,
): Promise<boolean> {
  const known = done.get(listed.name);
  if (known === undefined || (comparing && !heads.has(known.name, known.commit))) return false;
  const folder = presentFolder(listed, clones);
  return folder === null || known.commit === (await wantedCommit(await openRepository(folder), listed));
}
