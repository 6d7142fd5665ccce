/**
 * Where the Action runs: the runner's environment and the event's payload as one plain object.
 *
 * In: environment variables. Out: a Context, or a UsageError that names the variable or field that is missing.
 * The only reader of the runner's variables besides the inputs.
 */
import { UsageError } from '../errors.ts';
import { type ActionEvent, parseEvent } from './event.ts';
import { field, isThere, name, number, readPayload } from './payload.ts';

export interface Context {
  eventName: string;
  event: ActionEvent;
  /** `owner/name`. */
  repository: string;
  repositoryId: number;
  defaultBranch: string;
  /** The commit that the workflow runs for; of a pull request a merge that GitHub made. */
  sha: string;
  /** The same for every attempt of a run. */
  runId: number;
  /** Folder that the repository is checked out in or below. */
  workspace: string;
  /** Emptied after each job. */
  temporaryFolder: string;
  /** Kept, on a machine of one's own. */
  toolCache: string;
  serverUrl: string;
  apiUrl: string;
  graphqlUrl: string;
}

/** Throws UsageError. */
export function readContext(env: NodeJS.ProcessEnv): Context {
  const read = variables(env);
  const payload = readPayload(env.GITHUB_EVENT_PATH);
  const eventName = read('GITHUB_EVENT_NAME');
  const ref = read('GITHUB_REF');
  const branch = field(payload, 'repository.default_branch');
  const id = field(payload, 'repository.id');
  // Schedules have little in their payload; they run on the default branch.
  const defaultBranch = isThere(branch) ? name(branch) : ref.replace('refs/heads/', '');
  return {
    eventName,
    event: parseEvent({ eventName, ref, defaultBranch, payload }),
    repository: read('GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/),
    repositoryId: isThere(id) ? number(id) : Number(read('GITHUB_REPOSITORY_ID', /^\d+$/)),
    defaultBranch,
    sha: read('GITHUB_SHA', /^[0-9a-f]{40,64}$/),
    runId: Number(read('GITHUB_RUN_ID', /^\d+$/)),
    workspace: read('GITHUB_WORKSPACE'),
    temporaryFolder: read('RUNNER_TEMP'),
    toolCache: env.RUNNER_TOOL_CACHE || read('RUNNER_TEMP'),
    serverUrl: env.GITHUB_SERVER_URL || 'https://github.com',
    apiUrl: env.GITHUB_API_URL || 'https://api.github.com',
    graphqlUrl: env.GITHUB_GRAPHQL_URL || 'https://api.github.com/graphql',
  };
}

function variables(env: NodeJS.ProcessEnv) {
  return (variable: string, pattern = /./): string => {
    const value = env[variable] ?? '';
    if (pattern.test(value)) return value;
    throw new UsageError(
      `The environment variable ${variable} is ${value === '' ? 'not set' : JSON.stringify(value)}.\n` +
        'The Action runs as a step of a GitHub workflow, where the runner sets it.',
    );
  };
}
