/**
 * Which files the authors of Code2LoRA read, by path alone; for model packs that were trained on these.
 *
 * In: a path. Out: yes or no. Taken from their code (`c2l/git_pipeline.py`): "test" anywhere in a path makes a test
 * of it, `latest/` and `attestation.py` too. Our own rules are in paths.ts.
 */

const SOURCE_SUFFIXES = new Set(['.py', '.md', '.rst']);
const SKIPPED_FOLDERS = new Set([
  ...['.git', '__pycache__', '.venv', 'venv', 'env', 'node_modules'],
  ...['dist', 'build', '.tox', '.mypy_cache', 'TEST_HYPERNET'],
]);

/** A file whose diff they embed. */
export function isAuthorsSource(path: string): boolean {
  return SOURCE_SUFFIXES.has(suffixOf(path)) && !isSkipped(path) && !namesTest(path);
}

/** A file whose assertions decide which commits they keep. */
export function isAuthorsTest(path: string): boolean {
  return suffixOf(path) === '.py' && !isSkipped(path) && namesTest(path);
}

/** Git would write this path in quotes, which their code does not read: such files drop out there. */
export const isQuotedPath = (path: string): boolean => /[^ !#-[\]-~]/.test(path);

const isSkipped = (path: string): boolean => path.split('/').some((part) => SKIPPED_FOLDERS.has(part));
const namesTest = (path: string): boolean => path.toLowerCase().includes('test');

/** As pathlib has it: `.py` alone is a name, not a suffix. */
const suffixOf = (path: string): string => /[^/](\.[^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
