/**
 * What a pull will do: which files come from where, how many bytes, how much disk. Shown before anything large happens.
 *
 * In: the chosen files. Out: numbers. Looks at sizes of local files only.
 */
import type { Precision } from '../runtime/manifest-models.ts';
import type { PackHome } from './folder.ts';
import type { RemoteFile } from './hub.ts';
import { findLocally, type LocalFile, unfinishedBytes } from './local-files.ts';
import { addedBytes } from './official.ts';
import type { ChosenSource, Role } from './sources.ts';

export interface PullPlan {
  name: string;
  precision: Precision;
  sources: Pick<ChosenSource, 'role' | 'repository' | 'commit' | 'license' | 'fixedBy'>[];
  files: PlannedFile[];
  /** Still to come over the network. */
  downloadBytes: number;
  /** Disk that the download and the build take. */
  diskBytes: number;
}

export interface PlannedFile {
  repository: string;
  path: string;
  bytes: number;
  /** Bytes that an earlier pull has left. */
  unfinished: number;
  from: 'download' | LocalFile['from'];
}

interface PlanOptions {
  name: string;
  precision: Precision;
  home: PackHome;
  cacheFolder: string;
}

/** Counts what is missing; hashes nothing, so a wrong local file is found out later. */
export function planPull(
  sources: readonly ChosenSource[],
  { name, precision, home, cacheFolder }: PlanOptions,
): PullPlan {
  const files = sources.flatMap(({ files }) =>
    files.map((file): PlannedFile => {
      const [local] = findLocally(file, { home, cacheFolder });
      const { repository, path, bytes } = file;
      return {
        repository,
        path,
        bytes,
        unfinished: unfinishedBytes(file, home),
        from: local?.from ?? 'download',
      };
    }),
  );
  const toDownload = files.filter(({ from }) => from === 'download');
  const downloadBytes = toDownload.reduce((sum, { bytes, unfinished }) => sum + bytes - unfinished, 0);
  const bytesOf = (wanted: (role: Role) => boolean) =>
    sources.filter(({ role }) => wanted(role)).reduce((sum, { files }) => sum + sumBytes(files), 0);
  const added = addedBytes(precision, {
    models: bytesOf((role) => role !== 'hypernetwork'),
    hypernetwork: bytesOf((role) => role === 'hypernetwork'),
  });
  const shown = sources.map(({ files: _, ...source }) => source);
  return { name, precision, sources: shown, files, downloadBytes, diskBytes: downloadBytes + added };
}

const sumBytes = (files: readonly RemoteFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
