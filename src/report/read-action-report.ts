/**
 * The text of a report.json that somebody else has written → an ActionReport, or an error that names the field.
 *
 * In: untrusted text. Out: data of the published shape, small enough to be rendered, with paths that stay inside of
 * the repository. Its claims are still only claims: number, commits and lines have to be compared with GitHub.
 * Loads the schemas, which no other report code does at run time.
 */
import { Check, Errors } from 'typebox/value';
import { GitHubError } from '../errors.ts';
import * as limits from './action-report-limits.ts';
import { type ActionReport, ActionReportSchema } from './schema.ts';
import { oneLine } from './visible.ts';

/**
 * Throws GitHubError, as for everything that GitHub hands us and that is not what we asked for: the person who reads
 * the message has not written the file and cannot mend it.
 */
export function readActionReport(text: string): ActionReport {
  const size = Buffer.byteLength(text);
  if (size > limits.MAX_REPORT_BYTES)
    throw refusal(`it has ${size} bytes`, `at most ${limits.MAX_REPORT_BYTES}`);
  const value = parse(text);
  if (Check(SCHEMA, value)) return value as ActionReport;
  // The path is one of our names and numbers, but for a key of `timings`.
  const error = Errors(SCHEMA, value).find(({ keyword }) => keyword !== 'anyOf' && keyword !== 'boolean');
  const field = error?.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
  throw refusal(
    `"${oneLine(field, 100)}" is not valid`,
    oneLine(error?.message ?? 'the published schema', 200),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal('it is not JSON', 'the report.json of the Action', cause);
  }
}

function refusal(found: string, expected: string, cause?: unknown): GitHubError {
  return new GitHubError(
    `Cannot use report.json of the checked run: ${found} (expected: ${expected}).\n` +
      'Nothing of it was used. If the run was made with another version of code2lora, use the same version in both workflows.',
    { cause },
  );
}

type Schema = { [key: string]: Schema } & {
  type?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  items?: Schema;
};

/** Most items of the lists, by the name of their property. */
const MAX_ITEMS: Readonly<Record<string, number>> = {
  assertions: limits.MAX_ASSERTIONS,
  candidates: limits.MAX_CANDIDATES,
  suggestions: limits.MAX_SUGGESTIONS,
  gains: limits.MAX_GAINS,
  parts: limits.MAX_PARTS,
  notices: limits.MAX_NOTICES,
};
const TIMINGS = {
  type: 'object',
  maxProperties: limits.MAX_TIMINGS,
  propertyNames: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,39}$' },
  additionalProperties: { type: 'number', minimum: 0 },
};
const EVENT = { type: 'string', pattern: '^[a-z_]{1,40}$' };
const PATH = { type: 'string', pattern: limits.SAFE_PATH.source, maxLength: limits.MAX_PATH };
const FIXED: Readonly<Record<string, object>> = { timings: TIMINGS, event: EVENT, path: PATH };

/** The published schema with a limit on everything that has a length. */
const SCHEMA = bounded(JSON.parse(JSON.stringify(ActionReportSchema)), '') as object;

function bounded(schema: Schema, name: string): object {
  const fixed = FIXED[name];
  if (fixed) return fixed;
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((option) => bounded(option, name)) };
  if (schema.type === 'string') return { maxLength: limits.MAX_TEXT, ...schema };
  if (schema.type === 'array') {
    const maxItems = MAX_ITEMS[name] ?? 0; // a new list needs a limit of its own
    return { ...schema, maxItems, items: bounded(schema.items as Schema, `${name}[]`) };
  }
  if (schema.type !== 'object') return schema;
  const entries = Object.entries(schema.properties ?? {});
  return {
    ...schema,
    properties: Object.fromEntries(entries.map(([key, part]) => [key, bounded(part, key)])),
  };
}
