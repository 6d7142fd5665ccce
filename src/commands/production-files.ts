/**
 * The production files of a commit, as the embedding stage wants them: path, content id, text on demand.
 */
import type { SourceFile } from '../embedding/embedder.ts';
import { BlobReader, isBinary, isLfsPointer, listTree } from '../git/blobs.ts';
import { classifyPath, type PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';

/** A source file over this size is data, not code. (The released recipe has the same limit.) */
const MAX_FILE_BYTES = 2_000_000;

export interface ProductionFiles extends AsyncDisposable {
  list: SourceFile[];
}

/** Lists them; texts are read through one `git cat-file --batch`, open until disposed. */
export async function productionFiles(
  repository: Repository,
  commit: string,
  rules: PathRules,
): Promise<ProductionFiles> {
  const reader = new BlobReader(repository);
  const entries = (await listTree(repository, commit)).filter(
    ({ path, sizeBytes }) =>
      sizeBytes > 0 && sizeBytes <= MAX_FILE_BYTES && classifyPath(path, rules) === 'production',
  );
  const readText = async (blob: string) => {
    const content = await reader.read(blob);
    return content === null || isBinary(content) || isLfsPointer(content) ? '' : content.toString('utf8');
  };
  return {
    list: entries.map(({ path, blob }) => ({ path, blob, readText: () => readText(blob) })),
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}
