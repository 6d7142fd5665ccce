/**
 * Fetches the report that another workflow run has uploaded.
 *
 * In: a run's id. Out: the text of its report.json. It may have been written by a pull request from a fork, in
 * whatever way: the caller validates every field of it, and asks the API what it would have to believe.
 */
import { GitHubError } from '../errors.ts';
import { REPORT_FILE } from './artifact-names.ts';
import { downloadArtifact, type ListedArtifact, listArtifacts } from './artifacts.ts';
import type { GitHub } from './client.ts';
import { readZip } from './zip.ts';

const MAX_ZIP_BYTES = 8 * 1024 * 1024;
const MAX_REPORT_BYTES = 32 * 1024 * 1024;

/** Undefined: that run has uploaded none, which is how a run without findings of its own looks. Throws GitHubError. */
export async function fetchReport(
  github: GitHub,
  { runId, name }: { runId: number; name: string },
): Promise<string | undefined> {
  const artifact = await newest(github, runId, name);
  if (artifact === undefined) return undefined;
  const place = `artifact ${artifact.id} of run ${runId}`;
  if (artifact.expired) throw new GitHubError(`Cannot read ${place}: it has expired.\nRun the checks again.`);
  const zip = await downloadArtifact(github, artifact, { maxBytes: MAX_ZIP_BYTES });
  const files = await readZip(zip, { place, limits: { [REPORT_FILE]: MAX_REPORT_BYTES } });
  return (files.get(REPORT_FILE) as Buffer).toString('utf8');
}

/** A job that ran again has uploaded again. */
async function newest(github: GitHub, runId: number, name: string): Promise<ListedArtifact | undefined> {
  for await (const artifact of listArtifacts(github, name, { runId })) return artifact;
  return undefined;
}
