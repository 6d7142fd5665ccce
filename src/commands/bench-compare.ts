/**
 * The second round: each repository's assertions with the adapters of the others.
 *
 * In: the repositories that were measured, their newest adapters. Out: their scores with `mean` and `other` filled in. The
 * other repository has the same language where there is one: an adapter of another language would be too easy to beat.
 */
import { createHash } from 'node:crypto';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { RepositoryScores } from '../report/benchmark-scores.ts';
import { COMPARING } from './bench-adapters.ts';
import type { Heads } from './bench-file.ts';
import { chooseOther, meanAdapter } from './bench-mean.ts';
import { openPromptRoom } from './bench-prompt.ts';
import { type BenchTask, chooseOf, score } from './bench-repository.ts';
import type { Workspace } from './workspace.ts';

/** What the comparison depends on; it is made again when this changes. */
export function describeOthers(name: string, all: readonly RepositoryScores[]): string {
  const others = othersOf(name, all).map((other) => `${other.name}@${other.commit}`);
  return createHash('sha256').update(others.sort().join('\n')).digest('hex').slice(0, 16);
}

export async function compareRepository(
  workspace: Workspace,
  task: BenchTask & { own: RepositoryScores; all: readonly RepositoryScores[]; heads: Heads },
): Promise<RepositoryScores> {
  const { own, all, heads, settings } = task;
  const { repository, config, pack } = workspace;
  const { choice } = await chooseOf(workspace, { ...task, until: own.commit });
  const adapters = adaptersOf(own, all, heads);
  const assertions = own.assertions.map((assertion) => ({ ...assertion, scores: { ...assertion.scores } }));
  const methods = settings.methods.filter((method) => COMPARING.includes(method));
  const adapterFor = (method: string): LoraAdapter | undefined => adapters[method];
  const source = { repository, rules: config.paths, room: openPromptRoom(pack), methods, adapterFor };
  await score(workspace, { asked: choice.chosen, assertions, source });
  return { ...own, assertions, against: describeOthers(own.name, all) };
}

const othersOf = (name: string, all: readonly RepositoryScores[]): RepositoryScores[] =>
  all.filter((other) => other.name !== name);

function adaptersOf(
  own: RepositoryScores,
  all: readonly RepositoryScores[],
  heads: Heads,
): Record<string, LoraAdapter> {
  const others = othersOf(own.name, all);
  const alike = others.filter((other) => languageOf(other) === languageOf(own));
  const other = chooseOther(own.name, alike.length > 0 ? alike : others);
  if (other === undefined) return {};
  return {
    mean: meanAdapter(others.map(({ name, commit }) => heads.read(name, commit))),
    other: heads.read(other.name, other.commit),
  };
}

/** Most of its assertions are in; TypeScript and JavaScript are one. */
function languageOf({ assertions }: RepositoryScores): 'python' | 'script' {
  const python = assertions.filter(({ language }) => language === 'python').length;
  return 2 * python > assertions.length ? 'python' : 'script';
}
