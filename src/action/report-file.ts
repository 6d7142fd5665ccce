/**
 * Writes a file that the workflow has named, inside the workspace and nowhere else.
 *
 * In: a path and a text. The workflow is to be trusted and the checkout is not: it may hold links that lead anywhere.
 * So folders are followed one by one, and the file is renamed into its place, which follows no link.
 */
import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';

/** Whether the path as it is written stays inside; where its links lead is seen when it is written. Throws UsageError. */
export function requireInside(workspace: string, path: string): void {
  const file = resolve(workspace, path);
  if (isOutside(relative(workspace, file)) || file === workspace) throw notInside(path);
}

/** Makes the folders that are missing, and replaces the file. Throws UsageError for a place outside. */
export function writeInside(workspace: string, path: string, content: string): void {
  requireInside(workspace, path);
  const file = resolve(workspace, path);
  try {
    const folder = openFolder(realpathSync(workspace), relative(workspace, dirname(file)), () =>
      notInside(path),
    );
    const temporary = join(folder, `.${basename(file)}.${process.pid}`);
    writeFileSync(temporary, content, { flag: 'wx' });
    renameSync(temporary, join(folder, basename(file)));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      `Cannot write "${path}": ${(cause as Error).message}.\nName another file of the workspace.`,
      {
        cause,
      },
    );
  }
}

/** Where a path of folders really ends, below `root` at every step. */
function openFolder(root: string, path: string, refused: () => UsageError): string {
  let folder = root;
  for (const name of path.split(/[\\/]/).filter(Boolean)) {
    mkdirSync(join(folder, name), { recursive: true });
    folder = realpathSync(join(folder, name));
    if (isOutside(relative(root, folder))) throw refused();
  }
  return folder;
}

/** Of a path that `relative` gave; on Windows another drive has none. */
export const isOutside = (path: string): boolean => /^\.\.($|[\\/])|^([A-Za-z]:)?[\\/]/.test(path);

const notInside = (path: string): UsageError =>
  new UsageError(
    `"${path}" is not a file inside of the workspace.\nName one below GITHUB_WORKSPACE, such as results/code2lora.sarif.`,
  );
