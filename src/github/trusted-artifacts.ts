/**
 * The newest artifact of a name that can be believed: the questions are those of trust.ts, the cheap ones first.
 *
 * In: GitHub, a name, the rules, and a reader of the content. Out: what the reader made of it, or null. The
 * candidates come newest first; each one that is refused gives one line in the log, and the next is looked at.
 */
import { GitHubError, ModelError, SnapshotError } from '../errors.ts';
import { downloadArtifact, type ListedArtifact, listArtifacts, readRun } from './artifacts.ts';
import type { GitHub } from './client.ts';
import { statusOf } from './problems.ts';
import { refuseArtifact, refuseRun, type TrustRules } from './trust.ts';

export interface Search<T> {
  name: string;
  rules: TrustRules;
  /** Of what kind they are, in the log: `State artifact`. */
  title: string;
  /** Runs and contents of so many are looked at; more than a few refused in a row means that none will fit. */
  maxCandidates: number;
  /** Artifacts that are listed at all, a hundred in a request. */
  maxListed: number;
  /** What is inside, or why it is refused. */
  read(zip: Buffer, artifact: ListedArtifact): Promise<T | string>;
  /** Hears why artifacts are refused, one line each. */
  log: (line: string) => void;
}

/** Lines about refusals, so that a thousand expired artifacts do not fill the log. */
const MAX_REFUSALS_LOGGED = 20;

/** Throws GitHubError for what concerns all candidates: no permission, a limit, no network. */
export async function findTrusted<T extends object>(github: GitHub, search: Search<T>): Promise<T | null> {
  const { name, rules, maxListed, maxCandidates } = search;
  const refuse = createRefusals(search);
  try {
    let listed = 0;
    let candidates = 0;
    for await (const artifact of listArtifacts(github, name)) {
      listed += 1;
      if (listed > maxListed || candidates >= maxCandidates) break;
      const reason = refuseArtifact(artifact, rules);
      if (reason === null) candidates += 1;
      const found = reason ?? (await tryArtifact(github, artifact, search));
      if (typeof found !== 'string') return found;
      refuse(artifact, found);
    }
    return null;
  } finally {
    refuse.finish();
  }
}

async function tryArtifact<T>(
  github: GitHub,
  artifact: ListedArtifact,
  { rules, read }: Search<T>,
): Promise<T | string> {
  try {
    const run = await readRun(github, artifact.run?.id ?? 0);
    const reason = refuseRun(run, artifact);
    if (reason !== null) return reason;
    return await read(await downloadArtifact(github, artifact, { maxBytes: rules.maxBytes }), artifact);
  } catch (error) {
    if (isAboutThisOne(error)) return ((error as Error).message.split('\n')[0] ?? '').replace(/\.$/, '');
    throw error;
  }
}

/** Gone, not what was uploaded, or not what we write: the next one may be good. */
function isAboutThisOne(error: unknown): boolean {
  if (error instanceof SnapshotError || error instanceof ModelError) return true;
  if (!(error instanceof GitHubError)) return false;
  const status = statusOf(error);
  return status === 404 || status === 410 || (status === undefined && !isNetwork(error));
}

/** Our own refusals have no cause from Octokit. */
const isNetwork = (error: GitHubError): boolean => error.message.includes('no answer from');

function createRefusals({ title, log }: Pick<Search<unknown>, 'title' | 'log'>) {
  let count = 0;
  const refuse = (artifact: ListedArtifact, reason: string) => {
    count += 1;
    if (count <= MAX_REFUSALS_LOGGED) log(`${title} ${artifact.id} is not used: ${reason}.`);
  };
  const finish = () => {
    if (count > MAX_REFUSALS_LOGGED)
      log(`${count - MAX_REFUSALS_LOGGED} more ${title.toLowerCase()}s are not used.`);
  };
  return Object.assign(refuse, { finish });
}
