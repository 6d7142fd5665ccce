/** What a run may touch: permissions, secrets, credentials on disk, machines, and who can start it. */
import {
  type Audit,
  eventsOf,
  fieldsOf,
  flaw,
  isWorkflow,
  type Job,
  jobsOf,
  linesOf,
  type Place,
  type Source,
  stepsOf,
} from './source.ts';

/** Events that hand a token which can write, and secrets, to a run that a stranger's pull request starts. */
const DANGEROUS = ['pull_request_target', 'workflow_run'];
export const isDangerous = (source: Source): boolean =>
  eventsOf(source).some((event) => DANGEROUS.includes(event));

const isCheckout = (uses: unknown): boolean => /^actions\/checkout@/.test(String(uses));

const hosted = /^(?:ubuntu|windows|macos)-[\w.-]+$/;
const labelsOf = ({ 'runs-on': runsOn }: Job): unknown[] => (Array.isArray(runsOn) ? runsOn : [runsOn]);
/** One label of GitHub's own; a list, a group or an expression can mean anything. */
const isHosted = (job: Job): boolean => {
  const labels = labelsOf(job);
  return labels.length === 1 && hosted.test(String(labels[0]));
};

/** Only events that somebody with write access to the repository can cause. */
const TRUSTED_EVENTS = /^(?:github\.event_name == '(?:push|schedule|workflow_dispatch)'(?: \|\| |$))+$/;

export const ACCESS: Record<string, Audit> = {
  /** Stricter than zizmor: nothing at all for the whole workflow, so that every job says what it needs. */
  'excessive-permissions': (source) => [
    ...(isWorkflow(source) && !isEmptyMap(source.data.permissions)
      ? [flaw(source.data.permissions === undefined ? ['jobs'] : ['permissions'], 'not "permissions: {}"')]
      : []),
    ...jobsOf(source).flatMap(({ place, job }) => {
      if (job.permissions === undefined) return [flaw(place, 'the job does not say what its token may do')];
      return typeof job.permissions === 'string' ? [flaw([...place, 'permissions'], job.permissions)] : [];
    }),
  ],

  'undocumented-permissions': (source) =>
    jobsOf(source).flatMap(({ place, job }) =>
      Object.entries(fieldsOf(job.permissions))
        .filter(([name, level]) => !(name === 'contents' && level === 'read'))
        .map(([name]) => [...place, 'permissions', name])
        .filter((permission) => !hasComment(source, permission))
        .map((permission) => flaw(permission, 'nothing says why')),
    ),

  artipacked: (source) =>
    stepsOf(source)
      .filter(({ step }) => isCheckout(step.uses) && String(step.with?.['persist-credentials']) !== 'false')
      .map(({ place }) => flaw(place, 'checkout leaves its token on the disk')),

  'dangerous-triggers': (source) =>
    DANGEROUS.filter((event) => eventsOf(source).includes(event)).map((event) =>
      flaw(
        typeof source.data.on === 'object' && !Array.isArray(source.data.on) ? ['on', event] : ['on'],
        event,
      ),
    ),

  /** CodeQL's actions/untrusted-checkout, stricter: no checkout and no script at all. */
  'untrusted-code': (source) =>
    stepsOf(source)
      .filter(({ step }) => isDangerous(source) && (isCheckout(step.uses) || step.run !== undefined))
      .map(({ place }) => flaw(place, 'a privileged run checks something out, or runs a script')),

  'self-hosted-runner': (source) =>
    jobsOf(source)
      .filter(({ job }) => job['runs-on'] !== undefined && !isHosted(job) && !isMatrix(job))
      .map(({ place }) => flaw([...place, 'runs-on'], "a runner that is not GitHub's")),

  'self-hosted-pull-request': (source) =>
    jobsOf(source)
      .filter(({ job }) => job['runs-on'] !== undefined && !isHosted(job) && !isMatrix(job))
      .filter(() =>
        eventsOf(source).some((event) => /^pull_request|^issue|^workflow_run$|^fork$/.test(event)),
      )
      .filter(({ job }) => !TRUSTED_EVENTS.test(String(job.if ?? '')))
      .map(({ place }) => flaw(place, 'a stranger can have code run on this machine')),

  'secrets-inherit': (source) =>
    jobsOf(source)
      .filter(({ job }) => job.secrets === 'inherit')
      .map(({ place }) => flaw([...place, 'secrets'], 'every secret goes to another workflow')),

  'overprovisioned-secrets': (source) =>
    /\$\{\{[^}]*(?:toJSON\(\s*secrets\s*\)|secrets\[)[^}]*\}\}/i.test(source.text)
      ? [flaw([isWorkflow(source) ? 'jobs' : 'runs'], 'every secret at once')]
      : [],

  'hardcoded-container-credentials': (source) =>
    jobsOf(source).flatMap(({ place, job }) =>
      [job.container, ...Object.values(job.services ?? {})]
        .map((container) => fieldsOf(fieldsOf(container).credentials).password as unknown)
        .filter((password) => password !== undefined && !/^\$\{\{.*\}\}$/.test(String(password)))
        .map(() => flaw(place, 'a password in the file')),
    ),
};

/** Labels of a matrix are in the file, so that the matrix is what to look at: GitHub's own, all of them. */
function isMatrix(job: Job): boolean {
  if (job['runs-on'] !== `\${{ matrix.os }}`) return false;
  const systems = fieldsOf(fieldsOf(fieldsOf(job).strategy).matrix).os as unknown;
  return Array.isArray(systems) && systems.every((system) => hosted.test(String(system)));
}

const isEmptyMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function hasComment(source: Source, place: Place): boolean {
  const [line] = linesOf(source, place);
  return / # \S/.test(source.text.split('\n')[line] ?? '');
}
