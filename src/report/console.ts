/**
 * Reports → text for a terminal. Pure: in goes data, out come lines.
 *
 * Quiet unless there is something to say: surprising values and values for open assertions first, the rest
 * in one line of counts. Source text is shown as written but with control characters made visible, so that
 * a file name or a literal cannot move the cursor.
 */

import type { AssertionReport, CheckReport, StatusReport, Summary } from './schema.ts';
import { describeState } from './state-words.ts';
import { VERDICTS } from './verdict-names.ts';

const MAX_VALUE_LENGTH = 48;
/** Below it a candidate is a guess that helps nobody; `--json` has them all. */
const MIN_SHOWN_PROBABILITY = 0.05;

/** The story of one `run` or `check`. */
export function renderCheck(report: CheckReport, options: { details: boolean }): string {
  const { snapshot, summary, assertions } = report;
  const findings = assertions.filter(({ verdict }) => verdict === 'surprising' || verdict === 'open');
  const shown = options.details ? assertions : findings;
  return [
    `adapter   ${short(snapshot.commit)} ${describeState(snapshot)} (${report.model.pack} ${report.model.version}, ${report.model.precision} on ${report.model.device})`,
    `checked   ${count(summary.assertions, 'assertion')} ${report.range.description}`,
    ...(summary.assertions > 0 ? [`          ${renderCounts(summary)}`] : []),
    ...(summary.nll === null ? [] : [`          ${renderQuality(summary)}`]),
    ...report.notices.map((notice) => `note      ${visible(notice)}`),
    ...(findings.some(({ wrongProbability }) => wrongProbability !== undefined)
      ? [`note      "likely wrong" takes ${percent(report.wrongPrior ?? 0)} of new values to be wrong`]
      : []),
    ...groupByPath(shown).flatMap(renderGroup),
  ].join('\n');
}

/** Candidates for one place, most likely first. */
export function renderCandidates(assertion: AssertionReport): string {
  const place = `${visible(assertion.path)}:${assertion.line}:${assertion.column}`;
  const written = assertion.written === null ? 'left open' : `written ${inline(assertion.written)}`;
  const probability = assertion.probability === null ? '' : `, ${percent(assertion.probability)}`;
  const wrong =
    assertion.wrongProbability === undefined ? '' : `, ${percent(assertion.wrongProbability)} likely wrong`;
  return [
    `${place}  ${assertion.test ? `${visible(assertion.test)}  ` : ''}(${written}${probability}${wrong})`,
    ...assertion.candidates.map((item) => `  ${percent(item.probability).padStart(6)}  ${inline(item.text)}`),
  ].join('\n');
}

/** Where the adapter stands and what the last check found. */
export function renderStatus(status: StatusReport): string {
  const { snapshot, behind, worker, lastCheck, lastError } = status;
  return [
    snapshot === null
      ? 'adapter   none yet: run "code2lora run"'
      : `adapter   ${short(snapshot.commit)}, ${behind === 0 ? 'at HEAD' : behind === null ? 'not an ancestor of HEAD' : `${count(behind, 'commit')} behind HEAD`}`,
    ...useLines(status),
    `worker    ${worker.state}${worker.pid === null ? '' : ` (process ${worker.pid})`}`,
    `hooks     ${status.hooks.installed ? `installed (${status.hooks.mode})` : 'not installed: run "code2lora init"'}`,
    lastCheck === null
      ? 'check     none yet'
      : `check     ${short(lastCheck.commit)} at ${lastCheck.finishedAt}: ${renderCounts(lastCheck.summary)}`,
    ...groupByPath(lastCheck?.findings ?? []).flatMap(renderGroup),
    ...(lastError === null ? [] : [`error     ${lastError.at}: ${visible(lastError.message)}`]),
  ].join('\n');
}

/** Only where another adapter than the newest one checks. */
function useLines({ use }: Pick<StatusReport, 'use'>): string[] {
  if (!use || use.promoted) return [];
  const instead = use.using === null ? 'one that knows no repository' : `that of ${short(use.using)}`;
  return [`in use    ${instead}: ${visible(use.reason ?? 'the newest does harm')}`];
}

/** One row of the table; `renderTable` pads the cells. */
function assertionRow(assertion: AssertionReport): string[] {
  const [best, second] = assertion.candidates;
  const runnerUp = second ? `then ${inline(second.text)} (${percent(second.probability)})` : '';
  const isFinding = assertion.verdict === 'surprising' || assertion.verdict === 'open';
  const isShown = best && (isFinding || best.probability >= MIN_SHOWN_PROBABILITY);
  return [
    `${assertion.line}:${assertion.column}`,
    assertion.verdict,
    assertion.written === null ? '(open)' : inline(assertion.written),
    assertion.probability === null ? '' : percent(assertion.probability),
    isShown && assertion.verdict !== 'expected'
      ? `expects ${inline(best.text)} (${percent(best.probability)})`
      : '',
    isFinding ? runnerUp : '',
    isFinding && assertion.wrongProbability !== undefined
      ? `${percent(assertion.wrongProbability)} likely wrong`
      : '',
    assertion.test === '' ? '' : `in ${visible(assertion.test)}`,
  ];
}

function renderGroup([path, items]: [string, AssertionReport[]]): string[] {
  return ['', visible(path), ...renderTable(items.map(assertionRow))];
}

/** Pads every column to its widest cell; the last one and what is behind it stays as it is. */
function renderTable(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((_, column) => widths[column])
      .join('  ')}`.trimEnd(),
  );
}

const renderCounts = (summary: Summary): string =>
  VERDICTS.filter((verdict) => summary[verdict] > 0)
    .map((verdict) => `${summary[verdict]} ${verdict}`)
    .join(', ') || 'nothing to check';

function renderQuality({ exactMatch, nll, baseNll }: Summary): string {
  const gain =
    nll === null || baseNll === null
      ? ''
      : `, nll/token ${nll.toFixed(2)} (base model ${baseNll.toFixed(2)})`;
  return `exact match ${percent(exactMatch ?? 0)}${gain}`;
}

function groupByPath(items: readonly AssertionReport[]): [string, AssertionReport[]][] {
  const groups = new Map<string, AssertionReport[]>();
  for (const item of items) groups.set(item.path, [...(groups.get(item.path) ?? []), item]);
  return [...groups];
}

/** One line, cut in the middle of nowhere but never silently. */
function inline(text: string): string {
  const line = visible(text.replace(/\s*\n\s*/g, ' '));
  return line.length <= MAX_VALUE_LENGTH ? line : `${line.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}

/** Control characters, bidirectional overrides and line separators as escapes. */
const visible = (text: string): string =>
  text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: making them visible is the point
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const short = (sha: string): string => sha.slice(0, 10);
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`;
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
