/**
 * What the commands take and give, beyond the reports that have a schema: the types of the package's main
 * export. They lead to nothing of our insides, so that a user's compiler does not either.
 */
import type { Finding } from '../hooks/finding.ts';
import type { SnapshotInfo } from '../report/schema.ts';

/** Options that every command takes. */
export interface CommandOptions {
  /** A folder inside the repository; default: the current folder. */
  repo?: string | undefined;
  /** Model pack: a name or a folder; default: the configuration's. */
  model?: string | undefined;
  /** Hears what is going on, for a progress line. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  stage: 'update' | 'check' | 'mine' | 'verify' | 'wait';
  done: number;
  total: number;
}

export interface CheckOptions extends CommandOptions {
  /** `A..B`, `A` (that commit against its first parent); default: since the last check. */
  range?: string | undefined;
  /** Every assertion of HEAD. */
  all?: boolean | undefined;
}

export interface InitOptions extends CommandOptions {
  /** Default: `auto`. */
  mode?: string | undefined;
  /** Do not ask; where a question would be asked, set husky up. */
  yes?: boolean | undefined;
  /** Put the entry into the configuration of lefthook or pre-commit. */
  write?: boolean | undefined;
  /** Asks the user; without it nobody is asked. */
  ask?: ((question: string) => Promise<boolean>) | undefined;
}

export interface InitResult {
  schema: 'code2lora/init@1';
  mode: string;
  /** Files written, relative to the work tree where they are inside it. */
  changed: string[];
  config: { path: string; written: boolean };
  notes: string[];
  byHand: string[];
}

export interface UninstallOptions extends CommandOptions {
  /** Remove snapshots, embeddings and the last check as well. */
  purge?: boolean | undefined;
  /** Remove our lines even from hooks that had them before `init` ran in this clone. */
  shared?: boolean | undefined;
}

export interface UninstallResult {
  schema: 'code2lora/uninstall@1';
  wasInstalled: boolean;
  changed: string[];
  purged: boolean;
  notes: string[];
}

export interface MineOptions extends CommandOptions {
  /** Only what came after this commit; default: from the first commit on. */
  after?: string | undefined;
  /** Longest prefix to keep, in characters before the value; 0 keeps the whole file above it. */
  maxPrefix?: number | undefined;
}

export interface MineSummary {
  commits: number;
  tasks: number;
  notices: string[];
}

export interface ExportOptions extends CommandOptions {
  format: string;
  out: string;
}

export interface ExportResult {
  schema: 'code2lora/export@1';
  format: 'peft';
  folder: string;
  files: string[];
  snapshot: SnapshotInfo;
}

export interface PruneOptions extends CommandOptions {
  /** Every snapshot: the next run builds them anew from the history. */
  all?: boolean | undefined;
  /** Only damaged snapshots and leftovers of interrupted writes. */
  damaged?: boolean | undefined;
  /** Say what would go, remove nothing. */
  dryRun?: boolean | undefined;
}

export interface PruneResult {
  schema: 'code2lora/prune@1';
  kept: number;
  removed: string[];
  damaged: string[];
  dryRun: boolean;
}

export interface DoctorReport {
  schema: 'code2lora/doctor@1';
  findings: Finding[];
}
