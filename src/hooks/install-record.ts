/**
 * The record of what `init` changed, kept in the state folder so that `uninstall` can undo it byte for byte.
 */

import type { FileEdit } from './file-edits.ts';
import { readState, stateFile, writeState } from './state-files.ts';
import type { HookProgram } from './templates.ts';

export type InstallMode =
  | 'husky'
  | 'hooks-dir'
  | 'git-config'
  | 'lefthook'
  | 'pre-commit'
  /** Everything is ready, but the user adds the call himself. */
  | 'by-hand'
  /** Hooks cannot run here. */
  | 'none';

export interface Installation {
  mode: InstallMode;
  /** ISO time. */
  installedAt: string;
  /** The work tree in which init ran. */
  root: string;
  program: HookProgram;
  /** Files of the user as they were and as they are now. */
  files: Pick<FileEdit, 'path' | 'before' | 'after'>[];
  /** Folders that did not exist, outermost first. */
  folders: string[];
  hasSetUpHusky: boolean;
}

const SCHEMA = 'code2lora/install@1';

/** `null` when init has not been run in this clone, or its record is damaged. */
export function readInstallation(stateFolder: string): Installation | null {
  const record = readState(stateFile(stateFolder, 'install'));
  if (record?.schema !== SCHEMA || !Array.isArray(record.files)) return null;
  const { schema, files, ...rest } = record as unknown as Installation & { schema: string };
  return { ...rest, files: files.map((file) => mapText(file, fromBase64)) };
}

export function writeInstallation(stateFolder: string, { files, ...rest }: Installation): void {
  const encoded = files.map((file) => mapText(file, toBase64));
  writeState(stateFile(stateFolder, 'install'), { schema: SCHEMA, ...rest, files: encoded });
}

type RecordedFile = Installation['files'][number];

function mapText({ path, before, after }: RecordedFile, map: (text: string) => string): RecordedFile {
  const mapOrNull = (text: string | null) => (text === null ? null : map(text));
  return { path, before: mapOrNull(before), after: mapOrNull(after) };
}

const toBase64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const fromBase64 = (text: string) => Buffer.from(text, 'base64').toString('latin1');
