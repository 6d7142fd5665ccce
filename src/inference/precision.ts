/**
 * A model pack in another precision than the one its manifest asks for.
 *
 * In: a pack that holds its weights in several precisions. Out: the same pack as if its manifest had asked for
 * another one. What the encoder and the hypernetwork compute goes into snapshots, so a change of theirs gives the
 * pack another identity; the base model's only changes how values are scored, unless the pack learns with it.
 */
import { createHash } from 'node:crypto';
import type { PackManifest } from '../runtime/manifest.ts';
import { type ModelPart, PRECISIONS, type Precision, quantizedFile } from '../runtime/manifest-models.ts';
import type { ModelPack } from '../runtime/model-pack.ts';

export type PackPrecision = PackManifest['precision'];

export const PARTS = ['baseModel', 'encoder', 'hypernetwork'] as const satisfies readonly ModelPart[];

/** Throws nothing: whether the files are there is for `availablePrecisions` to say. */
export function withPrecision(pack: ModelPack, precision: PackPrecision): ModelPack {
  const asked = pack.manifest.precision;
  if (PARTS.every((part) => precision[part] === asked[part])) return pack;
  const manifest = { ...pack.manifest, precision };
  const learns = asked.baseModel !== precision.baseModel && manifest.adaptation !== null;
  const changesState =
    learns || precision.encoder !== asked.encoder || precision.hypernetwork !== asked.hypernetwork;
  return { ...pack, manifest, digest: changesState ? digestOf(pack, precision) : pack.digest };
}

function digestOf(
  { digest, manifest }: ModelPack,
  { baseModel, encoder, hypernetwork }: PackPrecision,
): string {
  const learning = manifest.adaptation === null ? [] : [baseModel];
  return createHash('sha256')
    .update(JSON.stringify([digest, encoder, hypernetwork, ...learning]))
    .digest('hex');
}

/** What a part can run in, best first: what the manifest asks for, then what takes less memory and is there. */
export function availablePrecisions({ manifest }: ModelPack, part: ModelPart): Precision[] {
  const asked = manifest.precision[part];
  const smaller = PRECISIONS.slice(PRECISIONS.indexOf(asked) + 1);
  const isThere = (precision: Precision) => {
    const file = quantizedFile(
      { ...manifest, precision: { ...manifest.precision, [part]: precision } },
      part,
    );
    return file !== undefined && Object.hasOwn(manifest.files, file);
  };
  return [asked, ...smaller.filter(isThere)];
}
