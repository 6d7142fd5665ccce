/**
 * The result of the last check, kept for `status` and as the place where the next `run` goes on.
 *
 * Replaced atomically. A damaged or foreign file counts as none: the next run writes a new one.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckReport, StatusReport } from '../report/schema.ts';

type LastCheck = NonNullable<StatusReport['lastCheck']>;

const FILE = 'last-check.json';

export function readLastCheck(stateFolder: string): LastCheck | undefined {
  try {
    const value = JSON.parse(readFileSync(join(stateFolder, FILE), 'utf8')) as LastCheck;
    return typeof value?.commit === 'string' && Array.isArray(value.findings) ? value : undefined;
  } catch {
    // Missing or damaged: both mean that there is no last check to go on from.
    return undefined;
  }
}

export function writeLastCheck(stateFolder: string, report: CheckReport): void {
  const findings = report.assertions.filter(({ verdict }) => verdict === 'surprising' || verdict === 'open');
  const last: LastCheck = {
    commit: report.range.head,
    finishedAt: new Date().toISOString(),
    summary: report.summary,
    findings,
  };
  writeAtomically(stateFolder, FILE, `${JSON.stringify(last, null, 2)}\n`);
}

/** Writes beside the place and renames: a reader sees the old file or the new one. */
export function writeAtomically(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${name}.${process.pid}`);
  writeFileSync(temporary, text, { flush: true });
  renameSync(temporary, join(folder, name));
}
