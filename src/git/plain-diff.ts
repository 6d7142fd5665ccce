/**
 * Two commits → the diff between them as `git diff` prints it, of the files that a rule picks.
 *
 * In: two commits. Out: one text, the same on every machine: settings and attributes do not reach it. Two things git
 * would decide by the machine are decided here: object ids have seven digits (git's number grows with the repository),
 * and the name behind `@@` follows git's general rule (an attribute would change it). See plain-patch.ts.
 */
import { BlobReader } from './blobs.ts';
import { plainPatchArguments } from './diff-arguments.ts';
import { type Piece, Splitter } from './fields.ts';
import { PlainPatch } from './plain-patch.ts';
import type { Repository } from './run.ts';

export interface PlainDiffOptions {
  /** Is asked with the new path; the old one of a deleted file. */
  isWanted(path: string): boolean;
  contextLines: number;
  /** The rest of a longer text is cut off, at the end of a line. */
  maxBytes: number;
}

export interface PlainDiff {
  text: string;
  paths: string[];
  notices: string[];
}

interface Ends {
  base: string | null;
  commit: string;
}

const NEWLINE = 0x0a;
const FILE_LINE = /^diff --git /;

/** `null` as base: everything is added. Bytes that are not UTF-8 become U+FFFD. */
export async function readPlainDiff(
  repo: Repository,
  { base, commit }: Ends,
  options: PlainDiffOptions,
): Promise<PlainDiff> {
  const { patches, isCut } = await readPatches(repo, { base, commit }, options);
  const texts: string[] = [];
  await using blobs = new BlobReader(repo, { maxBytes: MAX_BLOB_BYTES });
  for (const patch of patches) texts.push(await patch.text((id) => blobs.read(id)));
  return {
    text: Buffer.from(texts.join(''), 'latin1').toString('utf8'),
    paths: patches.map(({ path }) => path),
    notices: isCut
      ? [`the diff up to ${commit.slice(0, 10)}: cut after ${options.maxBytes} bytes (history.maxDiffBytes)`]
      : [],
  };
}

/** A larger file has no names behind `@@`. */
const MAX_BLOB_BYTES = 64 * 1024 * 1024;

/** Git is stopped as soon as there is enough. */
async function readPatches(
  repo: Repository,
  { base, commit }: Ends,
  { isWanted, contextLines, maxBytes }: PlainDiffOptions,
): Promise<{ patches: PlainPatch[]; isCut: boolean }> {
  const patches: PlainPatch[] = [];
  let current: PlainPatch | null = null;
  let left = maxBytes;
  for await (const line of linesBetween(repo, { base, commit, contextLines, maxBytes })) {
    const text = line.bytes.toString('latin1');
    if (FILE_LINE.test(text)) {
      left -= current?.headerBytes() ?? 0;
      current = new PlainPatch(isWanted);
      patches.push(current);
    }
    left -= current?.push(text) ?? 0;
    if (left >= 0 && !line.isCut) continue;
    current?.dropLastLine();
    return { patches: patches.filter((patch) => patch.isWanted), isCut: true };
  }
  return { patches: patches.filter((patch) => patch.isWanted), isCut: false };
}

async function* linesBetween(
  repo: Repository,
  { base, commit, contextLines, maxBytes }: Ends & Pick<PlainDiffOptions, 'contextLines' | 'maxBytes'>,
): AsyncGenerator<Piece, void, undefined> {
  const command = ['diff-tree', ...plainPatchArguments(contextLines), '--end-of-options'];
  const splitter = new Splitter(NEWLINE, maxBytes);
  for await (const chunk of repo.stream([...command, base ?? repo.emptyTree, commit, '--'])) {
    yield* splitter.push(chunk);
  }
}
