/**
 * How large the report of the Action may be: what the job that writes it keeps to, and the job that reads it demands.
 *
 * The reader runs with rights that the writer may lack, and the writer may be a stranger's pull request.
 */

export const MAX_REPORT_BYTES = 2 * 1024 * 1024;
export const MAX_ASSERTIONS = 2000;
/** The most that the configuration allows. */
export const MAX_CANDIDATES = 20;
export const MAX_SUGGESTIONS = 200;
export const MAX_GAINS = 100;
/** Of an adapter (runtime/manifest-adaptation.ts). */
export const MAX_PARTS = 3;
export const MAX_NOTICES = 500;
export const MAX_TIMINGS = 40;
/** Of every string, in characters. */
export const MAX_TEXT = 2000;
export const MAX_PATH = 1024;

/**
 * A path inside of the repository, as git writes it: relative, no empty, `.` or `..` segment, no control character, no
 * backslash or drive letter that Windows would follow elsewhere.
 */
export const SAFE_PATH =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  /^(?![A-Za-z]:)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^/\\\u0000-\u001f\u007f-\u009f]+(?:\/[^/\\\u0000-\u001f\u007f-\u009f]+)*$/;
