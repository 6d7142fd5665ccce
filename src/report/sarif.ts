/**
 * A report → SARIF 2.1.0 (OASIS, 27 March 2020), for code scanning and other readers. Pure.
 *
 * In: a report. Out: a log with one run. Findings are no vulnerabilities: the level is `note`. Section numbers are
 * those of the standard.
 */
import { createHash } from 'node:crypto';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { explain, type Finding, findingsOf, plainQuote } from './findings.ts';
import { encodePath } from './markdown.ts';
import type { ActionReport, AssertionReport } from './schema.ts';

/** What GitHub shows of one run (docs: SARIF support for code scanning). */
const MAX_RESULTS = 5000;

const RULES: ReportingDescriptor[] = [
  rule('code2lora/surprising', {
    name: 'SurprisingExpectedValue',
    short: 'The expected value is not what the history of the repository suggests.',
    full: 'A model that was adapted to the history of the production code gives the written value a low probability, and another value a high one. The test, the code or the model is wrong.',
  }),
  rule('code2lora/open', {
    name: 'OpenExpectedValue',
    short: 'The expected value is left open, and the adapter proposes one.',
    full: 'The assertion has no expected value or a placeholder. A model that was adapted to the history of the production code finds one value more likely than all others together.',
  }),
];

export function toSarif({ check }: ActionReport): Log {
  const findings = findingsOf(check.assertions).slice(0, MAX_RESULTS);
  const fingerprint = fingerprints();
  const { pack, version, device, engine } = check.model;
  const driver = { name: 'code2lora', rules: RULES, properties: { pack, version, device, engine } };
  return {
    version: '2.1.0',
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    runs: [
      {
        tool: { driver },
        automationDetails: { id: 'code2lora/' }, // 3.17: keeps our alerts apart from those of other tools
        columnKind: 'utf16CodeUnits', // 3.14.17
        results: findings.map((finding) => resultOf(finding, fingerprint(finding.assertion))),
      },
    ],
  };
}

function resultOf(finding: Finding, fingerprint: string): Result {
  const { assertion, best } = finding;
  const { path, line, column, endLine, endColumn, probability, wrongProbability, written } = assertion;
  const ruleId = `code2lora/${assertion.verdict}`;
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ruleId,
    ruleIndex: RULES.findIndex(({ id }) => id === ruleId),
    level: 'note',
    message: { text: explain(finding, plainQuote).replaceAll('](', '] (') }, // 3.11.6: would be a link
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodePath(path), uriBaseId: '%SRCROOT%' },
          region,
        },
      },
    ],
    partialFingerprints: { 'code2loraAssertion/v1': fingerprint },
    // 3.27.25: 0 to 100, how much it matters
    rank: Math.round((wrongProbability ?? best.probability) * 1000) / 10,
    properties: {
      ...{ written, probability, candidates: assertion.candidates, test: assertion.test },
      ...(wrongProbability === undefined ? {} : { wrongProbability }),
    },
  };
}

/**
 * 3.27.17: the same for the same assertion after lines above it came or went. The line is not in it, and neither is
 * what the adapter expects, which moves with every commit; equal assertions of a test are numbered.
 */
function fingerprints(): (assertion: AssertionReport) => string {
  const seen = new Map<string, number>();
  return ({ path, test, family, verdict, written }) => {
    const key = JSON.stringify([path, test, family, verdict, written]);
    const number = seen.get(key) ?? 0;
    seen.set(key, number + 1);
    return createHash('sha256').update(`${key}${number}`).digest('hex').slice(0, 32);
  };
}

function rule(
  id: string,
  { name, short, full }: { name: string; short: string; full: string },
): ReportingDescriptor {
  return {
    id,
    name,
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: {
      text: `${full} To mute an assertion, write code2lora-ignore in a comment on its line or above it.`,
    },
    defaultConfiguration: { level: 'note' },
    properties: { tags: ['test', 'assertion'], precision: 'low' },
  };
}
