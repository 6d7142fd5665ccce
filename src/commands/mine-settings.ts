/**
 * What decides which tasks a repository gives, besides its history: resolved once, and kept with every result, so that
 * one data set is never made in two ways.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import type { MineAllOptions, Track } from './mine-options.ts';
import { DEFAULT_MAX_PREFIX } from './mine-task.ts';
import { packageFile } from './workspace.ts';

export interface MineSettings {
  tracks: Track[];
  perCommit: number;
  perFile: number;
  maxPrefix: number;
  /** Another version may read other assertions. */
  version: string;
}

const TRACKS: Record<string, Track[]> = {
  static: ['static'],
  evolution: ['evolution'],
  both: ['static', 'evolution'],
};

/** Throws UsageError for an unknown track. */
export function resolveSettings({
  track = 'both',
  perCommit = 8,
  perFile = 4,
  maxPrefix = DEFAULT_MAX_PREFIX,
}: MineAllOptions): MineSettings {
  const tracks = Object.hasOwn(TRACKS, track) ? TRACKS[track] : undefined;
  if (tracks === undefined)
    throw new UsageError(`Unknown track "${track}".\nExpected one of: ${Object.keys(TRACKS).join(', ')}.`);
  return { tracks, perCommit, perFile, maxPrefix, version: packageVersion() };
}

export const digestOf = ({ tracks, perCommit, perFile, maxPrefix, version }: MineSettings): string =>
  createHash('sha256')
    .update(JSON.stringify([tracks, perCommit, perFile, maxPrefix, version]))
    .digest('hex');

/** `per-commit 8 (now 4)`, of everything that differs. */
export function describeDifference(before: MineSettings, now: MineSettings): string {
  const describe = ({ tracks, perCommit, perFile, maxPrefix, version }: MineSettings): [string, string][] => [
    ['track', tracks.length > 1 ? 'both' : tracks.join()],
    ['per-commit', `${perCommit}`],
    ['per-file', `${perFile}`],
    ['max-prefix', `${maxPrefix}`],
    ['version', version],
  ];
  const current = new Map(describe(now));
  return describe(before)
    .filter(([name, value]) => value !== current.get(name))
    .map(([name, value]) => `${name} ${value} (now ${current.get(name)})`)
    .join(', ');
}

export function packageVersion(): string {
  const file = packageFile('package.json');
  return file === undefined ? '0' : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
