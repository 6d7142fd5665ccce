/**
 * The workspace of a repository that is measured.
 *
 * In: a folder, a model pack, the folder to work in. Out: a Workspace. The repository's own configuration has no say, nor
 * has what other commands have stored about it.
 */
import { join } from 'node:path';
import { writeWhole } from './bench-file.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

export interface Measured {
  name: string;
  folder: string;
  /** Folder of the model pack. */
  model: string;
  /** Where state and embeddings of all repositories lie. */
  work: string;
  device?: string | undefined;
  maxMemory?: string | undefined;
  maxHistory: number;
}

export async function openMeasured({ name, folder, work, ...options }: Measured): Promise<Workspace> {
  const configFile = join(work, 'config.json');
  writeWhole(configFile, '{}\n');
  return await openWorkspace({
    ...options,
    ...{ repo: folder, configFile, stateFolder: join(work, 'state', name) },
  });
}
