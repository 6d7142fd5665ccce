/**
 * The options that make a diff the same on every machine.
 *
 * Each one overrides a setting in the user's configuration or an attribute in the work tree; the setting is
 * named beside it. diff.test.ts sets every one of them to something else and expects equal bytes.
 */

/** More candidates than this on both sides: only exact renames are found. Git warns and goes on. */
const RENAME_LIMIT = 1000;

/** For anything that compares two trees. */
export const TREE_DIFF_ARGUMENTS = [
  '-r',
  '--find-renames=50%', // diff.renames
  `-l${RENAME_LIMIT}`, // diff.renameLimit
  '--no-rename-empty', // an empty file is no evidence of a rename
  '-O/dev/null', // diff.orderFile; git knows this name on Windows too
  '--no-relative', // diff.relative
  '--no-abbrev', // core.abbrev
  '--no-color', // color.ui, color.diff
];

/** For a diff as text, in our form. */
export function patchArguments(contextLines: number): string[] {
  return [
    ...TREE_DIFF_ARGUMENTS,
    ...textArguments(contextLines),
    '--ignore-cr-at-eol', // a commit that only changes line ends changes no code
  ];
}

/** For a diff as `git diff` prints it without any setting; object ids come whole, so that we can cut them alike. */
export function plainPatchArguments(contextLines: number): string[] {
  return [...TREE_DIFF_ARGUMENTS, ...textArguments(contextLines), '--rename-empty', '--full-index'];
}

function textArguments(contextLines: number): string[] {
  return [
    '-p',
    `-U${contextLines}`, // diff.context
    '--inter-hunk-context=0', // diff.interHunkContext
    '--diff-algorithm=myers', // diff.algorithm, diff.<driver>.algorithm
    '--indent-heuristic', // diff.indentHeuristic
    '--no-ext-diff', // diff.external, diff.<driver>.command
    '--no-textconv', // diff.<driver>.textconv
    '--text', // attribute -diff, diff.<driver>.binary: binary content is recognised by us
    '--src-prefix=a/', // diff.noprefix, diff.mnemonicPrefix, diff.srcPrefix
    '--dst-prefix=b/', // diff.dstPrefix
    '--ignore-submodules=all', // diff.ignoreSubmodules: a submodule is not our source
    '--submodule=short', // diff.submodule
    '--ws-error-highlight=none', // diff.wsErrorHighlight
    '--no-color-moved', // diff.colorMoved
    '--output-indicator-new=+',
    '--output-indicator-old=-',
    '--output-indicator-context= ',
  ];
}
