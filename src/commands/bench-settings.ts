/**
 * What decides the scores besides the repositories: resolved once, and kept with them, so that one table is never made in
 * two ways.
 *
 * In: options, a model pack. Out: settings with the methods that the pack can do. Knows nothing about repositories.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../errors.ts';
import { type BenchmarkMethod, METHODS, methodOf, methodOfParts } from '../report/benchmark-methods.ts';
import type { BenchmarkSettings } from '../report/benchmark-scores.ts';
import { chooseParts } from '../runtime/manifest-adaptation.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import type { BenchOptions } from './bench-options.ts';
import { packageVersion } from './mine-settings.ts';

const PER_REPOSITORY = 24;
const MAX_HISTORY = 240;

/** Throws UsageError for an unknown method, one that the pack cannot do, and a date that is none. */
export function resolveBench(options: BenchOptions, pack: ModelPack): BenchmarkSettings {
  const { name, version, precision } = pack.manifest;
  const own = methodOfParts(chooseParts(pack.manifest, null)) as BenchmarkMethod;
  const { methods, left } = chooseMethods(options.methods, { pack, own });
  return {
    version: packageVersion(),
    ...{ pack: name, packVersion: version, packDigest: pack.digest, precision: precision.baseModel },
    ...{ methods: methods.map((method) => method.name), own: own.name, left },
    perRepository: options.perRepository ?? PER_REPOSITORY,
    maxHistory: options.maxHistory ?? MAX_HISTORY,
    cut: parseCut(options.cut),
  };
}

interface Chosen {
  methods: BenchmarkMethod[];
  left: BenchmarkSettings['left'];
}

function chooseMethods(
  wanted: readonly string[] | undefined,
  { pack, own }: { pack: ModelPack; own: BenchmarkMethod },
): Chosen {
  if (wanted !== undefined) {
    for (const name of wanted) requireMethod(name, pack);
    return { methods: METHODS.filter(({ name }) => wanted.includes(name)), left: [] };
  }
  const usual = METHODS.filter((method) => !method.isExtra || method === own);
  const judged = usual.map((method) => ({ method, reason: obstacleOf(method, pack) }));
  return {
    methods: judged.flatMap(({ method, reason }) => (reason === null ? [method] : [])),
    left: judged.flatMap(({ method, reason }) => (reason === null ? [] : [{ method: method.name, reason }])),
  };
}

function requireMethod(name: string, pack: ModelPack): void {
  const method = methodOf(name);
  if (method === undefined)
    throw new UsageError(
      `Unknown method "${name}".\nExpected some of: ${METHODS.map((known) => known.name).join(', ')}.`,
    );
  const reason = obstacleOf(method, pack);
  if (reason !== null)
    throw new UsageError(
      `The model pack "${pack.manifest.name}" cannot do "${name}": ${reason}.\nLeave it out, or use another pack.`,
    );
}

/** Why a pack cannot do a method; null when it can. */
function obstacleOf({ name, parts, isInRepo }: BenchmarkMethod, { manifest }: ModelPack): string | null {
  const { adaptation, meanAdapter, precision } = manifest;
  const needsMean = name.startsWith('shared') || (parts !== undefined && !parts.includes('gru'));
  if (parts?.includes('memory') && !adaptation?.memory) return 'it has no memory';
  if (needsMean && meanAdapter === null) return 'it has no mean adapter';
  const needsGradient = isInRepo || parts?.includes('refinement');
  if (needsGradient && !adaptation?.refinement) return 'it has no settings for refinement';
  if (needsGradient && precision.baseModel !== 'fp32')
    return `gradients need weights in fp32, its base model is in ${precision.baseModel}`;
  return null;
}

function parseCut(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new UsageError(`"${text}" is no day.\nExpected one such as 2025-06-01.`);
}

/** Of all that decides the adapter of a commit. */
export const digestOf = ({
  packDigest,
  own,
  perRepository,
  maxHistory,
  version,
}: BenchmarkSettings): string =>
  createHash('sha256')
    .update(JSON.stringify([packDigest, own, perRepository, maxHistory, version]))
    .digest('hex');

/** Throws UsageError when scores were made with other settings. The cut decides about tables only. */
export function requireSameBench(file: string, before: BenchmarkSettings, now: BenchmarkSettings): void {
  const names = (settings: BenchmarkSettings) =>
    Object.entries({ ...settings, left: null, cut: null }).map(
      ([name, value]) => [name, String(value)] as const,
    );
  const current = new Map(names(now));
  const changed = names(before).filter(([name, value]) => value !== current.get(name));
  if (changed.length === 0) return;
  const list = changed.map(([name, value]) => `${name} ${value} (now ${current.get(name)})`).join(', ');
  throw new UsageError(
    `${file} holds scores that were made with other options: ${list}.\nGive the same ones, or another --out.`,
  );
}
