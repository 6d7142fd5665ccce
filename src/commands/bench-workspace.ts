/**
 * The workspace of a repository that is measured.
 *
 * In: a run of a benchmark, a repository of its list. Out: a Workspace. The repository's own configuration has no say, nor
 * has what other commands have stored about it.
 */
import { join } from 'node:path';
import { writeWhole } from './bench-file.ts';
import { fetchFolder } from './mine-clone.ts';
import type { Listed } from './mine-list.ts';
import { findPack, openWorkspace, type Workspace } from './workspace.ts';

interface MeasuredRun {
  options: { model?: string | undefined; device?: string | undefined; maxMemory?: string | undefined };
  settings: { maxHistory: number };
  /** Where state and embeddings of all repositories lie. */
  work: string;
  clones: string;
}

/** The model pack that is measured: the configuration of the repositories has no say. */
export const measuredPack = ({
  model = process.env.CODE2LORA_MODEL ?? 'nano',
}: MeasuredRun['options']): string => findPack(model, process.cwd());

/** A repository of the list, cloned where it is not there yet. */
export async function openListed(
  { options, settings: { maxHistory }, work, clones }: MeasuredRun,
  listed: Listed,
): Promise<Workspace> {
  const configFile = join(work, 'config.json');
  writeWhole(configFile, '{}\n');
  const { device, maxMemory } = options;
  return await openWorkspace({
    ...{ model: measuredPack(options), maxHistory, device, maxMemory, configFile },
    ...{ repo: await fetchFolder(listed, clones), stateFolder: join(work, 'state', listed.name) },
  });
}
