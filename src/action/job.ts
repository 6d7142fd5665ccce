/**
 * What every flow of the Action works with: context, inputs, GitHub, a folder of its own.
 *
 * In: the runner's environment. Out: a Job, and the options of the commands that it makes. The folder is new for
 * each run: what an earlier step of the job has left behind is never read.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandOptions, PlaceOptions } from '../commands/options.ts';
import { packageFile } from '../commands/workspace.ts';
import { InternalError } from '../errors.ts';
import { type GitHub, openGitHub } from '../github/client.ts';
import type { Context } from './context.ts';
import type { Inputs } from './inputs.ts';
import { installNativePackages, registryOf } from './native-packages.ts';
import { progressLog } from './progress-log.ts';
import { requireInside } from './report-file.ts';
import { log } from './runner.ts';

export interface Job {
  context: Context;
  inputs: Inputs;
  github: GitHub;
  /** For state and reports; below RUNNER_TEMP. */
  folder: string;
}

/** Throws UsageError for a report file outside of the workspace, before any work is done. */
export function openJob(context: Context, inputs: Inputs): Job {
  for (const file of [inputs.sarif, inputs.junit]) if (file) requireInside(context.workspace, file);
  const { repository, apiUrl, graphqlUrl, serverUrl, temporaryFolder } = context;
  const token = inputs.githubToken;
  return {
    context,
    inputs,
    github: openGitHub({ token, repository, apiUrl, graphqlUrl, serverUrl, log }),
    folder: mkdtempSync(join(temporaryFolder, 'code2lora-')),
  };
}

/** Options of a check; `configCommit` where the work tree's configuration is not to be believed. */
export function commandOptions(
  { context, inputs, folder }: Job,
  { configCommit }: { configCommit?: string | undefined } = {},
): CommandOptions & PlaceOptions {
  return {
    repo: resolve(context.workspace, inputs.path),
    model: inputs.model,
    device: inputs.device,
    maxMemory: inputs.maxMemory,
    maxHistory: inputs.maxHistory,
    configFile: inputs.config,
    configCommit,
    stateFolder: join(folder, 'state'),
    inMemory: true,
    onProgress: progressLog(log),
  };
}

/** Puts ONNX Runtime where it can be loaded from. Throws ModelError. */
export const installRuntime = ({ toolCache, temporaryFolder }: Context): Promise<string> =>
  installNativePackages({
    shipped: shippedFolder(),
    toolCache,
    temporaryFolder,
    registry: registryOf(process.env),
    log,
  });

/** Version of code2lora. */
export function toolVersion(): string {
  const file = packageFile('package.json');
  if (file === undefined) throw new InternalError('package.json is not part of this copy of the Action');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

const shippedFolder = (): string => fileURLToPath(new URL('./native', import.meta.url));
