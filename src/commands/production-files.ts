/**
 * The files of a commit that make the repository embedding, as the embedding stage wants them: path, content id, text
 * on demand. The production files, or, where the recipe of the model pack says so, every Python file.
 */
import type { SourceFile } from '../embedding/embedder.ts';
import { isQuotedPath } from '../git/authors-paths.ts';
import { BlobReader, isBinary, isLfsPointer, listTree, type TreeEntry } from '../git/blobs.ts';
import { classifyPath, type PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';
import type { Recipe } from '../runtime/manifest-recipe.ts';
import type { Workspace } from './workspace.ts';

/** A source file over this size is data, not code. (The released recipe has the same limit.) */
const MAX_FILE_BYTES = 2_000_000;

export interface ProductionFiles extends AsyncDisposable {
  list: SourceFile[];
}

/** What the recipe's `repository.files` asks for. */
export const embeddedFiles = (
  { repository, config, pack }: Pick<Workspace, 'repository' | 'config' | 'pack'>,
  commit: string,
): Promise<ProductionFiles> =>
  pack.manifest.recipe.repository.files === 'production'
    ? productionFiles(repository, commit, config.paths)
    : pythonFiles(repository, commit, pack.manifest.recipe);

/** Lists them; texts are read through one `git cat-file --batch`, open until disposed. */
export async function productionFiles(
  repository: Repository,
  commit: string,
  rules: PathRules,
): Promise<ProductionFiles> {
  return openFiles(repository, commit, {
    isWanted: ({ path }) => classifyPath(path, rules) === 'production',
    decode: (content) => (isBinary(content) || isLfsPointer(content) ? '' : content.toString('utf8')),
  });
}

/** Every `.py` file, tests too: what the authors of Code2LoRA embed. */
function pythonFiles(
  repository: Repository,
  commit: string,
  { quotedPaths }: Pick<Recipe, 'quotedPaths'>,
): Promise<ProductionFiles> {
  return openFiles(repository, commit, {
    isWanted: ({ path }) => path.endsWith('.py') && (quotedPaths === 'read' || !isQuotedPath(path)),
    decode: decodeIgnoring,
  });
}

interface FileRule {
  isWanted(entry: TreeEntry): boolean;
  decode(content: Buffer): string;
}

async function openFiles(
  repository: Repository,
  commit: string,
  { isWanted, decode }: FileRule,
): Promise<ProductionFiles> {
  const reader = new BlobReader(repository);
  const entries = (await listTree(repository, commit)).filter(
    (entry) => entry.sizeBytes > 0 && entry.sizeBytes <= MAX_FILE_BYTES && isWanted(entry),
  );
  const readText = async (blob: string) => {
    const content = await reader.read(blob);
    return content === null ? '' : decode(content);
  };
  return {
    list: entries.map(({ path, blob }) => ({ path, blob, readText: () => readText(blob) })),
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}

const REPLACEMENT = Buffer.from('\uFFFD');

/** UTF-8 without the bytes that are none, as Python's `errors="ignore"`. A U+FFFD that was written stays. */
function decodeIgnoring(content: Buffer): string {
  const parts: string[] = [];
  for (let start = 0; start <= content.length; ) {
    const found = content.indexOf(REPLACEMENT, start);
    const end = found < 0 ? content.length : found;
    parts.push(content.toString('utf8', start, end).replaceAll('\uFFFD', ''));
    start = found < 0 ? content.length + 1 : found + REPLACEMENT.length;
  }
  return parts.join('\uFFFD');
}
