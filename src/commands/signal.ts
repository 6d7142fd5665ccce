/**
 * Which assertions a walk learns from: those that a commit added or changed itself, and, at its start, those of the tree
 * that the start commit was made on.
 *
 * In: commits. Out: texts. One `git log` and one `git cat-file` for a whole walk. What is open says nothing, what is
 * muted is not asked for either. Knows nothing about models, nor which commit's adapter may know what.
 */
import { type SignalText, signalCharacters } from '../adaptation/signal.ts';
import type { Assertion } from '../assertions/assertion.ts';
import { InternalError } from '../errors.ts';
import { ancestorAt } from '../git/ancestry.ts';
import type { SignalSettings } from '../runtime/manifest-adaptation.ts';
import { type CommitAssertions, historyAssertions } from './mine-history.ts';
import { selectAll } from './selection.ts';
import type { Workspace } from './workspace.ts';

export interface Signal {
  /** The commit whose tests these are. */
  commit: string;
  texts: SignalText[];
}

type Source = Pick<Workspace, 'repository' | 'config' | 'pack'>;

/** One for each first-parent commit from `from` to `until`, both of them too, oldest first. */
export async function* readSignals(
  { repository, config, pack }: Source,
  { from, until }: { from: string; until: string },
): AsyncGenerator<Signal, void, undefined> {
  const settings = settingsOf(pack);
  const after = (await ancestorAt(repository, from, 1)) ?? undefined;
  for await (const brought of historyAssertions(repository, {
    range: { after, until },
    rules: config.paths,
  })) {
    const assertions = await allOf(brought);
    yield { commit: brought.commit.sha, texts: toTexts(assertions, settings.perCommit, settings) };
  }
}

/** Of the first parent's tree; none for a root commit. */
export async function readStartSignal(
  { repository, config, pack }: Source,
  startCommit: string,
): Promise<Signal | null> {
  const settings = settingsOf(pack);
  const parent = await ancestorAt(repository, startCommit, 1);
  if (parent === null) return null;
  const { assertions } = await selectAll(repository, { head: parent, rules: config.paths });
  return { commit: parent, texts: toTexts(assertions, settings.atStart, settings) };
}

/** At most so many, the first of each stretch of equal length. */
export function evenlySpaced<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}

async function allOf({ files }: CommitAssertions): Promise<Assertion[]> {
  const found: Assertion[] = [];
  for await (const { assertions } of files) found.push(...assertions);
  return found;
}

function toTexts(
  assertions: readonly Assertion[],
  most: number,
  { promptTokens }: SignalSettings,
): SignalText[] {
  const length = signalCharacters(promptTokens);
  const readable = assertions.filter(({ open, ignored }) => !open && !ignored);
  return evenlySpaced(readable, most).map(({ prefix, target }) => ({
    prefix: prefix.slice(-length),
    target,
    isWhole: prefix.length <= length,
  }));
}

function settingsOf({ manifest }: Workspace['pack']): SignalSettings {
  if (manifest.adaptation) return manifest.adaptation.signal;
  throw new InternalError(`The model pack "${manifest.name}" does not say how assertions are read.`);
}
