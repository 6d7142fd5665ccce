/**
 * Rotary position embedding (Su et al. 2021): angles by position, with the scalings that checkpoints ask for.
 *
 * In: the rope settings of a config.json. Out: frequencies, and tables of cosines and sines. Knows nothing about
 * graphs. Values are rounded to float32 where PyTorch rounds them (transformers, modeling_rope_utils.py).
 */
import { ModelError } from '../errors.ts';
import * as field from './manifest-fields.ts';

export type Rotation = { theta: number } & (
  | { scaling: 'none' }
  | { scaling: 'linear'; factor: number }
  | ({ scaling: 'llama3' } & Llama3Scaling)
  | ({ scaling: 'yarn' } & YarnScaling)
  /** Changes nothing up to this number of positions; longer inputs are not built. */
  | { scaling: 'dynamic'; positions: number }
);

/** Llama 3.1: low frequencies are divided, high ones stay, those between are blended. */
interface Llama3Scaling {
  factor: number;
  lowFrequencyFactor: number;
  highFrequencyFactor: number;
  /** Positions that the model was first trained on. */
  originalPositions: number;
}

/** Peng et al. 2023: the same by the number of turns within the positions, and larger queries and keys. */
interface YarnScaling {
  factor: number;
  originalPositions: number;
  /** Turns above which a frequency stays, and below which it is divided. */
  turns: { most: number; least: number };
  /** Whether the pairs between which it is blended are whole ones. */
  truncate: boolean;
  attentionFactor: number;
}

/**
 * Reads the settings: `rope_parameters` since transformers 5; before, `rope_theta` and `rope_scaling`. Without a
 * theta it is `defaultTheta`, if the architecture has one. Throws ModelError for another scaling.
 */
export function parseRotation(
  fields: Readonly<Record<string, unknown>>,
  { place, defaultTheta }: { place: string; defaultTheta?: number | undefined },
): Rotation {
  const named = fields.rope_parameters ? 'rope_parameters' : 'rope_scaling';
  const settings = field.record((value) => value)(fields[named] ?? {}, `${place}: ${named}`);
  const theta = field.positive(
    settings.rope_theta ?? fields.rope_theta ?? defaultTheta,
    `${place}: rope_theta`,
  );
  checkWhole(settings.partial_rotary_factor ?? fields.partial_rotary_factor ?? 1, place);
  const number = (key: string) => field.positive(settings[key], `${place}: ${key}`);
  const type = settings.rope_type ?? settings.type ?? 'default';
  if (type === 'default') return { theta, scaling: 'none' };
  if (type === 'linear') return { theta, scaling: 'linear', factor: number('factor') };
  const { max_position_embeddings: positions } = fields;
  if (type === 'dynamic')
    return {
      theta,
      scaling: 'dynamic',
      positions: field.positive(positions, `${place}: max_position_embeddings`),
    };
  if (type === 'yarn')
    return {
      theta,
      scaling: 'yarn',
      ...parseYarn({ max_position_embeddings: positions, ...settings }, place),
    };
  if (type !== 'llama3') throw unknownScaling(place, type);
  return {
    theta,
    scaling: 'llama3',
    factor: number('factor'),
    lowFrequencyFactor: number('low_freq_factor'),
    highFrequencyFactor: number('high_freq_factor'),
    originalPositions: number('original_max_position_embeddings'),
  };
}

/** Defaults are those of transformers 5; what it leaves out, as null, is as if it were not there. */
function parseYarn(settings: Readonly<Record<string, unknown>>, place: string): YarnScaling {
  const number = (key: string, fallback?: number) =>
    field.positive(settings[key] ?? fallback, `${place}: ${key}`);
  const originalPositions = number(
    settings.original_max_position_embeddings
      ? 'original_max_position_embeddings'
      : 'max_position_embeddings',
  );
  const factor =
    settings.factor == null ? number('max_position_embeddings') / originalPositions : number('factor');
  const size = (scale: number) => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  const byScales =
    settings.mscale && settings.mscale_all_dim
      ? size(number('mscale')) / size(number('mscale_all_dim'))
      : size(1);
  return {
    factor,
    originalPositions,
    turns: { most: number('beta_fast', 32), least: number('beta_slow', 1) },
    truncate: field.boolean(settings.truncate ?? true, `${place}: truncate`),
    attentionFactor: number('attention_factor', byScales),
  };
}

/** Radians per position of each pair of a head's numbers: (headSize / 2). */
export function rotaryFrequencies(rotation: Rotation, headSize: number): Float32Array {
  const plain = Float32Array.from(
    { length: headSize / 2 },
    (_, pair) => 1 / rotation.theta ** ((2 * pair) / headSize),
  );
  if (rotation.scaling === 'none' || rotation.scaling === 'dynamic') return plain;
  if (rotation.scaling === 'linear') return plain.map((frequency) => frequency / rotation.factor);
  if (rotation.scaling === 'yarn') return scaleLikeYarn(plain, rotation);
  return plain.map((frequency) => scaleLikeLlama3(frequency, rotation));
}

/**
 * Cosines and sines of position · frequency, both (positions, headSize / 2), times what the scaling asks for. Throws
 * ModelError for more positions than the scaling is built for.
 */
export function rotaryTables(
  rotation: Rotation,
  { headSize, positions }: { headSize: number; positions: number },
): { cosines: Float32Array; sines: Float32Array } {
  if (rotation.scaling === 'dynamic' && positions > rotation.positions) throw tooLong(rotation, positions);
  const frequencies = rotaryFrequencies(rotation, headSize);
  const factor = rotation.scaling === 'yarn' ? Math.fround(rotation.attentionFactor) : 1;
  const width = frequencies.length;
  const angles = Float32Array.from(
    { length: positions * width },
    (_, index) => Math.floor(index / width) * (frequencies[index % width] as number),
  );
  return {
    cosines: angles.map((angle) => Math.fround(Math.cos(angle)) * factor),
    sines: angles.map((angle) => Math.fround(Math.sin(angle)) * factor),
  };
}

function scaleLikeYarn(
  plain: Float32Array,
  { theta, factor, originalPositions, turns, truncate }: YarnScaling & { theta: number },
): Float32Array {
  const width = plain.length;
  // The pair that makes so many turns within the positions.
  const pairOf = (count: number) =>
    (width * Math.log(originalPositions / (count * 2 * Math.PI))) / Math.log(theta);
  const [first, last] = [pairOf(turns.most), pairOf(turns.least)];
  const from = Math.max(truncate ? Math.floor(first) : first, 0);
  const to = Math.min(truncate ? Math.ceil(last) : last, 2 * width - 1);
  const span = from === to ? 0.001 : to - from;
  return plain.map((frequency, pair) => {
    const divided = Math.min(Math.max((pair - from) / span, 0), 1);
    return (frequency / factor) * divided + frequency * (1 - divided);
  });
}

function scaleLikeLlama3(
  frequency: number,
  { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions }: Llama3Scaling,
): number {
  const wavelength = Math.fround((2 * Math.PI) / frequency);
  if (wavelength > originalPositions / low) return frequency / factor;
  if (wavelength < originalPositions / high) return frequency;
  const smooth = (originalPositions / wavelength - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

function checkWhole(factor: unknown, place: string): void {
  if (factor === 1) return;
  throw new ModelError(
    `Cannot use ${place}: its partial_rotary_factor is ${JSON.stringify(factor)}, expected 1.\n` +
      'Use a model that rotates whole heads.',
  );
}

function unknownScaling(place: string, type: unknown): ModelError {
  return new ModelError(
    `Cannot use ${place}: its rope_type is ${JSON.stringify(type)}, known are "default", "linear", "dynamic", "llama3" and "yarn".\n` +
      'Use a model with one of these; a model that needs another for long texts only can be used with it removed.',
  );
}

function tooLong({ positions: most }: { positions: number }, positions: number): ModelError {
  return new ModelError(
    `Cannot use ${positions} positions: with rope_type "dynamic" ${most} are expected at most (max_position_embeddings).\n` +
      'Lower contextTokens in the manifest of the model pack.',
  );
}
