/**
 * What is finished: one small file for each repository, written last, beside the files with its tasks.
 *
 *   OUT/static/NAME.jsonl   OUT/evolution/NAME.jsonl   OUT/index/NAME.json
 *
 * Nothing in it comes from the machine or the clock, and no file belongs to two repositories: the folders of all
 * shards, put into one, are the folder of one run.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { UsageError } from '../errors.ts';
import type { Track } from './mine-options.ts';
import { describeDifference, digestOf, type MineSettings } from './mine-settings.ts';
import { makeFolderOf } from './task-writer.ts';

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const Sha = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const TrackSchema = Type.Enum(['static', 'evolution']);

const FileSchema = Type.Object({
  tasks: Count,
  /** Left out, because the same prefix and target were written before. */
  duplicates: Count,
  bytes: Count,
  sha256: Text,
});

const EntrySchema = Type.Object({
  schema: Type.Literal('code2lora/mined@1'),
  repository: Text,
  split: Text,
  /** As the list names the commit; null: HEAD. */
  revision: Type.Union([Text, Type.Null()]),
  commit: Sha,
  /** Where its first-parent history begins: forks of each other have the same. */
  root: Sha,
  /** Of the first-parent history. */
  commits: Count,
  files: Type.Object({ static: Type.Optional(FileSchema), evolution: Type.Optional(FileSchema) }),
  /** Of files that could not be read to the end. */
  notices: Count,
  settings: Type.Object({
    ...{ tracks: Type.Array(TrackSchema), perCommit: Count, perFile: Count, maxPrefix: Count, version: Text },
  }),
  settingsDigest: Text,
});

export type Entry = Static<typeof EntrySchema>;
export type MinedFile = Static<typeof FileSchema>;

export const taskFile = (out: string, track: Track, name: string): string =>
  join(out, track, `${name}.jsonl`);
const entryFile = (out: string, name: string): string => join(out, 'index', `${name}.json`);

/** Null where there is none, where it cannot be read, and where a file that it speaks of is not as it says. */
export function readEntry(out: string, name: string): Entry | null {
  const file = entryFile(out, name);
  if (!existsSync(file)) return null;
  const entry = parseJson(readFileSync(file, 'utf8'));
  if (!Check(EntrySchema, entry) || entry.repository !== name) return null;
  const isWhole = Object.entries(entry.files).every(([track, { bytes }]) => {
    const found = statSync(taskFile(out, track as Track, name), { throwIfNoEntry: false });
    return found?.size === bytes;
  });
  return isWhole ? entry : null;
}

export function writeEntry(out: string, entry: Entry): void {
  const file = entryFile(out, entry.repository);
  makeFolderOf(file);
  writeFileSync(`${file}.part`, `${JSON.stringify(entry)}\n`);
  renameSync(`${file}.part`, file);
}

/** Before its files are replaced: without an entry they count as not finished. */
export const removeEntry = (out: string, name: string): void => rmSync(entryFile(out, name), { force: true });

/** Names of all repositories that have an entry, of any list. */
export function listEntries(out: string): string[] {
  const folder = join(out, 'index');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.slice(0, -'.json'.length))
    .sort();
}

/** Throws UsageError when an entry was made with other settings. */
export function requireSameSettings(out: string, entries: readonly Entry[], settings: MineSettings): void {
  const other = entries.find(({ settingsDigest }) => settingsDigest !== digestOf(settings));
  if (other === undefined) return;
  throw new UsageError(
    `${out} holds tasks of ${other.repository} that were mined with other options: ` +
      `${describeDifference(other.settings, settings)}.\nGive the same options, or another folder.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // cut off by hand or by a full disk: mined once more
  }
}
