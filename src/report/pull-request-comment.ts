/**
 * A report → what is said in the pull request: one comment, and a text for each suggestion. Pure.
 *
 * In: a report, perhaps of a stranger's making. Out: Markdown in which nothing of the report is obeyed, or null when
 * there is nothing to say. Each body begins with a marker, and only there does a marker count, because the text
 * below it quotes source code. Reads well as e-mail and in a terminal too: lists, no tables, no pictures needed.
 */

import { createHash } from 'node:crypto';
import { languageOf } from '../git/paths.ts';
import {
  countFindings,
  expectation,
  explain,
  type Finding,
  findingsOf,
  MAX_SHOWN_VALUE,
  muteComment,
} from './findings.ts';
import { renderGainChart } from './gain-chart.ts';
import {
  codeSpan,
  details,
  escapeText,
  fence,
  link,
  permalink,
  placeName,
  type Repository,
  testName,
} from './markdown.ts';
import type { ActionReport, AssertionReport, Suggestion } from './schema.ts';
import { stateLength } from './state-words.ts';
import { proposedValue, spliceLine } from './suggestion.ts';
import { takeWithin } from './take-within.ts';
import { count, oneLine, percent, shortSha } from './visible.ts';

/** The first line of our comment. */
export const MARKER = '<!-- code2lora:comment v1 -->';

/** GitHub takes 65,536 characters. */
const MAX_LENGTH = 65_000;
/** In sight; the others are folded. */
const MAX_SHOWN = 10;
const MAX_SHOWN_LINE = 120;
/** For the fold, and the line that counts what is left out. */
const FOLD_LENGTH = 400;

interface CommentOptions {
  serverUrl: string;
  /** Longest body in UTF-16 units; at least 4,000. */
  limit?: number;
}

/** Null: there is nothing that is worth a comment. */
export function renderComment(
  report: ActionReport,
  { serverUrl, limit = MAX_LENGTH }: CommentOptions,
): string | null {
  const findings = findingsOf(report.check.assertions);
  if (findings.length === 0) return null;
  const before = [MARKER, `### code2lora: ${countFindings(findings)}`, introduction(report, findings)];
  const after = [howToMute(findings), chartOf(report), footer(report)].filter((part) => part !== '');
  const fixed = [...before, ...after].join('\n\n').length;
  const fitting = takeWithin(findings, limit - fixed - FOLD_LENGTH, {
    render: (finding) => renderFinding(finding, report, serverUrl),
    sizeOf: ({ length }) => length,
  });
  const left = findings.length - fitting.length;
  return [
    ...before,
    fitting.slice(0, MAX_SHOWN).join('\n'),
    ...foldedItems(fitting.slice(MAX_SHOWN)),
    ...(left > 0 ? [`${left} more in the job summary.`] : []),
    ...after,
  ].join('\n\n');
}

/** For a comment that has been written before, when nothing is left to say. */
export function renderSettledComment(report: ActionReport): string {
  const checked = count(report.check.summary.assertions, 'assertion');
  return [
    MARKER,
    '### code2lora: nothing stands out',
    `At \`${shortSha(headOf(report))}\` the adapter has no objection to the ${checked} that this pull request adds or changes.`,
    footer(report),
  ].join('\n\n');
}

/** One review comment: why, the change to take, how to say no. */
export function renderSuggestionComment(suggestion: Suggestion): string {
  const { path, written, probability, runnerUp } = suggestion;
  const best = { text: proposedValue(suggestion), probability };
  const claim = written === null ? 'The value is left open' : `The test says ${shownCode(written)}`;
  const mute = codeSpan(muteComment(languageOf(path) ?? 'javascript'));
  return [
    suggestionMarker(fingerprintOf(suggestion)),
    `${claim}; the adapter ${expectation({ written, best, runnerUp }, shownCode)}.`,
    fence(spliceLine(suggestion), 'suggestion'),
    `<sub>Learned from the repository's history; it can be wrong. ${mute} on the line above mutes it.</sub>`,
  ].join('\n\n');
}

/** Tells the finding of a suggestion comment; null when the body is none of ours. */
export const fingerprintIn = (body: string): string | null => SUGGESTION_MARKER.exec(body)?.[1] ?? null;

/** Same line, same value, same finding, wherever the line has moved: 16 hexadecimal digits. */
export function fingerprintOf({ path, lineText, value }: Suggestion): string {
  const parts = JSON.stringify([path, lineText, value]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

const SUGGESTION_MARKER = /^<!-- code2lora:suggestion v1 ([0-9a-f]{16}) -->/;
const suggestionMarker = (fingerprint: string): string => `<!-- code2lora:suggestion v1 ${fingerprint} -->`;

function introduction({ check, pullRequest }: ActionReport, findings: readonly Finding[]): string {
  const { assertions } = check.summary;
  const number = assertions === 1 ? 'the assertion' : `the ${assertions} assertions`;
  const where = `${number} ${pullRequest === null ? 'checked' : 'that this pull request adds or changes'}`;
  const who = "a model that has learned from the repository's history";
  return findings.some(({ assertion }) => assertion.verdict === 'surprising')
    ? `In ${where}, this stands out to ${who}. It is worth a second look: the test, the code or the model is wrong.`
    : `For values left open in ${where}, ${who} proposes these.`;
}

/** Two lines: what the test claims; what the adapter expects and how sure it is. */
function renderFinding(finding: Finding, report: ActionReport, serverUrl: string): string {
  const { assertion } = finding;
  const repository: Repository = { serverUrl, repository: report.repository, sha: headOf(report) };
  const place = link(codeSpan(placeName(assertion)), permalink(repository, assertion));
  const test = assertion.test === '' ? '' : ` In ${codeSpan(testName(assertion.test))}.`;
  return `- ${place} ${claimOf(assertion, report.suggestions)}\n  ${explain(finding, shownCode)}${test}`;
}

/** The whole line where it is known, else the value. */
function claimOf(
  { path, line, column, written }: AssertionReport,
  suggestions: readonly Suggestion[],
): string {
  const isHere = (item: Suggestion) => item.path === path && item.line === line && item.column === column;
  const lineText = suggestions.find(isHere)?.lineText;
  if (lineText !== undefined) return codeSpan(oneLine(lineText.trim(), MAX_SHOWN_LINE));
  return written === null ? 'leaves the value open' : `says ${shownCode(written)}`;
}

const foldedItems = (items: readonly string[]): string[] =>
  items.length === 0 ? [] : [details(`${items.length} more, less certain`, items.join('\n'))];

function howToMute(findings: readonly Finding[]): string {
  const comments = [...new Set(findings.map(({ assertion }) => codeSpan(muteComment(assertion.language))))];
  return `Not useful? ${comments.join(' or ')} on an assertion's line or alone above it mutes it; globs in \`check.ignore\` of \`code2lora.config.json\` mute files.`;
}

function chartOf({ gains }: ActionReport): string {
  const chart = renderGainChart(gains);
  return chart === '' ? '' : details("The adapter's gain over the last checks", chart);
}

/** One small line at the end: which model said this, and what its probabilities assume. */
function footer({ check: { model, snapshot, wrongPrior } }: ActionReport): string {
  const name = escapeText(oneLine(`${model.pack} ${model.version} on ${model.device}`, MAX_SHOWN_VALUE));
  const prior =
    wrongPrior === undefined
      ? ''
      : ` · "likely wrong" takes ${percent(wrongPrior)} of new values to be wrong`;
  return `<sub>${name} · adapter of \`${shortSha(snapshot.commit)}\` · ${stateLength(snapshot)}${prior}</sub>`;
}

const headOf = ({ pullRequest, check }: ActionReport): string => pullRequest?.head ?? check.range.head;

const shownCode = (text: string): string => codeSpan(oneLine(text, MAX_SHOWN_VALUE));
