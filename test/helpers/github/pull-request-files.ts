/**
 * A pull request's diff as GitHub lists it, made by git itself with its default settings.
 *
 * In: a repository and two commits. Out: files with their patches; none for binary files and for what is over
 * GitHub's limits for a diff. Uses nothing of the code under test.
 */
import { parsePatch } from 'diff';
import type { GitRepo } from '../git-repo.ts';

export interface FakeFile {
  filename: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  previous?: string;
  patch?: string;
}

const STATUS: Record<string, FakeFile['status']> = { A: 'added', D: 'removed', R: 'renamed', T: 'changed' };
const MAX_LINES = 20_000;
const MAX_FILE_BYTES = 500 * 1024;
const MAX_BYTES = 1024 * 1024;

export function listFiles(git: GitRepo, base: string, head: string): FakeFile[] {
  const range = `${base}...${head}`;
  const diff = ['diff', '--find-renames', '--no-color', '--no-ext-diff'];
  const names = git.git(...diff, '--name-status', '-z', range).split('\0');
  const patches = `\n${git.git(...diff, '--patch', range)}`.split('\ndiff --git ').slice(1);
  const total = { lines: 0, bytes: 0 };
  const files: FakeFile[] = [];
  while (names.length > 1) {
    const letter = (names.shift() ?? '').charAt(0);
    const previous = letter === 'R' ? names.shift() : undefined;
    const file: FakeFile = { filename: names.shift() ?? '', status: STATUS[letter] ?? 'modified' };
    if (previous !== undefined) file.previous = previous;
    const patch = patchOf(patches[files.length] ?? '', total);
    if (patch !== undefined) file.patch = patch;
    files.push(file);
  }
  return files;
}

/** From the first `@@` on, without the last newline; undefined when there is none or it is too large. */
function patchOf(text: string, total: { lines: number; bytes: number }): string | undefined {
  const start = text.search(/^@@ /m);
  if (start < 0) return undefined;
  const patch = text.slice(start);
  const [lines, bytes] = [patch.split('\n').length, Buffer.byteLength(patch) + 1];
  total.lines += lines;
  total.bytes += bytes;
  const fits =
    lines <= MAX_LINES && bytes <= MAX_FILE_BYTES && total.lines <= MAX_LINES && total.bytes <= MAX_BYTES;
  return fits ? patch : undefined;
}

/**
 * Where a line of one commit is in another one: null when it was changed or removed, or its file was. This is
 * what makes a review thread outdated.
 */
export function lineAt(
  git: GitRepo,
  { path, line, from, to }: { path: string; line: number; from: string; to: string },
): { path: string; line: number } | null {
  if (from === to) return { path, line };
  const file = changesBetween(git, from, to).find(({ oldFileName }) => oldFileName === `a/${path}`);
  if (!file) return { path, line };
  if (file.newFileName === '/dev/null' || file.isDelete) return null;
  let shift = 0;
  for (const { oldStart, oldLines, newLines } of file.hunks) {
    if (oldLines > 0 && line >= oldStart && line < oldStart + oldLines) return null;
    if (line >= oldStart) shift += newLines - oldLines;
  }
  return { path: file.newFileName?.slice(2) ?? path, line: line + shift };
}

const changes = new Map<string, ReturnType<typeof parsePatch>>();

function changesBetween(git: GitRepo, from: string, to: string): ReturnType<typeof parsePatch> {
  const key = `${git.dir} ${from} ${to}`;
  const found = changes.get(key) ?? parsePatch(git.git('diff', '--find-renames', '--unified=0', from, to));
  changes.set(key, found);
  return found;
}
