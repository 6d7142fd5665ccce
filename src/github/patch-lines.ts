/**
 * The hunks of one file's patch → the lines that are there at the head of the diff, by their number.
 *
 * In: the lines of a patch from its first `@@` on, from git or from GitHub's API. Out: added and context lines,
 * which are what GitHub calls the RIGHT side. Knows nothing about files, commits or comments.
 */

/** Content starts with a space, `+`, `-` or `\`, so no line of a file can look like this. */
const RANGE = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/;

/** Line number → text, without the line's ending. Lines outside of a hunk are passed over. */
export function headLines(patch: Iterable<string>): Map<number, string> {
  const found = new Map<number, string>();
  let next = 0;
  let left = 0;
  for (const line of patch) {
    const range = RANGE.exec(line);
    const sign = line.charAt(0);
    if (range) {
      next = Number(range[1]);
      left = Number(range[2] ?? 1);
    } else if ((sign === '+' || sign === ' ') && left > 0) {
      found.set(next, line.slice(1).replace(/\r$/, ''));
      next += 1;
      left -= 1;
    }
  }
  return found;
}
