/**
 * The recipe of the released models ("V2" in the authors' code), as they were trained and evaluated. Data only.
 *
 * Whatever differs from it feeds the hypernetwork vectors of a kind that it has never seen. What the released code
 * leaves to its libraries is read from the published files when a pack is built (describe.ts), not set here. Facts
 * that no released number confirms are marked; docs/models.md lists them.
 */
import type { Recipe } from '../runtime/manifest-recipe.ts';

/** The authors' code has no limit; this is the largest number that a manifest may hold. */
const NO_LIMIT = 2 ** 31 - 1;

export const RELEASED_RECIPE: Recipe = {
  repository: {
    windowTokens: 2048,
    overlapTokens: 256,
    minTokens: 8,
    maxWindows: NO_LIMIT,
    maxFiles: NO_LIMIT,
    // A file too short for a window stays in the mean and in the maximum as zeros.
    emptyItem: 'zero',
    windowPooling: ['mean'],
    // Mean first here, maximum first below: so it is in the released code.
    itemPooling: ['mean', 'max'],
    normalize: 'l2',
    files: 'all-python',
  },
  diff: {
    windowTokens: 512,
    overlapTokens: 64,
    minTokens: 16,
    maxWindows: NO_LIMIT,
    windowPooling: ['max', 'mean'],
    emptyItem: 'zero',
    normalize: 'none',
    files: 'authors',
  },
  history: {
    steps: 'assertion-commits',
    newAssertions: 'full-prefix',
    base: 'previous-step',
    // The first kept commit is the start, and is stepped once more, against the empty tree.
    startCommit: 'step',
    contextLines: 3,
  },
  retokenize: true,
  rounding: 'float16',
  // The released code overlooks them by accident; whoever has such files wants them read.
  quotedPaths: 'read',
};

/** Longest prompt and target of the released evaluation. */
export const CONTEXT_TOKENS = 4096;

/** A window is cut to its length after it was tokenised again, so nothing longer is ever read. */
export const ENCODER_TOKENS = RELEASED_RECIPE.repository.windowTokens;
