/** Which code a run executes, and what a stranger can slip into it: pins, expansions, environment, caches. */
import { isDangerous } from './audits-of-access.ts';
import {
  type Audit,
  eventsOf,
  fieldsOf,
  flaw,
  isWorkflow,
  jobsOf,
  linesOf,
  type Place,
  type Source,
  stepsOf,
} from './source.ts';

const PINNED = /@[0-9a-f]{40}$|@sha256:[0-9a-f]{64}$/;
const isLocal = (uses: string): boolean => /^(?:\.|\$)\//.test(uses);

/** Every `uses:`, of steps and of jobs. */
function usesOf(source: Source): { place: Place; uses: string }[] {
  const owners = [
    ...stepsOf(source).map(({ place, step }) => ({ place, uses: step.uses })),
    ...jobsOf(source).map(({ place, job }) => ({ place, uses: job.uses })),
  ];
  return owners.flatMap(({ place, uses }) =>
    typeof uses === 'string' ? [{ place: [...place, 'uses'], uses }] : [],
  );
}

/** Names and versions of what a line installs beside the lockfile. */
const ADHOC =
  /\b(?:npm (?:i|install|add)|pnpm (?:i|install|add)|yarn (?:global )?add|gem install|bundle add|pip3? install)[ \t]+(?:-\S+[ \t]+)*[^-\s.&|;]/;

/** Actions that restore a cache unless they are told not to. */
const CACHES: { action: RegExp; isOff: (inputs: Record<string, unknown>) => boolean }[] = [
  {
    action: /^actions\/cache(?:\/restore)?@/,
    isOff: ({ 'lookup-only': lookup }) => String(lookup) === 'true',
  },
  {
    action: /^actions\/setup-node@/,
    isOff: ({ cache, 'package-manager-cache': own }) => cache === undefined && String(own) === 'false',
  },
  {
    action: /^actions\/setup-(?:python|java|dotnet|go)@/,
    isOff: ({ cache }) => !cache || String(cache) === 'false',
  },
  { action: /^astral-sh\/setup-uv@/, isOff: ({ 'enable-cache': on }) => String(on) === 'false' },
  { action: /^Swatinem\/rust-cache@/, isOff: ({ 'lookup-only': lookup }) => String(lookup) === 'true' },
];

export const CODE: Record<string, Audit> = {
  'unpinned-uses': (source) =>
    usesOf(source)
      .filter(({ uses }) => !isLocal(uses) && !PINNED.test(uses))
      .map(({ place, uses }) => flaw(place, `${uses} can become other code`)),

  'ref-version-mismatch': (source) =>
    usesOf(source)
      .filter(({ place, uses }) => PINNED.test(uses) && !/ # v\d/.test(lineOf(source, place)))
      .map(({ place, uses }) => flaw(place, `no "# v1.2.3" says which version ${uses} is`)),

  'self-repository': (source) =>
    usesOf(source)
      .filter(({ uses }) => uses.startsWith('./'))
      .map(({ place }) => flaw(place, 'an earlier step can put other code at this path')),

  'unpinned-images': (source) => [
    ...jobsOf(source).flatMap(({ place, job }) =>
      [job.container, ...Object.values(job.services ?? {})]
        .map(
          (container) => (typeof container === 'string' ? container : fieldsOf(container).image) as unknown,
        )
        .filter((image) => image !== undefined && !PINNED.test(String(image)))
        .map((image) => flaw(place, `${image} can become another image`)),
    ),
    ...(/^docker:\/\//.test(source.data.runs?.image ?? '') && !PINNED.test(source.data.runs?.image ?? '')
      ? [flaw(['runs', 'image'], 'can become another image')]
      : []),
  ],

  /** As zizmor's "pedantic" persona: no expansion at all where code stands, however safe it looks. */
  'template-injection': (source) =>
    stepsOf(source)
      .filter(({ step }) => [step.run, step.with?.script].some((code) => String(code ?? '').includes('${{')))
      .map(({ place }) => flaw(place, 'an expression is pasted into code')),

  'github-env': (source) =>
    stepsOf(source)
      .filter(() => isDangerous(source) || !isWorkflow(source))
      .filter(({ step }) => /GITHUB_(?:ENV|PATH)\b/.test(step.run ?? ''))
      .map(({ place }) => flaw(place, 'writes the environment of later steps')),

  'insecure-commands': (source) =>
    [
      { place: ['env'], env: source.data.env },
      ...jobsOf(source).map(({ place, job }) => ({ place, env: job.env })),
      ...stepsOf(source).map(({ place, step }) => ({ place, env: step.env })),
    ]
      .filter(({ env }) => Object.keys(fieldsOf(env)).includes('ACTIONS_ALLOW_UNSECURE_COMMANDS'))
      .map(({ place }) => flaw(place, 'any output can set variables')),

  'cache-poisoning': (source) =>
    stepsOf(source)
      .filter(() => publishes(source) || isDangerous(source))
      .filter(({ step }) =>
        CACHES.some(({ action, isOff }) => action.test(step.uses ?? '') && !isOff(step.with ?? {})),
      )
      .map(({ place }) => flaw(place, 'what another run has put into the cache gets into what is published')),

  'adhoc-packages': (source) =>
    stepsOf(source)
      .filter(({ step }) => ADHOC.test(step.run ?? ''))
      .map(({ place }) => flaw(place, 'installs what no lockfile names')),
};

function publishes(source: Source): boolean {
  const push = fieldsOf(fieldsOf(source.data.on).push);
  return eventsOf(source).includes('release') || push.tags !== undefined;
}

function lineOf(source: Source, place: Place): string {
  const [line] = linesOf(source, place);
  return source.text.split('\n')[line] ?? '';
}
