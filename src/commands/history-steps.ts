/**
 * What steps the GRU: the history as the recipe of the model pack wants it read.
 *
 * In: commits, oldest first. Out: one HistoryStep for each. Knows nothing about models.
 *
 *   production-diff     each commit whose production code changed, against its first parent
 *   assertion-commits   each commit that brings a new assertion, against the one before it of this kind
 *   a static model      none: the newest commit alone counts
 *   without the GRU     none
 */
import { ModelError } from '../errors.ts';
import type { Commits } from '../git/asked-commits.ts';
import { isAuthorsSource, isQuotedPath } from '../git/authors-paths.ts';
import { readProductionDiff, readProductionDiffs } from '../git/diff.ts';
import type { Commit } from '../git/history.ts';
import { readPlainDiff } from '../git/plain-diff.ts';
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { judgeCommits } from './kept-commits.ts';
import type { Workspace } from './workspace.ts';

export interface HistoryStep {
  commit: Commit;
  /** Text of the diff that the GRU reads; `''` is a step too. `null`: this commit is no step. */
  text: string | null;
  notices: string[];
}

type Source = Pick<Workspace, 'repository' | 'config' | 'pack'> & Partial<Pick<Workspace, 'parts'>>;
type Steps = AsyncGenerator<HistoryStep, void, undefined>;

export type WalkKind = 'diffs' | 'kept-commits' | 'newest-state';

/** Throws ModelError for a combination of settings that nobody has trained with. */
export function walkKindOf({ manifest }: ModelPack, parts: readonly AdaptationPart[] = ['gru']): WalkKind {
  const { steps, base, startCommit } = manifest.recipe.history;
  if (!parts.includes('gru') || manifest.hypernetwork.kind === 'static') return 'newest-state';
  if (steps === 'production-diff' && base === 'first-parent' && startCommit === 'skip') return 'diffs';
  if (steps === 'assertion-commits' && base === 'previous-step' && startCommit === 'step')
    return 'kept-commits';
  throw new ModelError(
    `The model pack "${manifest.name}" walks history by "${steps}" against "${base}" (start commit: ${startCommit}).\n` +
      'This version walks "production-diff" against "first-parent" (skip), or "assertion-commits" against ' +
      '"previous-step" (step).',
  );
}

/** `previousStep`: the commit of the step before, where the recipe's diffs begin there. */
export function readSteps(source: Source, commits: Commits, previousStep: string | null = null): Steps {
  const kind = walkKindOf(source.pack, source.parts);
  if (kind === 'newest-state') return noSteps(commits);
  if (kind === 'kept-commits') return keptSteps(source, commits, previousStep);
  return source.pack.manifest.recipe.diff.files === 'production'
    ? productionSteps(source, commits)
    : plainSteps(source, commits);
}

async function* noSteps(commits: Commits): Steps {
  for await (const commit of commits) yield { commit, text: null, notices: [] };
}

async function* productionSteps(source: Source, commits: Commits): Steps {
  for await (const diff of readProductionDiffs(source.repository, commits, diffOptions(source))) {
    yield { commit: diff.commit, text: diff.text === '' ? null : diff.text, notices: diff.notices };
  }
}

async function* plainSteps(source: Source, commits: Commits): Steps {
  for await (const commit of commits) {
    const { text, notices } = await diffBetween(source, commit.parentSha, commit);
    yield { commit, text: text === '' ? null : text, notices };
  }
}

async function* keptSteps(source: Source, commits: Commits, previousStep: string | null): Steps {
  let base = previousStep;
  for await (const { commit, isKept } of judgeCommits(source, commits)) {
    if (!isKept) {
      yield { commit, text: null, notices: [] };
      continue;
    }
    const { text, notices } = await diffBetween(source, base, commit);
    base = commit.sha;
    yield { commit, text, notices };
  }
}

async function diffBetween(
  source: Source,
  base: string | null,
  commit: Commit,
): Promise<Pick<HistoryStep, 'notices'> & { text: string }> {
  const { repository, pack } = source;
  const { diff, quotedPaths } = pack.manifest.recipe;
  const options = diffOptions(source);
  if (diff.files === 'production') return readProductionDiff(repository, { base, commit }, options);
  const isWanted = (path: string) => isAuthorsSource(path) && (quotedPaths === 'read' || !isQuotedPath(path));
  return readPlainDiff(repository, { base, commit: commit.sha }, { ...options, isWanted });
}

const diffOptions = ({ config, pack }: Source) => ({
  rules: config.paths,
  contextLines: pack.manifest.recipe.history.contextLines,
  maxBytes: config.history.maxDiffBytes,
});
