/**
 * A finding → a change of one line that a person can take with one click.
 *
 * In: an assertion, its report and the whole file. Out: a Suggestion, or null when it could not be offered honestly:
 * the value must lie within one line, and with the new value in its place the file must read as before but for
 * that one value. Where a report comes from outside, `isFaithful` asks what can be asked of the line alone.
 */
import { type Assertion, spliceValue } from '../assertions/assertion.ts';
import { extractAssertions, MAX_TARGET_LENGTH, parses } from '../assertions/extract.ts';
import { languageOf } from '../git/paths.ts';
import { scanExpression } from '../scoring/expression-end.ts';
import { exactMatch } from '../scoring/metrics.ts';
import { findingOf, MIN_OPEN_PROBABILITY } from './findings.ts';
import type { AssertionReport, Suggestion } from './schema.ts';
import { hasInvisible } from './visible.ts';

/** Nobody reads, or wants to change, a longer line in a review. */
const MAX_LINE_LENGTH = 500;

/**
 * `report` is that of the assertion, `text` the file it was read from. Throws UsageError when `text` is another one.
 */
export async function makeSuggestion(
  assertion: Assertion,
  report: AssertionReport,
  text: string,
): Promise<Suggestion | null> {
  const finding = findingOf(report);
  if (finding === null || assertion.line !== assertion.endLine) return null;
  const { best, runnerUp } = finding;
  const suggestion: Suggestion = {
    ...{ path: assertion.path, line: assertion.line },
    ...{ column: assertion.column, endColumn: assertion.endColumn },
    lineText: lineOf(text, assertion.line),
    value: assertion.prefix.slice(assertion.start) + best.text,
    probability: best.probability,
    runnerUp: runnerUp && { text: runnerUp.text, probability: runnerUp.probability },
    written: report.written,
    verdict: report.verdict === 'open' ? 'open' : 'surprising',
    test: assertion.test,
  };
  if (!isFaithful(suggestion, suggestion.lineText)) return null;
  const changed = spliceValue(text, assertion, best.text);
  if (lineOf(changed, assertion.line) !== spliceLine(suggestion)) return null;
  return (await hasValueInPlace(assertion, { changed, value: best.text })) ? suggestion : null;
}

/**
 * Whether a suggestion, whoever made it, applies to this line, and puts one plain value in the place of what it says
 * is written. `lineText` comes from where the suggestion cannot reach: the file itself.
 */
export function isFaithful(suggestion: Suggestion, lineText: string): boolean {
  const { path, column, endColumn, verdict, written, probability } = suggestion;
  const language = languageOf(path);
  if (language === null || suggestion.lineText !== lineText || lineText.length > MAX_LINE_LENGTH)
    return false;
  if (hasInvisible(lineText.replaceAll('\t', ''))) return false;
  if (column < 1 || endColumn < column || endColumn > lineText.length + 1) return false;
  const replaced = lineText.slice(column - 1, endColumn - 1);
  const value = proposedValue(suggestion);
  const isValue = (text: string) => isOneValue(text, language);
  if (!isValue(value) || cutsWord(lineText, suggestion) || !isPlaceOfValue(suggestion)) return false;
  if (verdict === 'open') {
    const fills = value === suggestion.value || replaced === '';
    return fills && written === null && probability >= MIN_OPEN_PROBABILITY && PLACEHOLDER.test(replaced);
  }
  const isAsWritten = replaced === written && value === suggestion.value && isValue(replaced);
  return isAsWritten && !exactMatch(value, replaced);
}

/** The line with the suggestion taken. */
export const spliceLine = ({ lineText, column, endColumn, value }: Suggestion): string =>
  lineText.slice(0, column - 1) + value + lineText.slice(endColumn - 1);

/** The value without the comma or space that is missing before an open one. */
export const proposedValue = ({ verdict, value }: Suggestion): string =>
  verdict === 'open' ? value.replace(/^(?:, | )/, '') : value;

/** What the author of an open assertion leaves in the place of the value (assertions/open-places.ts). */
const PLACEHOLDER = /^(?:|\.\.\.|_{2,}|(?<quote>['"`]?)TODO\k<quote>|(?:undefined\s*)?\/\*[^/]*\*\/)$/;
const STRINGS = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/g;

/** One expression, nothing behind it, no comment in it, nothing that cannot be seen. */
function isOneValue(text: string, language: Parameters<typeof scanExpression>[1]): boolean {
  if (text === '' || text.length > MAX_TARGET_LENGTH || text !== text.trim() || hasInvisible(text))
    return false;
  const hasComment = /\/\*|\*\/|\\$/.test(text.replace(STRINGS, '""'));
  return !hasComment && scanExpression(text, language).status === 'ready';
}

/** What a value can stand behind (an operator, a bracket, a comment, a word that takes an operand), and before. */
const BEFORE_VALUE = /(?:^|[=<>([{,:]|\*\/|\b(?:in|is|not|assert|and|or|instanceof|return))\s*$/;
const BEHIND_VALUE = /^\s*(?:$|[)\]},;:#\\]|\/[/*])/;

/** Whether the line asks for a value here: else the change would be one of an operator or of a part of a value. */
function isPlaceOfValue({ lineText, column, endColumn, verdict, value }: Suggestion): boolean {
  const [before, behind] = [lineText.slice(0, column - 1), lineText.slice(endColumn - 1)];
  if (verdict === 'open' && value.startsWith(', ')) return /^\s*\)/.test(behind);
  return BEFORE_VALUE.test(before) && BEHIND_VALUE.test(behind);
}

/** A change from the middle of a word or number would change more than a value. */
function cutsWord(line: string, { column, endColumn }: Suggestion): boolean {
  const isWord = (index: number) => /[\p{L}\p{N}_$]/u.test(line.charAt(index));
  const cuts = (index: number) => isWord(index - 1) && isWord(index);
  return column !== endColumn && (cuts(column - 1) || cuts(endColumn - 1));
}

/** Reads the changed file anew: at the place of the value there must be exactly the new one, and no error anywhere. */
async function hasValueInPlace(
  { path, prefix, family }: Assertion,
  { changed, value }: { changed: string; value: string },
): Promise<boolean> {
  const { assertions } = await extractAssertions(path, changed);
  const found = assertions.find(({ start }) => start === prefix.length);
  const isThere = found?.target === value && found.family === family && !found.open;
  return isThere && (await parses(path, fillOpenOnes(changed, assertions)));
}

/** Other assertions without a right side are errors in the file's syntax, but not of our making. */
function fillOpenOnes(text: string, assertions: readonly Assertion[]): string {
  const open = assertions.filter((assertion) => assertion.open && assertion.written === undefined);
  const filled = (before: string, { start, prefix }: Assertion) =>
    `${before.slice(0, start)}${prefix.slice(start)}0${before.slice(start)}`;
  return [...open].sort((a, b) => b.start - a.start).reduce(filled, text);
}

/** Without its line ending. */
const lineOf = (text: string, line: number): string => (text.split('\n')[line - 1] ?? '').replace(/\r$/, '');
