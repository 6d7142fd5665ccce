/**
 * Source text of a test file → its assertions, in document order.
 *
 * In: a path (which tells the language) and a text. Out: plain data, and notices about what was left out.
 * Knows nothing about git or models; the names of assertions are in `families.ts`.
 */
import { languageOf } from '../git/paths.ts';
import type { Assertion } from './assertion.ts';
import { type Claim, type LanguageReader, outermostClaims } from './claim.ts';
import { type Captures, type OpenTree, readTree, type SourceLanguage } from './grammar.ts';
import { normalizedText } from './identity.ts';
import { JAVASCRIPT } from './javascript.ts';
import { type IsMuted, readMuting } from './muting.ts';
import { type Positions, readPositions } from './positions.ts';
import { PYTHON } from './python.ts';
import { readScopes } from './scopes.ts';

export interface Extraction {
  assertions: Assertion[];
  notices: string[];
}

/** A longer value is left out: nobody predicts it to the letter. */
export const MAX_TARGET_LENGTH = 400;
export const MAX_TARGET_LINES = 12;

const READERS: Readonly<Record<SourceLanguage, LanguageReader>> = {
  python: PYTHON,
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
};

/** Reads the assertions of one file. A file that cannot be read gives a notice, never an error. */
export async function extractAssertions(path: string, text: string): Promise<Extraction> {
  const language = languageOf(path);
  if (language === null) return nothing(`${path}: assertions of this kind of file are not read`);
  const parsed = READERS[language].prepare(text);
  const source = { path, language, text, parsed };
  const reading = await readTree({ language, text: parsed }, (tree) => readAssertions(tree, source));
  return 'value' in reading ? reading.value : nothing(`${path}: left out, ${reading.skipped}`);
}

/** Tells whether a text is free of syntax errors; false also when it is too large to be parsed. */
export async function parses(path: string, text: string): Promise<boolean> {
  const language = languageOf(path);
  if (language === null) return false;
  const reading = await readTree({ language, text }, ({ hasSyntaxErrors }) => !hasSyntaxErrors);
  return 'value' in reading && reading.value;
}

const nothing = (notice: string): Extraction => ({ assertions: [], notices: [notice] });

interface Source {
  path: string;
  language: SourceLanguage;
  /** As written. */
  text: string;
  /** What the tree is of: it may differ in single characters, never in length. */
  parsed: string;
}

function readAssertions(tree: OpenTree, source: Source): Extraction {
  const { parsed } = source;
  const matches = tree.matches();
  const reader = READERS[source.language];
  const claims = matches.flatMap((captures) => reader.readClaim(captures, parsed) ?? []).filter(isSound);
  const surroundings = readSurroundings(matches, { reader, parsed });
  const assertions = outermostClaims(claims).map((claim) => {
    tree.requireTime();
    return toAssertion(claim, source, surroundings);
  });
  const fitting = assertions.filter(isPredictable);
  return {
    assertions: fitting,
    notices: [...errorNotices(tree, source), ...lengthNotices(assertions.length - fitting.length, source)],
  };
}

/** Inside a syntax error nobody knows what is asserted; that a value is missing may be the error itself. */
const isSound = ({ whole, value }: Claim): boolean => value.isOpen || !whole.hasError;

interface Surroundings {
  testName(offset: number): string;
  isMuted: IsMuted;
  positions: Positions;
}

function readSurroundings(
  matches: readonly Captures[],
  { reader, parsed }: { reader: LanguageReader; parsed: string },
): Surroundings {
  const scopesAround = readScopes(matches.flatMap((captures) => reader.readScope(captures, parsed) ?? []));
  const comments = matches.flatMap(({ comment }) => comment ?? []);
  return {
    testName: (offset) => reader.testName(scopesAround(offset)),
    isMuted: readMuting(comments, parsed),
    positions: readPositions(parsed),
  };
}

function toAssertion(claim: Claim, { path, language, text }: Source, around: Surroundings): Assertion {
  const { family, whole, isCondition } = claim;
  const { start, end, lead, isOpen } = claim.value;
  const [from, to] = [around.positions(start), around.positions(end)];
  const written = text.slice(start, end);
  return {
    ...{ path, language, family, test: around.testName(whole.startIndex) },
    ...{ line: from.line, column: from.column, endLine: to.line, endColumn: to.column, start, end },
    prefix: text.slice(0, start) + lead,
    target: isOpen ? '' : written,
    open: isOpen,
    ...(isOpen && written !== '' ? { written } : {}),
    ...(isCondition ? { condition: true } : {}),
    key: `${family} ${normalizedText(whole, text)}`,
    ignored: around.isMuted(whole),
  };
}

const isPredictable = ({ target, line, endLine }: Assertion): boolean =>
  target.length <= MAX_TARGET_LENGTH && endLine - line < MAX_TARGET_LINES;

function lengthNotices(count: number, { path }: Source): string[] {
  if (count === 0) return [];
  const limit = `${MAX_TARGET_LENGTH} characters or ${MAX_TARGET_LINES} lines`;
  return [
    `${path}: ${count} expected ${count === 1 ? 'value is' : 'values are'} longer than ${limit} and left out`,
  ];
}

function errorNotices({ hasSyntaxErrors }: OpenTree, { path }: Source): string[] {
  return hasSyntaxErrors ? [`${path}: has syntax errors; assertions inside them are left out`] : [];
}
