/**
 * Parses source text with tree-sitter. The only file that knows web-tree-sitter.
 *
 * In: a language and a text. Out: whatever the caller reads from the tree while it is open, or a sentence
 * that says why the text was not parsed (too large, too slow). Knows nothing about assertions.
 * Offsets and columns of tree-sitter's WebAssembly build are UTF-16 units, those of JavaScript strings.
 */
import { readFile } from 'node:fs/promises';
import { Language, type Node, Parser, Query } from 'web-tree-sitter';
import { InternalError } from '../errors.ts';
import type { languageOf } from '../git/paths.ts';
import { packagePath } from '../runtime/packages.ts';

export type { Node } from 'web-tree-sitter';
export type SourceLanguage = NonNullable<ReturnType<typeof languageOf>>;

/** The nodes of one match of a query, by capture name. */
export type Captures = Readonly<Record<string, Node>>;

export interface OpenTree {
  hasSyntaxErrors: boolean;
  /** Matches of the language's query file, in the order tree-sitter finds them. */
  matches(): Captures[];
  /** All nodes of these types. */
  nodesOf(types: readonly string[]): Node[];
  /** Ends the reading when the time is up; to be called in long loops. */
  requireTime(): void;
}

export interface ReadLimits {
  /** UTF-16 units. */
  maxLength?: number;
  timeoutMs?: number;
}

export type Reading<T> = { value: T } | { skipped: string };

const MAX_LENGTH = 1_000_000;
/** Generous: the answer should not depend on how busy the machine is. One megabyte takes about a second. */
const TIMEOUT_MS = 5_000;
const GRAMMARS: Readonly<Record<SourceLanguage, { wasm: string; query: string }>> = {
  python: { wasm: 'tree-sitter-python.wasm', query: 'python.scm' },
  javascript: { wasm: 'tree-sitter-javascript.wasm', query: 'javascript.scm' },
  typescript: { wasm: 'tree-sitter-typescript.wasm', query: 'javascript.scm' },
  tsx: { wasm: 'tree-sitter-tsx.wasm', query: 'javascript.scm' },
};

/** Hands the tree of a text to `read`; the tree is freed afterwards, so nodes must not leave `read`. */
export async function readTree<T>(
  { language, text }: { language: SourceLanguage; text: string },
  read: (tree: OpenTree) => T,
  limits: ReadLimits = {},
): Promise<Reading<T>> {
  const { maxLength = MAX_LENGTH, timeoutMs = TIMEOUT_MS } = limits;
  if (text.length > maxLength) {
    return { skipped: `it has ${text.length} characters, more than the limit of ${maxLength}` };
  }
  const grammar = await loadGrammar(language);
  return parse(grammar, { text, read, timeoutMs });
}

interface Grammar {
  parser: Parser;
  query: Query;
}

interface ParseTask<T> {
  text: string;
  read: (tree: OpenTree) => T;
  timeoutMs: number;
}

function parse<T>({ parser, query }: Grammar, { text, read, timeoutMs }: ParseTask<T>): Reading<T> {
  const deadline = performance.now() + timeoutMs;
  // Parser and query stop when their callback returns true; the type declarations say `void`.
  const progressCallback = () => performance.now() > deadline;
  const tree = parser.parse(text, null, { progressCallback });
  const skipped = `reading it takes longer than ${timeoutMs} ms`;
  if (tree === null) {
    parser.reset();
    return { skipped };
  }
  try {
    const root = tree.rootNode;
    const requireTime = () => {
      if (performance.now() > deadline) throw new OutOfTime();
    };
    const matches = () => query.matches(root, { progressCallback }).map(capturesByName);
    const nodesOf = (types: readonly string[]) => root.descendantsOfType([...types]);
    const value = read({ hasSyntaxErrors: root.hasError, matches, nodesOf, requireTime });
    requireTime();
    return { value };
  } catch (error) {
    if (error instanceof OutOfTime) return { skipped };
    throw error;
  } finally {
    tree.delete();
  }
}

/** Never leaves this file. */
class OutOfTime extends Error {}

const capturesByName = ({ captures }: { captures: { name: string; node: Node }[] }): Captures =>
  Object.fromEntries(captures.map(({ name, node }) => [name, node]));

const grammars = new Map<SourceLanguage, Promise<Grammar>>();
let runtime: Promise<void> | undefined;

/** Loads a grammar once, on first use. */
function loadGrammar(language: SourceLanguage): Promise<Grammar> {
  const known = grammars.get(language);
  if (known) return known;
  const loading = openGrammar(language);
  grammars.set(language, loading);
  return loading;
}

async function openGrammar(name: SourceLanguage): Promise<Grammar> {
  runtime ??= readGrammar('web-tree-sitter').then((wasmBinary) => Parser.init({ wasmBinary }));
  await runtime;
  const { wasm, query } = GRAMMARS[name];
  const language = await Language.load(await readGrammar('@vscode/tree-sitter-wasm/wasm', wasm));
  const parser = new Parser().setLanguage(language);
  return { parser, query: new Query(language, await readQuery(query)) };
}

/** WebAssembly lies in dist/grammars/ of a built package; without a build it is read from the package it comes in. */
async function readGrammar(packageFolder: string, file = `${packageFolder}.wasm`): Promise<Uint8Array> {
  const built = await readShipped('grammars', file);
  return built ?? readFile(packagePath(`${packageFolder}/${file}`));
}

/** The queries lie beside this file in src/, and in dist/queries/ of a built package. */
async function readQuery(file: string): Promise<string> {
  const query = await readShipped('queries', file);
  if (query !== undefined) return query.toString('utf8');
  throw new InternalError(
    `The query ${file} is missing from the installed package. Install code2lora again.`,
  );
}

/** A file in a folder beside this module: of a bundle, or above its chunks. */
async function readShipped(folder: string, file: string): Promise<Buffer | undefined> {
  for (const up of ['.', '..']) {
    const url = new URL(`${up}/${folder}/${file}`, import.meta.url);
    const content = await readFile(url).catch(() => undefined);
    if (content !== undefined) return content;
  }
  return undefined;
}
