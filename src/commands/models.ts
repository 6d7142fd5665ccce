/**
 * The model packs of this machine: what there is, getting more, checking them, removing them.
 *
 * In: names, paths, the environment. Out: results that can be printed. The only commands that download models: every
 * other one, and every hook, works with what is here or says which of these to run.
 */
import { readdirSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import {
  cachedPackFolder,
  cachedPacks,
  checkPackName,
  type PackHome,
  packHome,
  removePackFolder,
} from '../packs/folder.ts';
import { NETWORK } from '../packs/hub-request.ts';
import { hubSettings } from '../packs/hub-settings.ts';
import { importPack } from '../packs/import.ts';
import { describePack, verifyPack } from '../packs/inspect.ts';
import { DEFAULT_PRECISION } from '../packs/missing-pack.ts';
import { OFFICIAL_PACKS, type OfficialPack } from '../packs/official.ts';
import { removePins } from '../packs/pins.ts';
import { pullPack } from '../packs/pull.ts';
import { PRECISIONS, type Precision } from '../runtime/manifest-models.ts';
import type {
  ModelsImport,
  ModelsImportOptions,
  ModelsList,
  ModelsPull,
  ModelsPullOptions,
  ModelsRemoval,
  ModelsVerification,
  ModelsVerifyOptions,
} from './models-options.ts';
import { withPackLock } from './pack-lock.ts';
import { packageFile } from './workspace.ts';

/** Everything that can be named with --model, and what could be pulled. Damaged packs are listed with their problem. */
export function listModels(home: PackHome = packHome()): ModelsList {
  const cached = cachedPacks(home);
  const isHere = new Set(cached.map(({ name }) => name));
  return {
    schema: 'code2lora/models@1',
    home: home.root,
    packs: [
      ...shippedPacks().map((pack) => ({ ...describePack(pack), origin: 'shipped' as const })),
      ...cached.map((pack) => ({ ...describePack(pack), origin: 'cached' as const })),
    ],
    available: OFFICIAL_PACKS.filter(({ name }) => !isHere.has(name)).map(
      ({ name, summary, downloadBytes }) => ({
        ...{ name, summary, downloadBytes },
      }),
    ),
  };
}

/** Downloads a published pack and builds it. Throws UsageError, ModelError. */
export async function pullModel(name: string, options: ModelsPullOptions = {}): Promise<ModelsPull> {
  const { offline, onPlan, onProgress, onNote, measure = true } = options;
  const official = findOfficial(name, options.packs ?? OFFICIAL_PACKS);
  const home = packHome();
  const precision = parsePrecision(options.precision);
  const revisions = parseRevisions(options.revisions ?? [], official);
  const network = {
    ...NETWORK,
    ...options.network,
    onPause: (reason: string, ms: number) => onNote?.(`${reason}; trying again in ${Math.ceil(ms / 1000)} s`),
  };
  const settings = hubSettings(process.env, { offline });
  const asked = { home, settings, network, precision, measure, revisions, onPlan, onProgress, onNote };
  const { pack, wasThere, downloadedBytes } = await withPackLock(home, options, () =>
    pullPack(official, asked),
  );
  return {
    schema: 'code2lora/models-pull@1',
    pack: describePack({ name, dir: pack.dir }),
    outcome: wasThere ? 'unchanged' : 'pulled',
    downloadedBytes,
  };
}

/** Makes a pack of local files. Throws UsageError, ModelError. */
export async function importModel(path: string, options: ModelsImportOptions): Promise<ModelsImport> {
  const name = checkPackName(options.name);
  const reserved = [...shippedPacks(), ...OFFICIAL_PACKS].find((pack) => pack.name === name);
  if (reserved !== undefined)
    throw new UsageError(
      `"${name}" is the name of a pack of code2lora's own.\nChoose another one with --name.`,
    );
  const home = packHome();
  const precision = parsePrecision(options.precision);
  const { baseModel, encoder, license, onProgress, onNote, measure = true } = options;
  const asked = { home, name, precision, measure, baseModel, encoder, license, onProgress, onNote };
  const pack = await withPackLock(home, options, () => importPack(path, asked));
  return { schema: 'code2lora/models-import@1', pack: describePack({ name, dir: pack.dir }) };
}

/** Hashes every file of one pack, or of all. Throws UsageError for a name that is not there. */
export async function verifyModels(options: ModelsVerifyOptions = {}): Promise<ModelsVerification> {
  const { name, onProgress } = options;
  const home = packHome();
  const all = [...shippedPacks(), ...cachedPacks(home)];
  const wanted = name === undefined ? all : all.filter((pack) => pack.name === name);
  if (wanted.length === 0) throw notHere(name as string, home);
  const packs = [];
  for (const pack of wanted) packs.push(await verifyPack(pack, { home, onProgress }));
  return { schema: 'code2lora/models-verify@1', packs };
}

/** Removes a pack from the cache, and what it was pinned to. Throws UsageError. */
export async function removeModel(name: string, options: ModelsVerifyOptions = {}): Promise<ModelsRemoval> {
  if (shippedPacks().some((pack) => pack.name === name))
    throw new UsageError(
      `"${name}" is a part of the installed package.\nIt goes when the package is uninstalled.`,
    );
  const home = packHome();
  return await withPackLock(home, options, async () => {
    const dir = cachedPackFolder(home, name);
    if (dir === undefined) throw notHere(name, home);
    const { bytes } = describePack({ name, dir });
    removePackFolder(home, name);
    if (options.forget) removePins(home, name);
    return { schema: 'code2lora/models-remove@1', name, path: dir, bytes };
  });
}

function shippedPacks(): { name: string; dir: string }[] {
  const folder = packageFile('models');
  if (folder === undefined) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, dir: `${folder}/${name}` }));
}

function findOfficial(name: string, packs: readonly OfficialPack[]): OfficialPack {
  const found = packs.find((pack) => pack.name === name);
  if (found) return found;
  const known = packs.map((pack) => pack.name).join(', ');
  throw new UsageError(
    `There is no published model pack "${name}".\nExpected one of: ${known}. Files on this machine: code2lora models import.`,
  );
}

function parsePrecision(text: string = DEFAULT_PRECISION): Precision {
  const precision = PRECISIONS.find((value) => value === text);
  if (precision) return precision;
  throw new UsageError(`Unknown precision "${text}".\nExpected one of: ${PRECISIONS.join(', ')}.`);
}

/** `owner/name@revision`, or a revision alone: of the repository with the authors' weights. */
function parseRevisions(texts: readonly string[], { hypernetwork }: OfficialPack): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, repository = hypernetwork.repository, revision] =
        /^(?:([\w.-]+\/[\w.-]+)@)?([\w.-]{1,100})$/.exec(text) ?? [];
      if (revision !== undefined) return [repository, revision];
      throw new UsageError(`"${text}" names no revision.\nExpected owner/name@commit, or a commit.`);
    }),
  );
}

function notHere(name: string, home: PackHome): UsageError {
  const names = cachedPacks(home).map((pack) => pack.name);
  return new UsageError(
    `There is no model pack "${name}" in ${home.packs}.\n` +
      (names.length > 0
        ? `There are: ${names.join(', ')}.`
        : 'There is none yet: "code2lora models pull official".'),
  );
}
