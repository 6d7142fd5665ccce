/**
 * The recipe of a model pack: how text was shown to the model when it was trained.
 *
 * In: a value of unknown type. Out: a Recipe, or a ModelError that names the field. Knows nothing about text;
 * the stages that read the recipe follow it, because anything else would feed vectors the model has never seen.
 */
import * as field from './manifest-fields.ts';

export interface Recipe {
  repository: WindowSettings & {
    maxFiles: number;
    /** What a file without a single window becomes: nothing, or a vector of zeros. */
    emptyItem: 'skip' | 'zero';
    itemPooling: Pooling[];
    normalize: 'none' | 'l2';
    /** The production files of the path rules (default), or every `.py` file, tests too, as the authors do. */
    files: 'production' | 'all-python';
  };
  diff: WindowSettings & {
    emptyItem: 'zero';
    normalize: 'none';
    /** The production files of the path rules in our compact form (default), or the authors' files as git prints them. */
    files: 'production' | 'authors';
  };
  history: {
    /** Which commits step the GRU: each with a production diff, or each that adds an assertion. */
    steps: 'production-diff' | 'assertion-commits';
    /**
     * Of `assertion-commits`: what makes an assertion new. A change of its own text (default), or, as in the authors'
     * code, of anything above it in the file.
     */
    newAssertions: 'own-text' | 'full-prefix';
    /** What a diff is taken against: the first parent, or the commit of the step before. */
    base: 'first-parent' | 'previous-step';
    startCommit: 'skip' | 'step';
    contextLines: number;
  };
  /** Windows are decoded and tokenised again before they are read, as the released code does. */
  retokenize: boolean;
  /** Stored vectors are rounded to float16, as the released code does. */
  rounding: 'none' | 'float16';
  /**
   * Files whose path git would quote (not ASCII, a quote, a backslash): read like any other (default), or overlooked,
   * as the authors' code does by accident. Of `all-python`, `authors` and `full-prefix` only.
   */
  quotedPaths: 'read' | 'skip';
}

export interface WindowSettings {
  windowTokens: number;
  overlapTokens: number;
  minTokens: number;
  maxWindows: number;
  windowPooling: Pooling[];
}
export type Pooling = 'mean' | 'max';

const size = field.integer(1, 2 ** 31 - 1);
const pooling = field.list(field.oneOf('mean', 'max'));

const windowSettings = {
  windowTokens: size,
  overlapTokens: field.integer(0, 2 ** 31 - 1),
  minTokens: size,
  maxWindows: size,
  windowPooling: pooling,
};

export const checkRecipe = field.object<Recipe>({
  repository: field.object<Recipe['repository']>({
    ...windowSettings,
    maxFiles: size,
    emptyItem: field.oneOf('skip', 'zero'),
    itemPooling: pooling,
    normalize: field.oneOf('none', 'l2'),
    files: field.optional(field.oneOf('production', 'all-python'), 'production'),
  }),
  diff: field.object<Recipe['diff']>({
    ...windowSettings,
    emptyItem: field.exactly('zero'),
    normalize: field.exactly('none'),
    files: field.optional(field.oneOf('production', 'authors'), 'production'),
  }),
  history: field.object<Recipe['history']>({
    steps: field.oneOf('production-diff', 'assertion-commits'),
    newAssertions: field.optional(field.oneOf('own-text', 'full-prefix'), 'own-text'),
    base: field.oneOf('first-parent', 'previous-step'),
    startCommit: field.oneOf('skip', 'step'),
    contextLines: field.integer(0, 1000),
  }),
  retokenize: field.boolean,
  rounding: field.oneOf('none', 'float16'),
  quotedPaths: field.optional(field.oneOf('read', 'skip'), 'read'),
});
