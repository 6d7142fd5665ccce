/**
 * The list of repositories: a text file → its entries, each with a name and a split. Reads that one file.
 *
 * One repository a line, columns with tabs between. A first line with a cell "repository" names the columns; without
 * one they are repository, split, commit. Which shard an entry is in follows from its line alone, which split from
 * its name alone, where the list does not say.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { isPlainName, parseSource, type Source } from './mine-source.ts';

export interface Listed extends Source {
  split: string;
  /** What the list says, a sha or another name of a commit; null: HEAD. */
  revision: string | null;
  /** When the repository was made, as the list says; only the benchmark asks. */
  created: string | null;
}

const COLUMNS = ['repository', 'split', 'commit'];

/** In the order of the file. Throws UsageError, with the line, for what cannot be understood and for doubles. */
export function readRepositoryList(path: string): Listed[] {
  const base = dirname(resolve(path));
  const [first, ...others] = readRows(path);
  const isHeader = first?.cells.includes('repository');
  const columns = first && isHeader ? first.cells : COLUMNS;
  const rows = first && !isHeader ? [first, ...others] : others;
  const lineByName = new Map<string, number>();
  return rows.map(({ line, cells }) => {
    const place = `${path}, line ${line}`;
    const listed = parseRow(Object.fromEntries(cells.map((cell, index) => [columns[index] ?? '', cell])), {
      base,
      place,
    });
    const known = lineByName.get(listed.name.toLowerCase());
    if (known !== undefined)
      throw new UsageError(
        `${place}: "${listed.name}" stands in line ${known} too.\n` +
          'Remove one of them; if they are two repositories, give them names of their own in a column "name".',
      );
    lineByName.set(listed.name.toLowerCase(), line);
    return listed;
  });
}

interface Row {
  /** From 1. */
  line: number;
  cells: string[];
}

function readRows(path: string): Row[] {
  const rows = readText(path)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((text, index) => ({ line: index + 1, cells: text.split('\t').map((cell) => cell.trim()) }));
  return rows.filter(
    ({ cells: [first = '', ...rest] }) => !first.startsWith('#') && first + rest.join('') !== '',
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `Cannot read the list ${path}: ${(cause as Error).message}\nGive a text file with one repository a line.`,
      { cause },
    );
  }
}

function parseRow(
  { repository = '', commit, role, created, ...row }: Record<string, string>,
  { base, place }: { base: string; place: string },
): Listed {
  try {
    const source = parseSource(repository, base);
    const name = checkName(row.name || source.name);
    const split = row.split || role;
    const dates = { revision: commit || null, created: created || null };
    return { ...source, name, split: split ? checkSplit(split) : splitOf(name), ...dates };
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(`${place}: ${cause.message}`, { cause });
  }
}

/** It becomes part of paths. */
function checkName(name: string): string {
  if (name.split('/').every(isPlainName)) return name;
  throw new UsageError(
    `"${name}" cannot be the name of a file.\nGive another name in a column "name": letters, digits, . _ ~ + @ - and /.`,
  );
}

function checkSplit(split: string): string {
  if (/^[\w.-]+$/.test(split)) return split;
  throw new UsageError(`"${split}" is no split.\nExpected one word, such as train, validation or test.`);
}

/** Of ten repositories eight, one and one, as in the paper (409, 51 and 52). */
export function splitOf(name: string): 'train' | 'validation' | 'test' {
  const share = createHash('sha256').update(name.toLowerCase()).digest().readUInt32BE() / 2 ** 32;
  return share < 0.8 ? 'train' : share < 0.9 ? 'validation' : 'test';
}

/** `I/N`: every N-th entry from the I-th on, so that shards differ by one entry at most. Throws UsageError. */
export function takeShard<T>(entries: readonly T[], shard: string | undefined): T[] {
  if (shard === undefined) return [...entries];
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard) ?? [];
  if (index === undefined || Number(index) < 1 || Number(index) > Number(count))
    throw new UsageError(`"${shard}" is no shard.\nExpected I/N, such as 1/4, 2/4, 3/4 and 4/4.`);
  return entries.filter((_, place) => place % Number(count) === Number(index) - 1);
}
