/**
 * One repository of the list → the scores of its assertions by every method that needs no other repository.
 *
 *   history → chosen assertions → adapters of their commits → questions → scores
 */
import { readMeanAdapter } from '../adaptation/mean-adapter.ts';
import { requireFullHistory } from '../git/history.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { methodOf, SHARED } from '../report/benchmark-methods.ts';
import type {
  AssertionScores,
  BenchmarkSettings,
  MethodScore,
  RepositoryScores,
} from '../report/benchmark-scores.ts';
import { withoutLayout } from '../scoring/metrics.ts';
import { COMPARING, gatherAdapters, startAdapter } from './bench-adapters.ts';
import { type Asked, type Choice, chooseAsked } from './bench-choice.ts';
import { copyFromPrefix } from './bench-copy.ts';
import { LAST_FIFTH, trainRepositoryLora } from './bench-lora.ts';
import { openPromptRoom, type PromptRoom } from './bench-prompt.ts';
import { type AdapterFor, fixedAdapter, questionsAbout } from './bench-questions.ts';
import { askQuestions, scoreText } from './bench-score.ts';
import type { Listed } from './mine-list.ts';
import { wantedCommit } from './mine-repository.ts';
import { findStart } from './walk.ts';
import type { Workspace } from './workspace.ts';

/** Commits; doubled until they bring as many assertions as are asked for. */
const FIRST_DEPTH = 30;

export interface BenchTask {
  listed: Listed;
  settings: BenchmarkSettings;
}

export interface Measured {
  scores: RepositoryScores;
  /** The adapter at the newest commit; null where nothing is compared with it. */
  head: LoraAdapter | null;
}

export async function benchRepository(
  workspace: Workspace,
  { listed, settings }: BenchTask,
): Promise<Measured> {
  const { repository, config, pack } = workspace;
  requireFullHistory(repository);
  const until = await wantedCommit(repository, listed);
  const { choice, bounded } = await chooseOf(workspace, { listed, settings, until });
  const commits = new Set(choice.chosen.map(({ commit }) => commit.sha));
  const { byMethod, head } = await gatherAdapters(bounded, { settings, until, commits });
  const room = openPromptRoom(pack);
  const fixed = await fixedAdapters(bounded, { listed, settings, until, choice });
  const adapterFor: AdapterFor = (method, asked) =>
    methodOf(method)?.parts === undefined || method === SHARED
      ? fixedAdapter(method, asked, fixed)
      : byMethod.get(method)?.get(asked.commit.sha);
  const methods = settings.methods.filter((method) => !COMPARING.includes(method));
  const source = { repository, rules: config.paths, room, methods, adapterFor };
  const assertions = choice.chosen.map((asked) => describeAsked(asked, { room, methods }));
  await score(workspace, { asked: choice.chosen, assertions, source });
  const { name, split, created } = listed;
  const scores = { name, split, created, commit: until, commits: choice.commits, against: null, assertions };
  return { scores, head };
}

export interface Chosen {
  choice: Choice;
  /** The workspace with the walk that the choice was made on. */
  bounded: Workspace;
}

/** Of a quiet history more is walked: up to as many commits as the settings allow. The same whenever it is asked for. */
export async function chooseOf(
  workspace: Workspace,
  { listed, settings, until }: BenchTask & { until: string },
): Promise<Chosen> {
  const { repository, config, lineage } = workspace;
  for (let depth = FIRST_DEPTH; ; depth *= 2) {
    const maxHistory = Math.min(depth, settings.maxHistory);
    const bounded = { ...workspace, lineage: { ...lineage, maxHistory } };
    const start = await findStart(bounded, until);
    const choice = await chooseAsked(repository, {
      ...{ name: listed.name, after: start.commit, until },
      count: settings.perRepository,
      rules: config.paths,
    });
    const isEnough = choice.all.length >= settings.perRepository;
    if (isEnough || maxHistory === settings.maxHistory || start.maxHistory === null)
      return { choice, bounded };
  }
}

export interface ScoreTask {
  asked: readonly Asked[];
  /** Gets the scores. */
  assertions: AssertionScores[];
  source: Parameters<typeof questionsAbout>[1];
}

export async function score(workspace: Workspace, { asked, assertions, source }: ScoreTask): Promise<void> {
  const questions = await questionsAbout(asked, source);
  if (questions.length === 0) return;
  const { languageModel } = await workspace.models();
  for (const [place, { score, tokens }] of (await askQuestions(languageModel, questions)).entries()) {
    const { method, index } = questions[place] as (typeof questions)[number];
    const assertion = assertions[index] as AssertionScores;
    assertion.scores[method] = score;
    assertion.tokens = tokens;
  }
}

interface Fixed {
  shared: LoraAdapter | null;
  start: LoraAdapter | null;
  lora: LoraAdapter | null;
}

async function fixedAdapters(
  workspace: Workspace,
  { listed, settings, until, choice }: BenchTask & { until: string; choice: Choice },
): Promise<Fixed> {
  const has = (method: string) => settings.methods.includes(method);
  const isLate = choice.chosen.some(({ fifth }) => fifth === LAST_FIFTH);
  const { pack } = workspace;
  return {
    shared: readMeanAdapter(pack) ?? null,
    start: has('static') ? await startAdapter(workspace, until) : null,
    lora:
      has('repository-lora') && isLate ? await trainRepositoryLora(workspace, choice.all, listed.name) : null,
  };
}

function describeAsked(
  { commit, position, fifth, assertion }: Asked,
  { room, methods }: { room: PromptRoom; methods: readonly string[] },
): AssertionScores {
  const { path, line, language, family, prefix, target } = assertion;
  const scores: Record<string, MethodScore> = {};
  if (methods.includes('copy')) scores.copy = scoreText(copyFromPrefix(prefix, language), target);
  return {
    ...{ commit: commit.sha, position, fifth, path, line, language, family },
    ...{ tokens: 0, inPrefix: standsIn(room.visible(prefix), target), scores },
  };
}

/** As a whole: `1` does not stand in `10`. */
export function standsIn(text: string, value: string): boolean {
  const [place, wanted] = [` ${withoutLayout(text)} `, withoutLayout(value)];
  for (let at = place.indexOf(wanted); at >= 0; at = place.indexOf(wanted, at + 1)) {
    const [before, after] = [place[at - 1] ?? ' ', place[at + wanted.length] ?? ' '];
    const isWhole =
      !(WORD.test(before) && WORD.test(wanted[0] ?? '')) &&
      !(WORD.test(after) && WORD.test(wanted.at(-1) ?? ''));
    if (isWhole) return true;
  }
  return false;
}

const WORD = /[\p{L}\p{N}_$]/u;
