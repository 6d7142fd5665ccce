/**
 * What the flags of `mine` ask for: one repository, a list of them, or the workflow for a list. Pure.
 *
 * In: flags. Out: one of the three, or a UsageError that names the flags that do not go together.
 */
import { UsageError } from '../errors.ts';
import type { MineAllOptions, MineWorkflowOptions } from './mine-options.ts';

export interface MineFlags {
  repo: string;
  out?: string;
  after?: string;
  maxPrefix: number;
  repositories?: string;
  track?: string;
  perCommit?: number;
  perFile?: number;
  shard?: string;
  clones?: string;
  dryRun?: boolean;
  workflow?: boolean;
  force?: boolean;
}

export interface MineOne {
  out: string;
  after: string | undefined;
  maxPrefix: number;
}

export type Mining =
  | ({ kind: 'one' } & MineOne)
  | { kind: 'list'; options: MineAllOptions }
  | { kind: 'workflow'; options: MineWorkflowOptions };

type Name = keyof MineFlags;
const OF_LIST: Name[] = ['track', 'perCommit', 'perFile', 'shard', 'clones', 'dryRun'];

export function readMineFlags(flags: MineFlags): Mining {
  const { repo, out, after, maxPrefix, repositories, workflow, force, ...rest } = flags;
  if (repositories === undefined) {
    refuse(flags, {
      names: [...OF_LIST, 'workflow', 'force'],
      text: 'goes with --repositories LIST: give both, or neither',
    });
    return { kind: 'one', out: required(out), after, maxPrefix };
  }
  refuse(flags, { names: ['after'], text: 'goes with one repository: leave it out, or --repositories' });
  if (workflow) {
    refuse(flags, { names: ['out', ...OF_LIST], text: 'does not go with --workflow: leave one of them out' });
    return { kind: 'workflow', options: { repo, repositories, force } };
  }
  refuse(flags, { names: ['force'], text: 'goes with --workflow: give both, or neither' });
  if (out === '-')
    throw new UsageError('A list is mined into a folder, not to standard output: give --out FOLDER.');
  const { track, perCommit, perFile, shard, clones, dryRun } = rest;
  const options = {
    repositories,
    out: required(out),
    maxPrefix,
    track,
    perCommit,
    perFile,
    shard,
    clones,
    dryRun,
  };
  return { kind: 'list', options };
}

function refuse(flags: MineFlags, { names, text }: { names: readonly Name[]; text: string }): void {
  const name = names.find((given) => flags[given] !== undefined);
  if (name === undefined) return;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${flag} ${text}.`);
}

function required(out: string | undefined): string {
  if (out !== undefined) return out;
  throw new UsageError(
    'Nowhere to write to: give --out, a file (- for standard output), or of a list a folder.',
  );
}
