/**
 * A report of any size → one that the job that comments will accept. Pure.
 *
 * In: what a check has found. Out: the same within action-report-limits.ts: findings stay, then the other assertions
 * as long as there is room; a notice counts what went. The counts of the summary are those of the whole check.
 */
import * as limits from './action-report-limits.ts';
import { findingOf } from './findings.ts';
import type { ActionReport, AssertionReport } from './schema.ts';
import { takeWithin } from './take-within.ts';
import { oneLine } from './visible.ts';

export function fitActionReport(report: ActionReport): ActionReport {
  const assertions = report.check.assertions.filter(isAcceptable).map(withShortTexts);
  const ranked = findingsFirst(assertions).slice(0, limits.MAX_ASSERTIONS);
  const space = limits.MAX_REPORT_BYTES - Buffer.byteLength(serializeReport(withAssertions(report, [])));
  const fitting = takeWithin(ranked, space, {
    render: (item) => JSON.stringify(item),
    sizeOf: Buffer.byteLength,
  });
  const kept = new Set(ranked.slice(0, fitting.length));
  const inOrder = assertions.filter((assertion) => kept.has(assertion));
  return withAssertions(report, inOrder);
}

/** The file as it is uploaded. */
export const serializeReport = (report: ActionReport): string => `${JSON.stringify(report)}\n`;

function withAssertions(report: ActionReport, assertions: AssertionReport[]): ActionReport {
  const left = report.check.assertions.length - assertions.length;
  const note =
    left > 0 ? [`${left} assertions are left out of report.json, those without a finding first.`] : [];
  const suggestions = report.suggestions.filter(isAcceptable).slice(0, limits.MAX_SUGGESTIONS);
  return {
    ...report,
    check: { ...report.check, assertions, notices: shortNotices([...note, ...report.check.notices]) },
    suggestions: suggestions.map((suggestion) => ({ ...suggestion, test: short(suggestion.test) })),
    gains: report.gains.slice(-limits.MAX_GAINS),
    notices: shortNotices(report.notices),
  };
}

const isAcceptable = ({ path }: { path: string }): boolean =>
  path.length <= limits.MAX_PATH && limits.SAFE_PATH.test(path);

/** Else in their order. */
const findingsFirst = (assertions: readonly AssertionReport[]): AssertionReport[] => [
  ...assertions.filter((assertion) => findingOf(assertion) !== null),
  ...assertions.filter((assertion) => findingOf(assertion) === null),
];

function withShortTexts(assertion: AssertionReport): AssertionReport {
  const candidates = assertion.candidates.filter(({ text }) => text.length <= limits.MAX_TEXT);
  return {
    ...assertion,
    test: short(assertion.test),
    written: assertion.written === null ? null : short(assertion.written),
    candidates: candidates.slice(0, limits.MAX_CANDIDATES),
  };
}

const short = (text: string): string =>
  text.length <= limits.MAX_TEXT ? text : oneLine(text, limits.MAX_TEXT);

const MAX_NOTICE = 500;
function shortNotices(notices: readonly string[]): string[] {
  const left = notices.length - limits.MAX_NOTICES + 1;
  const kept =
    left > 1 ? [...notices.slice(0, limits.MAX_NOTICES - 1), `${left} more notices are left out.`] : notices;
  return kept.map((notice) => oneLine(notice, MAX_NOTICE));
}
