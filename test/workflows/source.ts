/**
 * A workflow or action.yml as the audits see it: plain data, and the lines of the text that a place in it spans.
 * An audit takes that and returns flaws.
 *
 * Only what the audits ask for has a type. Anything may be missing or of another kind: it is a user's file.
 */
import { type Document, isMap, isScalar, type Node, parseDocument } from 'yaml';

export type Place = readonly (string | number)[];

export interface Step {
  uses?: string;
  run?: string;
  if?: unknown;
  with?: Record<string, unknown>;
  env?: unknown;
  shell?: string;
}

export interface Job {
  'runs-on'?: unknown;
  'timeout-minutes'?: unknown;
  if?: unknown;
  uses?: string;
  secrets?: unknown;
  permissions?: unknown;
  concurrency?: unknown;
  container?: unknown;
  services?: Record<string, unknown>;
  env?: unknown;
  steps?: Step[];
}

export interface WorkflowData {
  name?: string;
  on?: unknown;
  permissions?: unknown;
  concurrency?: unknown;
  env?: unknown;
  jobs?: Record<string, Job>;
  /** Of an action.yml. */
  runs?: { using?: string; image?: string; steps?: Step[] };
}

export interface Source {
  /** Such as `.github/workflows/ci.yml`; an action's metadata ends in `action.yml`. */
  path: string;
  text: string;
  data: WorkflowData;
  document: Document;
}

export interface Flaw {
  place: Place;
  message: string;
}
export type Audit = (source: Source) => Flaw[];
export const flaw = (place: Place, message: string): Flaw => ({ place, message });

export function readSource(path: string, text: string): Source {
  const document = parseDocument(text, { merge: true });
  return { path, text, document, data: (document.toJS() ?? {}) as WorkflowData };
}

/** A mapping's entries; none of anything else, so that a text is not taken for a list of letters. */
export const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

export const isWorkflow = ({ data }: Source): boolean => data.runs === undefined;

export const jobsOf = ({ data }: Source): { place: Place; job: Job }[] =>
  Object.entries(data.jobs ?? {}).map(([id, job]) => ({ place: ['jobs', id], job: job ?? {} }));

/** Of jobs, and of a composite action. */
export function stepsOf(source: Source): { place: Place; step: Step }[] {
  const owners = [
    ...jobsOf(source).map(({ place, job }) => ({ place, steps: job.steps })),
    { place: ['runs'], steps: source.data.runs?.steps },
  ];
  return owners.flatMap(({ place, steps }) =>
    (steps ?? []).map((step, index) => ({ place: [...place, 'steps', index], step: step ?? {} })),
  );
}

/** Names of the events, in whichever of the three ways they are written. */
export function eventsOf({ data }: Source): string[] {
  if (typeof data.on === 'string') return [data.on];
  if (Array.isArray(data.on)) return data.on.map(String);
  return Object.keys(data.on ?? {});
}

/** First and last line of what stands at a place, its key included; counted from 0. */
export function linesOf({ document, text }: Source, place: Place): [number, number] {
  const parent = document.getIn(place.slice(0, -1), true);
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && key.value === place.at(-1))
    : undefined;
  const value = document.getIn(place, true) as Node | undefined;
  const from = (pair?.key as Node | undefined)?.range?.[0] ?? value?.range?.[0] ?? 0;
  const to = Math.max(from, text.slice(0, value?.range?.[1] ?? from).trimEnd().length);
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length - 1;
  return [lineAt(from), lineAt(to)];
}
