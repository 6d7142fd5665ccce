/**
 * Dependency-resolved context: the definitions of what a test imports, those that it uses at the end first.
 *
 * In: the files known at a commit, an assertion. Out: pieces of text, each under the name of its file. A definition that
 * takes more than its part of the room comes in its short form. Names that a file only passes on are followed.
 */
import type { Assertion } from '../assertions/assertion.ts';
import type { Commit } from '../git/history.ts';
import { languageOf } from '../git/paths.ts';
import { type Definition, readDefinitions } from './bench-definitions.ts';
import { type ImportedName, readImports } from './bench-imports.ts';
import { openModules, type Resolve } from './bench-modules.ts';
import type { PromptRoom } from './bench-prompt.ts';
import { commentOf } from './bench-retrieval.ts';
import type { KnownFile, KnownFiles } from './bench-tree.ts';

export interface Dependencies {
  piecesFor(commit: Commit, assertion: Assertion): Promise<string[]>;
}

/** What the enclosing test is likely to be within. */
const TEST_CHARACTERS = 1500;
/** How often a name may be passed on. */
const MAX_HOPS = 4;
/** More would not fit. */
const MAX_PIECES = 8;
const PIECE_SHARE = 0.5;

export function openDependencies(
  files: KnownFiles,
  { count, pieceTokens }: Pick<PromptRoom, 'count' | 'pieceTokens'>,
): Dependencies {
  const definitions = rememberByBlob((file, text) => readDefinitions(text, file), files);
  return {
    async piecesFor(commit, { path, language, prefix }) {
      const known = await files.at(commit);
      const fileByPath = new Map(known.map((file) => [file.path, file]));
      const source: Source = { files, fileByPath, definitions, resolve: openModules([...fileByPath.keys()]) };
      const pieces: string[] = [];
      for (const wanted of usedNames(readImports(prefix, language), prefix)) {
        const found = await follow(wanted, { path, hops: 0 }, source);
        if (found === null) continue;
        const { full, short } = found.definition;
        const text = count(full) <= pieceTokens * PIECE_SHARE ? full : short;
        const piece = `${commentOf(found.path)} ${found.path}\n${text}`;
        if (!pieces.includes(piece)) pieces.push(piece);
        if (pieces.length === MAX_PIECES) break;
      }
      return pieces;
    },
  };
}

/** A member of a module that is imported whole counts as a name of its own. Called ones first, then the most recent. */
export function usedNames(imports: readonly ImportedName[], prefix: string): ImportedName[] {
  const test = prefix.slice(-TEST_CHARACTERS);
  const members = imports.flatMap((entry) =>
    entry.name === null && entry.local !== null ? membersOf(entry, test) : [],
  );
  const single = imports.filter((entry) => entry.name !== null || entry.local === null);
  const weighed = [...single, ...members].map((entry) => ({ entry, weight: weightOf(entry, test) }));
  return weighed
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ entry }) => entry);
}

function membersOf({ local, module }: ImportedName, test: string): ImportedName[] {
  const pattern = new RegExp(`(?<![\\w$.])${quoted(local as string)}\\.([\\w$]+)`, 'g');
  const names = new Set([...test.matchAll(pattern)].map(([, name]) => name as string));
  return [...names].map((name) => ({ local: `${local}.${name}`, name, module }));
}

/** 0: not used. Places are below 1, so a call always comes before what is only named. */
function weightOf({ local, name }: ImportedName, test: string): number {
  const used = local ?? name;
  if (used === null) return 0;
  const places = [...test.matchAll(new RegExp(`(?<![\\w$.])${quoted(used)}(?![\\w$])(\\s*\\()?`, 'g'))];
  const last = places.at(-1);
  if (last === undefined) return 0;
  return (places.some(([, call]) => call !== undefined) ? 2 : 1) + last.index / (TEST_CHARACTERS + 1);
}

const quoted = (text: string): string => text.replaceAll(/[$.*+?^()[\]{}|\\]/g, '\\$&');

interface Source {
  files: KnownFiles;
  fileByPath: ReadonlyMap<string, KnownFile>;
  definitions(file: KnownFile): Promise<Definition[]>;
  resolve: Resolve;
}

interface Found {
  path: string;
  definition: Definition;
}

/** From import to import, to the file that defines the name. */
async function follow(
  { name, module }: ImportedName,
  { path, hops }: { path: string; hops: number },
  source: Source,
): Promise<Found | null> {
  const language = languageOf(path);
  if (language === null || name === null || hops > MAX_HOPS) return null;
  const target = source.resolve(module, { path, language }) ?? submodule(module, name, { path, source });
  const file = target === null ? undefined : source.fileByPath.get(target);
  if (target === null || file === undefined) return null;
  const definitions = await source.definitions(file);
  const definition = definitions.find((known) => known.name === name) ?? byDefault(definitions, name);
  if (definition) return { path: target, definition };
  for (const passed of readImports(await source.files.read(file), language)) {
    if (passed.local !== name && passed.local !== null) continue;
    const found = await follow(
      { ...passed, name: passed.name ?? name },
      { path: target, hops: hops + 1 },
      source,
    );
    if (found) return found;
  }
  return null;
}

/** `from shop import cart` may mean the file shop/cart.py. */
function submodule(
  module: string,
  name: string,
  { path, source }: { path: string; source: Source },
): string | null {
  return languageOf(path) === 'python'
    ? source.resolve(`${module}.${name}`, { path, language: 'python' })
    : null;
}

/** Nobody knows which one is exported by default; where there is only one, it is that. */
const byDefault = (definitions: readonly Definition[], name: string): Definition | undefined =>
  name === 'default' && definitions.length === 1 ? definitions[0] : undefined;

function rememberByBlob(
  read: (language: NonNullable<ReturnType<typeof languageOf>>, text: string) => Promise<Definition[]>,
  files: KnownFiles,
): (file: KnownFile) => Promise<Definition[]> {
  const known = new Map<string, Promise<Definition[]>>();
  return (file) => {
    const language = languageOf(file.path);
    if (language === null) return Promise.resolve([]);
    const found = known.get(file.blob) ?? files.read(file).then((text) => read(language, text));
    known.set(file.blob, found);
    return found;
  };
}
