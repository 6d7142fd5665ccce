/**
 * The story of a pull: the published files, once, into a pack that is checked.
 *
 *   revisions and digests → which files are here, is there room → the rest → pins → build
 *
 * In: what the pack is made of. Out: a pack. Hold the lock of the home: two pulls would write the same files. A pull
 * that is killed leaves what it has of each file; the next one goes on from there.
 */
import { readFileSync } from 'node:fs';
import { ModelError } from '../errors.ts';
import type { Precision } from '../runtime/manifest-models.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { buildPack } from './build.ts';
import type { LocalModel } from './describe.ts';
import { requireSpace } from './disk-space.ts';
import { type Fetched, type FetchedFile, type FetchOptions, fetchAll } from './fetch-files.ts';
import { cachedPackFolder } from './folder.ts';
import type { OfficialPack } from './official.ts';
import { planReleased, type ReleasedModels } from './pack-plan.ts';
import { removePart } from './part-file.ts';
import { PINS_SCHEMA, type Pins, parsePins, pinsText, readPins, requirePinned, writePins } from './pins.ts';
import { type PullPlan, planPull } from './pull-plan.ts';
import { inSourceNames } from './source-names.ts';
import { type ChosenSource, checkRevisions, chooseSources, type Role } from './sources.ts';

export interface PullOptions extends FetchOptions {
  precision: Precision;
  measure: boolean;
  revisions?: Readonly<Record<string, string>>;
  /** Hears what will be fetched, from where and under which licence, before anything large is. */
  onPlan?: ((plan: PullPlan) => void) | undefined;
}

export interface PulledPack {
  pack: ModelPack;
  /** Nothing was done: it was there as it was asked for. */
  wasThere: boolean;
  downloadedBytes: number;
}

/** Throws UsageError, ModelError; see the parts. */
export async function pullPack(official: OfficialPack, options: PullOptions): Promise<PulledPack> {
  checkRevisions(official, options.revisions ?? {});
  const there = findPulled(official, options);
  if (there !== undefined) return { pack: there, wasThere: true, downloadedBytes: 0 };
  const { home, precision, revisions = {} } = options;
  const pins = readPins(home, official.name);
  const sources = await chooseSources(official, { ...options, pins, revisions });
  // Now that the Hub has said which commit a branch is.
  const commits = Object.fromEntries(sources.map(({ repository, commit }) => [repository, commit]));
  const same = findPulled(official, { ...options, revisions: commits });
  if (same !== undefined) return { pack: same, wasThere: true, downloadedBytes: 0 };
  const plan = planPull(sources, {
    ...{ name: official.name, precision, home, cacheFolder: options.settings.cacheFolder },
  });
  options.onPlan?.(plan);
  requireSpace(home.root, { bytes: plan.diskBytes, purpose: `pull ${official.name} in ${precision}` });
  const fetched = await fetchAll(
    sources.flatMap(({ files }) => files),
    options,
  );
  const found = pinsOf(sources, fetched, pins);
  checkPins(sources, found, { pins, revisions });
  const pack = await build(official, { sources, fetched, pins: found, options });
  // Not before: what does not make a pack must not be insisted on.
  writePins(home, official.name, found);
  for (const { path, isPart } of fetched.values()) if (isPart) removePart(path);
  return { pack, wasThere: false, downloadedBytes: plan.downloadBytes };
}

/** The pack, when it is there in this precision and from the revisions that are wanted. */
function findPulled(
  official: OfficialPack,
  { home, precision, revisions = {} }: PullOptions,
): ModelPack | undefined {
  const dir = cachedPackFolder(home, official.name);
  if (dir === undefined) return undefined;
  try {
    const pack = openModelPack(dir);
    const pins = readSources(pack);
    const { baseModel, encoder, hypernetwork } = official;
    const isSame = [baseModel, encoder, hypernetwork].every(({ repository, revision }) => {
      const wanted = revisions[repository] ?? revision;
      return wanted === null || pins?.repositories[repository]?.commit === wanted;
    });
    return isSame && pack.manifest.precision.baseModel === precision ? pack : undefined;
  } catch (error) {
    if (error instanceof ModelError) return undefined; // damaged: it is built anew
    throw error;
  }
}

export const SOURCES_FILE = 'sources.json';

/** What a pulled pack says about where its files come from; undefined for one that was not pulled. */
export function readSources({ manifest, path }: ModelPack): Pins | undefined {
  if (!Object.hasOwn(manifest.files, SOURCES_FILE)) return undefined;
  return parsePins(readFileSync(path(SOURCES_FILE), 'utf8'), path(SOURCES_FILE));
}

function pinsOf(sources: readonly ChosenSource[], fetched: Fetched, before: Pins | undefined): Pins {
  const repositories = Object.fromEntries(
    sources.map(({ repository, commit, license, files }) => {
      const entries = files.map((file) => [
        file.path,
        { bytes: file.bytes, sha256: (fetched.get(file) as FetchedFile).sha256 },
      ]);
      return [repository, { commit, license, files: Object.fromEntries(entries) }];
    }),
  );
  return { schema: PINS_SCHEMA, repositories: { ...before?.repositories, ...repositories } };
}

/** Once more, now that every file has been hashed: also those for which the Hub gives no sha256. */
function checkPins(
  sources: readonly ChosenSource[],
  found: Pins,
  { pins, revisions }: { pins: Pins | undefined; revisions: Readonly<Record<string, string>> },
): void {
  for (const { repository: name, commit } of sources) {
    const before = pins?.repositories[name];
    if (before?.commit !== commit || revisions[name] !== undefined) continue;
    for (const [path, file] of Object.entries(found.repositories[name]?.files ?? {}))
      requirePinned(before, { name, path, found: file });
  }
}

interface BuildInputs {
  sources: readonly ChosenSource[];
  fetched: Fetched;
  pins: Pins;
  options: PullOptions;
}

async function build(
  official: OfficialPack,
  { sources, fetched, pins, options }: BuildInputs,
): Promise<ModelPack> {
  const sha256ByPath = new Map([...fetched.values()].map(({ path, sha256 }) => [path, sha256]));
  const { name, version } = official;
  const license = sources
    .map(({ repository, license }) => `${repository}: ${license ?? 'unknown'}`)
    .join('; ');
  try {
    const plan = planReleased({ name, version, license }, modelsOf(sources, fetched), {
      texts: { [SOURCES_FILE]: pinsText(pins) },
      digestOf: (path) => sha256ByPath.get(path),
    });
    return await buildPack(name, plan, options);
  } catch (error) {
    const names = [...fetched].map(([file, { path }]) => [path, `${file.repository}/${file.path}`] as const);
    throw inSourceNames(error, new Map(names));
  }
}

function modelsOf(sources: readonly ChosenSource[], fetched: Fetched): ReleasedModels {
  const placesOf = (role: Role) => {
    const files = sources.find((source) => source.role === role)?.files ?? [];
    return new Map(files.map((file) => [file.path, (fetched.get(file) as FetchedFile).path]));
  };
  const [checkpoint] = [...placesOf('hypernetwork')].filter(([name]) => name.endsWith('.pt'));
  return {
    baseModel: modelOf(placesOf('base-model'), 'the base model'),
    encoder: modelOf(placesOf('encoder'), 'the encoder'),
    checkpoint: named(checkpoint, 'the hypernetwork: a .pt file'),
  };
}

function modelOf(places: ReadonlyMap<string, string>, what: string): LocalModel {
  const place = (name: string) => named([name, places.get(name)], `${what}: ${name}`).path;
  const weights = [...places].filter(([name]) => name.endsWith('.safetensors'));
  return {
    config: place('config.json'),
    tokenizer: place('tokenizer.json'),
    weights: [
      named(weights[0], `${what}: model.safetensors`),
      ...weights.slice(1).map((entry) => named(entry, what)),
    ],
    license: places.get('LICENSE'),
  };
}

function named(
  entry: readonly [string, string | undefined] | undefined,
  what: string,
): { name: string; path: string } {
  const [name, path] = entry ?? [];
  if (name !== undefined && path !== undefined) return { name, path };
  throw new ModelError(
    `Cannot build the pack: the repository lacks a file of ${what}.\nName another revision with --revision, or update code2lora.`,
  );
}
