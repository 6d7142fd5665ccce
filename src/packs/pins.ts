/**
 * Which bytes the first pull of a pack got. Every later pull, and `models verify`, insists on the same ones.
 *
 * In: repositories and files with their digests. Out: a small JSON file outside of the pack, because it outlives it.
 * What is fixed in the source (official.ts) needs no pin; the rest is trusted on first use, and shown. Knows nothing
 * about downloads.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ModelError } from '../errors.ts';
import * as field from '../runtime/manifest-fields.ts';
import type { PackHome } from './folder.ts';

export const PINS_SCHEMA = 'code2lora/pins@1';

export interface Pins {
  schema: typeof PINS_SCHEMA;
  repositories: Record<string, PinnedRepository>;
}

export interface PinnedRepository {
  commit: string;
  license: string | null;
  files: Record<string, PinnedFile>;
}

export interface PinnedFile {
  bytes: number;
  sha256: string;
}

/** Undefined before the first pull. Throws ModelError when the file is damaged. */
export function readPins(home: PackHome, name: string): Pins | undefined {
  const path = pinsPath(home, name);
  if (!existsSync(path)) return undefined;
  return parsePins(readFileSync(path, 'utf8'), path);
}

export function parsePins(text: string, path: string): Pins {
  try {
    return checkPins(JSON.parse(text), `${path}:`);
  } catch (cause) {
    throw new ModelError(
      `Cannot read ${path}, which says what was downloaded: ${(cause as Error).message.split('\n')[0]}\n` +
        'Remove the file to trust what the Hub has now, or restore it.',
      { cause },
    );
  }
}

export function writePins(home: PackHome, name: string, pins: Pins): void {
  const path = pinsPath(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, pinsText(pins), { flush: true });
  renameSync(`${path}.tmp`, path);
}

export const removePins = (home: PackHome, name: string): void =>
  rmSync(pinsPath(home, name), { force: true });

export const pinsText = (pins: Pins): string => `${JSON.stringify(pins, null, 2)}\n`;

/** Throws ModelError when a file is not the one of the first pull. */
export function requirePinned(
  pinned: PinnedRepository | undefined,
  { name, path, found }: { name: string; path: string; found: { bytes: number; sha256: string | null } },
): void {
  const known = pinned?.files[path];
  if (known === undefined || (known.bytes === found.bytes && (found.sha256 ?? known.sha256) === known.sha256))
    return;
  throw new ModelError(
    `${path} of ${name} is not the file of the first pull: it has ${found.bytes} bytes and the sha256 ${found.sha256}, ` +
      `expected ${known.bytes} bytes and ${known.sha256}.\n` +
      `The same commit must have the same bytes. If you want the new ones, name the revision: --revision ${name}@${pinned?.commit}.`,
  );
}

const pinsPath = (home: PackHome, name: string): string => join(home.pins, `${name}.json`);

const checkPins = field.object<Pins>({
  schema: field.exactly(PINS_SCHEMA),
  repositories: field.record(
    field.object<PinnedRepository>({
      commit: field.text(/^[0-9a-f]{40}$/, 'a commit'),
      license: field.nullable(field.text(/^.{1,200}$/, 'a text')),
      files: field.record(
        field.object<PinnedFile>({
          bytes: field.integer(0),
          sha256: field.text(/^[0-9a-f]{64}$/, 'a sha256'),
        }),
      ),
    }),
  ),
});
