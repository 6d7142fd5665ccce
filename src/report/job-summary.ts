/**
 * A report → the summary of a job. Pure.
 *
 * In: a report of any size. Out: Markdown that begins with the outcome, has the details folded, and stays below
 * 900 KB: GitHub drops a summary of more than 1 MiB as a whole. What does not fit is counted.
 */

import {
  countFindings,
  expectation,
  type Finding,
  findingsOf,
  likelyWrong,
  MAX_SHOWN_VALUE,
} from './findings.ts';
import { renderGainChart } from './gain-chart.ts';
import {
  details,
  escapeText,
  link,
  permalink,
  placeName,
  type Repository,
  tableCode,
  tableRow,
  testName,
} from './markdown.ts';
import type { ActionReport, AssertionReport, Summary } from './schema.ts';
import { stateLength } from './state-words.ts';
import { takeWithin } from './take-within.ts';
import { VERDICTS } from './verdict-names.ts';
import { count, oneLine, percent, shortSha } from './visible.ts';

const MAX_BYTES = 900_000;
/** For headings, folds, counts of what is left out, the model and the chart. */
const FIXED_BYTES = 20_000;
const MAX_NOTICE = 500;
const NOTICE_BYTES = 100_000;
const MAX_FINDING_BYTES = 400_000;

const FINDING_COLUMNS = ['Where', 'Test', 'Written', 'The adapter'];
const OTHER_COLUMNS = ['Where', 'Verdict', 'Written', 'Probability', 'Base model', 'First candidate'];

export function renderJobSummary(report: ActionReport, { serverUrl }: { serverUrl: string }): string {
  const { check, pullRequest, repository } = report;
  const sha = pullRequest?.head ?? check.range.head;
  const place = placeCell({ serverUrl, repository, sha });
  const findings = findingsOf(check.assertions);
  const found = new Set(findings.map(({ assertion }) => assertion));
  const others = check.assertions.filter((assertion) => !found.has(assertion));
  const notices = renderNotices([...new Set([...check.notices, ...report.notices])]);
  const table = renderTable(findings, {
    columns: FINDING_COLUMNS,
    render: (finding) => findingRow(finding, place),
    space: MAX_FINDING_BYTES,
  });
  const otherTable = renderTable(others, {
    columns: OTHER_COLUMNS,
    render: (assertion) => otherRow(assertion, place),
    space: MAX_BYTES - FIXED_BYTES - bytes(notices) - bytes(table),
  });
  return `${[
    `### code2lora: ${headline(check.summary, findings)}`,
    outcome(report),
    table,
    otherTable && details(`${count(others.length, 'assertion')} without a finding`, otherTable),
    notices,
    chart(report),
    details('Model, adapter and timings', origin(report)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

const headline = ({ assertions }: Summary, findings: readonly Finding[]): string =>
  countFindings(findings) || (assertions === 0 ? 'nothing to check' : 'nothing stands out');

/** Counts and quality in two sentences. */
function outcome({ check: { summary, range } }: ActionReport): string {
  const { assertions, exactMatch, nll, baseNll } = summary;
  const checked = `${count(assertions, 'assertion')} ${escapeText(oneLine(range.description, MAX_SHOWN_VALUE))}`;
  const counts = VERDICTS.filter((verdict) => summary[verdict] > 0).map(
    (verdict) => `${summary[verdict]} ${verdict}`,
  );
  if (counts.length === 0) return `Checked ${checked}.`;
  const exact =
    exactMatch === null
      ? ''
      : ` The adapter would have written ${Math.round(exactMatch * 100)}% of the values`;
  const gain =
    nll === null || baseNll === null
      ? ''
      : `, at ${nll.toFixed(2)} nats per token (base model ${baseNll.toFixed(2)})`;
  return `Checked ${checked}: ${counts.join(', ')}.${exact && `${exact}${gain}.`}`;
}

type PlaceCell = (assertion: AssertionReport) => string;

const placeCell =
  (repository: Repository): PlaceCell =>
  (assertion) =>
    link(tableCode(placeName(assertion)), permalink(repository, assertion));

function findingRow(finding: Finding, place: PlaceCell): string {
  const { test, written, probability } = finding.assertion;
  const doubt = likelyWrong(finding.assertion);
  const gets = `${percent(probability ?? 0)}${doubt === null ? '' : `; ${doubt}`}`;
  return tableRow([
    place(finding.assertion),
    tableCode(testName(test)),
    written === null ? 'open' : `${shown(written)} (${gets})`,
    expectation({ ...finding, written }, shown),
  ]);
}

function otherRow(assertion: AssertionReport, place: PlaceCell): string {
  const { verdict, written, probability, baseProbability, candidates } = assertion;
  const [first] = candidates;
  return tableRow([
    place(assertion),
    verdict,
    written === null ? '' : shown(written),
    probability === null ? '' : percent(probability),
    baseProbability === null ? '' : percent(baseProbability),
    first ? `${shown(first.text)} (${percent(first.probability)})` : '',
  ]);
}

interface TableOptions<T> {
  columns: readonly string[];
  render: (item: T) => string;
  /** Bytes. */
  space: number;
}

/** As many rows as fit, and how many did not; '' without rows. */
function renderTable<T>(items: readonly T[], { columns, render, space }: TableOptions<T>): string {
  if (items.length === 0) return '';
  const taken = takeWithin(items, space, { render, sizeOf: bytes });
  const left = items.length - taken.length;
  const head = [tableRow(columns), tableRow(columns.map(() => '---'))];
  const table = taken.length > 0 ? [...head, ...taken].join('\n') : '';
  const more = left > 0 ? `${count(left, 'row')} left out: a summary has room for 900 KB.` : '';
  return [table, more].filter((part) => part !== '').join('\n\n');
}

function renderNotices(notices: readonly string[]): string {
  if (notices.length === 0) return '';
  const render = (notice: string) => `- ${escapeText(oneLine(notice, MAX_NOTICE))}`;
  const taken = takeWithin(notices, NOTICE_BYTES, { render, sizeOf: bytes });
  const left = notices.length - taken.length;
  const more = left > 0 ? [`- ${left} more are left out.`] : [];
  return details(count(notices.length, 'notice'), [...taken, ...more].join('\n'));
}

function chart({ gains }: ActionReport): string {
  const drawn = renderGainChart(gains);
  return drawn === '' ? '' : details("The adapter's gain over the last checks", drawn);
}

/** What it takes to say which model said this, and where its memory came from. */
function origin({ check, adapter }: ActionReport): string {
  const { model, snapshot, timings, wrongPrior } = check;
  const restored =
    adapter.restoredFrom === null
      ? 'built from the history'
      : `restored from artifact ${adapter.restoredFrom}${adapter.restoredCommit ? ` of ${shortSha(adapter.restoredCommit)}` : ''}`;
  const uploaded = adapter.artifact === null ? '' : `, uploaded as artifact ${adapter.artifact}`;
  const seconds = Object.entries(timings).map(([name, time]) => `${name} ${(time / 1000).toFixed(1)} s`);
  const lines = [
    `model: ${model.pack} ${model.version} on ${model.device}, ${model.precision}, ${model.engine}`,
    `adapter: commit ${shortSha(snapshot.commit)}, ${stateLength(snapshot)}, ${restored}, ${count(adapter.advancedBy, 'commit')} read on top${uploaded}`,
    `snapshot: ${snapshot.id}`,
    ...(wrongPrior === undefined
      ? []
      : [`probabilities: "likely wrong" takes ${percent(wrongPrior)} of new values to be wrong`]),
    `time: ${seconds.join(', ')}`,
  ];
  return lines.map((line) => `- ${escapeText(oneLine(line, MAX_NOTICE))}`).join('\n');
}

const shown = (text: string): string => tableCode(oneLine(text, MAX_SHOWN_VALUE));

const bytes = (text: string): number => Buffer.byteLength(text);
