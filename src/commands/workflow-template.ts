/**
 * The text of the workflow files: templates filled in, and what the user changed in a file of ours carried over.
 *
 * In: a template's name, values, the file that is there. Out: text. Knows neither git nor where the files go.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, isMap, isScalar, type Node, parseDocument } from 'yaml';
import { InternalError } from '../errors.ts';

export type TemplateName = 'cpu' | 'gpu' | 'comment';

export interface WorkflowValues {
  /** Name of the default branch, as git gives it. */
  branch: string;
  /** Five fields. */
  cron: string;
  /** What stands after `uses:`. */
  action: string;
  /** What stands after `runs-on:` in the job for the GPU. */
  runsOn: string;
}

export function renderWorkflow(name: TemplateName, { branch, cron, action, runsOn }: WorkflowValues): string {
  return readTemplate(`${name}.yml`)
    .replace('__branch__', () => quoteBranch(branch))
    .replace('__cron__', () => cron)
    .replaceAll('__action__', () => action)
    .replace('__runs-on__', () => runsOn);
}

/** The action in a file of ours: what stands after a `uses:` that is not GitHub's own; by its name where several are. */
export function actionOf(text: string): string | undefined {
  const candidates = uses(text).filter((reference) => !isGitHubs(reference));
  return candidates.find((reference) => reference.includes('code2lora')) ?? candidates[0];
}

/** What the user asked for in so many words: that is not carried over. */
export interface Asked {
  action?: boolean;
  runsOn?: boolean;
}

/**
 * Carries over what belongs to the user or is kept up to date by a bot: the runners of jobs that both texts have,
 * the branches and the weekly time, and the pins of actions. Text that is no YAML carries nothing over.
 */
export function carryOver(rendered: string, existing: string, asked: Asked = {}): string {
  const theirs = parseDocument(existing);
  if (theirs.errors.length > 0 || !isMap(theirs.contents)) return rendered;
  const jobs = jobsOf(theirs).filter((job) => !(asked.runsOn && job === GPU_JOB));
  const paths = [
    ['on', 'push', 'branches'],
    ['on', 'schedule', 0, 'cron'],
    ...jobs.map((job) => ['jobs', job, 'runs-on']),
  ];
  const pinned = carryPins(rendered, existing, asked);
  return paths.reduce<string>((text, path) => carryValue(text, path, existing), pinned);
}

/** The job of gpu.yml that runs on the user's machine. */
const GPU_JOB = 'adapter';

type Path = readonly (string | number)[];

/** The value's source text, from the end of the key on, so that a list below its key comes over as it is. */
function carryValue(text: string, path: Path, existing: string): string {
  const [own, theirs] = [valueSpan(text, path), valueSpan(existing, path)];
  if (!own || !theirs) return text;
  const carried = text.slice(0, own[0]) + existing.slice(...theirs) + text.slice(own[1]);
  // another indentation can change what the lines mean; then the template's value stays
  return valueAt(carried, path) === valueAt(existing, path) ? carried : text;
}

function carryPins(rendered: string, existing: string, asked: Asked): string {
  const kept = uses(existing).filter((reference) => !asked.action || isGitHubs(reference));
  const pins = new Map(kept.map((reference) => [reference.split('@')[0], reference]));
  return rendered.replace(USES, (line, start: string, reference: string) => {
    const pin = pins.get(reference.split('@')[0]);
    return pin === undefined ? line : `${start}${pin}`;
  });
}

const USES = /^([ ]+(?:- )?uses: )(\S+@.*\S)[ ]*$/gm;
const isGitHubs = (reference: string): boolean => reference.startsWith('actions/');
const uses = (text: string): string[] =>
  [...text.matchAll(USES)].flatMap(([, , reference]) => reference ?? []);

function jobsOf(document: Document): string[] {
  const jobs = document.get('jobs');
  return isMap(jobs) ? jobs.items.map(({ key }) => String(key)) : [];
}

/** From the end of the key to the end of the value's last line, so with the comment that stands there. */
function valueSpan(source: string, path: Path): [number, number] | undefined {
  const map = parseDocument(source).getIn(path.slice(0, -1));
  const pair = isMap(map)
    ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
    : undefined;
  const from = (pair?.key as Node | undefined)?.range?.[1];
  const to = (pair?.value as Node | null | undefined)?.range?.[1];
  if (from === undefined || to === undefined) return undefined;
  const last = source.slice(0, to).trimEnd().length;
  return [from, source.indexOf('\n', last) < 0 ? source.length : source.indexOf('\n', last)];
}

const valueAt = (source: string, path: Path): string => {
  const document = parseDocument(source);
  return document.errors.length > 0 ? '' : JSON.stringify(document.getIn(path));
};

/** Branch filters are patterns: `+`, `!` and `]` mean something there, and git allows them in names. */
function quoteBranch(branch: string): string {
  const pattern = branch.replace(/[+!\]\\]/g, '\\$&');
  return /^[A-Za-z][\w/-]*$/.test(pattern) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(pattern)
    ? pattern
    : `'${pattern.replaceAll("'", "''")}'`;
}

/** Beside this file in src/; in dist/workflows/, beside the bundle or above its chunks. */
function readTemplate(name: string): string {
  const places = ['./workflows/', '../workflows/'].map((folder) =>
    fileURLToPath(new URL(folder + name, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return readFileSync(found, 'utf8').replaceAll('\r\n', '\n');
  throw new InternalError(`The workflow template ${name} is not in the package: ${places.join(', ')}`);
}
