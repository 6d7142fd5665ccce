/**
 * Uploads artifacts: the only file that imports @actions/artifact.
 *
 * In: file contents by name. Out: id, digest and size of the artifact. Knows nothing about what the files are.
 * The library wants files on disk, so they lie in a private folder for as long as the upload takes. It reads the
 * environment when it is imported and is large: it is imported when it is used.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitHubError } from '../errors.ts';
import { isGitHubCom } from './problems.ts';

export interface UploadOptions {
  /** Of the artifact; unique within a workflow run. */
  name: string;
  /** Default: the repository's setting. More than that setting allows is cut down by GitHub. */
  retentionDays?: number | undefined;
  /** 0 stores, 9 packs hardest. */
  compressionLevel: number;
  /** Where people look at the server; the service exists on github.com and ghe.com only. */
  serverUrl: string;
  /** RUNNER_TEMP; default: the system's. */
  temporaryFolder?: string | undefined;
}

export interface Uploaded {
  id: string;
  /** sha256 of the zip, hexadecimal. */
  digest: string;
  sizeBytes: number;
}

/** Why nothing can be uploaded here, in one line; null when it can. */
export function uploadProblem(serverUrl: string, env: NodeJS.ProcessEnv = process.env): string | null {
  if (!isGitHubCom(serverUrl)) {
    return (
      `GitHub's artifact library does not support ${new URL(serverUrl).host} (GitHub Enterprise Server): ` +
      'nothing is stored there, and the adapter is rebuilt from the history each time.'
    );
  }
  if (env.ACTIONS_RUNTIME_TOKEN && env.ACTIONS_RESULTS_URL) return null;
  return (
    'Artifacts can be uploaded only inside a "uses:" step of a workflow: ' +
    'ACTIONS_RUNTIME_TOKEN or ACTIONS_RESULTS_URL is not set.'
  );
}

/** Uploads the files as one artifact. Throws GitHubError. */
export async function uploadArtifact(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: UploadOptions,
): Promise<Uploaded> {
  const problem = uploadProblem(options.serverUrl);
  if (problem !== null) throw new GitHubError(problem);
  const folder = privateFolder(options.temporaryFolder ?? tmpdir());
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    const paths = Object.keys(files).map((name) => join(folder, name));
    return await upload(paths, folder, options);
  } catch (cause) {
    throw explain(cause, options.name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function privateFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, 'code2lora-upload-'));
}

async function upload(paths: string[], folder: string, options: UploadOptions): Promise<Uploaded> {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const { name, retentionDays, compressionLevel } = options;
  const { id, digest, size } = await new DefaultArtifactClient().uploadArtifact(name, paths, folder, {
    compressionLevel,
    ...(retentionDays === undefined ? {} : { retentionDays }),
  });
  if (id === undefined || digest === undefined) throw new Error('the service gave no id or no digest');
  return { id: String(id), digest, sizeBytes: size ?? 0 };
}

/** Its errors have classes, but most of what matters is only in their words. */
function explain(cause: unknown, name: string): GitHubError {
  if (cause instanceof GitHubError) return cause;
  const said = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
  return new GitHubError(`Cannot upload the artifact "${name}": ${said}\n${nextStep(said)}`, { cause });
}

function nextStep(said: string): string {
  if (/quota/i.test(said)) {
    return 'Delete old artifacts or lower their retention (Settings, Actions), or raise the limit in the billing settings.';
  }
  if (/already exists|\(409\)/i.test(said)) {
    return 'Another job of this run has uploaded one of this name: give each job its own (input "state-artifact").';
  }
  if (/backend IDs|\(401\)|\(403\)/i.test(said))
    return 'The runtime token of this job is not valid: run the job again.';
  if (/Unable to make request/i.test(said)) {
    return 'The runner cannot reach the artifact service: check its network and proxy.';
  }
  return 'It is often temporary: run the job again, and look at https://www.githubstatus.com.';
}
