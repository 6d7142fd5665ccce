/**
 * What the workflow asks for: the inputs of action.yml, checked.
 *
 * In: the environment that the runner sets from them. Out: Inputs, or a UsageError that names the input, what was
 * found and what was expected. An empty input means its default. Knows nothing about events.
 */
import { parseSize } from '../inference/memory-size.ts';
import { FAIL_ON, type FailOn } from '../report/findings.ts';
import { parseDevice } from '../runtime/device.ts';
import type { MaxHistory } from '../runtime/manifest-adaptation.ts';
import { readBooleanInput, readInput, wrongInput } from './runner.ts';

export interface Inputs {
  githubToken: string;
  /** Folder of the checkout, relative to the workspace. */
  path: string;
  device: string;
  /** Undefined: what the configuration says. */
  model: string | undefined;
  config: string | undefined;
  /** Such as `3G`. */
  maxMemory: string | undefined;
  /** In commits. */
  maxHistory: MaxHistory | undefined;
  /** Undefined: what the event says. */
  base: string | undefined;
  head: string | undefined;
  /** `open`: on open and on surprising ones. */
  failOn: FailOn;
  comment: boolean;
  suggestions: boolean;
  maxSuggestions: number;
  summary: boolean;
  annotations: boolean;
  /** Where to write them; undefined: not at all. */
  sarif: string | undefined;
  junit: string | undefined;
  stateArtifact: string;
  /** Undefined: the repository's setting. */
  retentionDays: number | undefined;
}

/** The defaults of action.yml (a test compares them). */
export const INPUT_DEFAULTS = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
  'github-token': '${{ github.token }}',
  path: '.',
  device: 'auto',
  model: '',
  config: '',
  'max-memory': '',
  'max-history': '',
  base: '',
  head: '',
  'fail-on': 'never',
  comment: 'true',
  suggestions: 'true',
  'max-suggestions': '5',
  summary: 'true',
  annotations: 'true',
  sarif: '',
  junit: '',
  'state-artifact': 'code2lora-state',
  'retention-days': '',
} as const;
type InputName = keyof typeof INPUT_DEFAULTS;

const MAX_SUGGESTIONS = 50;
/** Of a private repository; a public one has 90, and GitHub cuts down to that. */
const MAX_RETENTION_DAYS = 400;

/** Throws UsageError. */
export function readInputs(): Inputs {
  return {
    githubToken: token(),
    path: text('path'),
    device: parseDevice(text('device'), 'Input "device"'),
    model: optional('model'),
    config: optional('config'),
    maxMemory: size('max-memory'),
    maxHistory: history('max-history'),
    base: revision('base'),
    head: revision('head'),
    failOn: oneOf('fail-on', FAIL_ON),
    comment: flag('comment'),
    suggestions: flag('suggestions'),
    maxSuggestions: count('max-suggestions', { min: 0, max: MAX_SUGGESTIONS }) as number,
    summary: flag('summary'),
    annotations: flag('annotations'),
    sarif: optional('sarif'),
    junit: optional('junit'),
    stateArtifact: artifactName('state-artifact'),
    retentionDays: count('retention-days', { min: 1, max: MAX_RETENTION_DAYS }),
  };
}

const text = (name: InputName): string => readInput(name) || INPUT_DEFAULTS[name];
const optional = (name: InputName): string | undefined => readInput(name) || undefined;
const flag = (name: InputName): boolean =>
  readInput(name) === '' ? INPUT_DEFAULTS[name] === 'true' : readBooleanInput(name);

function token(): string {
  const found = readInput('github-token');
  if (found !== '') return found;
  throw wrongInput('github-token', "a token; leave the input out for the job's own");
}

function oneOf<T extends string>(name: InputName, values: readonly T[]): T {
  const found = values.find((value) => value === text(name));
  if (found) return found;
  throw wrongInput(name, `one of ${values.join(', ')}`);
}

/** Undefined: empty by default, and left so. */
function count(name: InputName, { min, max }: { min: number; max: number }): number | undefined {
  const found = text(name);
  if (found === '') return undefined;
  const value = Number(found);
  if (/^\d{1,6}$/.test(found) && value >= min && value <= max) return value;
  throw wrongInput(name, `a whole number from ${min} to ${max}`);
}

function history(name: InputName): MaxHistory | undefined {
  const found = text(name);
  if (found === 'all' || found === '') return found || undefined;
  if (/^[1-9]\d{0,5}$/.test(found)) return Number(found);
  throw wrongInput(name, 'a number of commits, or "all"');
}

/** An amount of memory. */
function size(name: InputName): string | undefined {
  const found = optional(name);
  if (found !== undefined) parseSize(found, `Input "${name}"`);
  return found;
}

/** A commit by any name that git knows, but nothing that git could take for an option. */
function revision(name: InputName): string | undefined {
  const found = optional(name);
  if (found === undefined || /^[\w][^\s\p{C}]*$/u.test(found)) return found;
  throw wrongInput(name, 'the name of a commit, such as a sha or origin/main');
}

/** The characters that GitHub does not take, and no path. */
function artifactName(name: InputName): string {
  const found = text(name);
  if (/^[^":<>|*?\r\n\\/]{1,100}$/.test(found)) return found;
  throw wrongInput(name, 'the name of an artifact, without any of " : < > | * ? \\ /');
}
