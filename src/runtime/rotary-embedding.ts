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
);

/** Llama 3.1: low frequencies are divided, high ones stay, those between are blended. */
interface Llama3Scaling {
  factor: number;
  lowFrequencyFactor: number;
  highFrequencyFactor: number;
  /** Positions that the model was first trained on. */
  originalPositions: number;
}

/**
 * Reads the settings: `rope_parameters` since transformers 5; before, `rope_theta` and `rope_scaling`. Without a
 * theta it is `defaultTheta`, if the architecture has one. Throws ModelError for another scaling.
 */
export function parseRotation(
  fields: Readonly<Record<string, unknown>>,
  { place, defaultTheta }: { place: string; defaultTheta?: number | undefined },
): Rotation {
  const recent = (fields.rope_parameters ?? undefined) as Record<string, unknown> | undefined;
  const settings = recent ?? (fields.rope_scaling as Record<string, unknown> | null | undefined) ?? {};
  const theta = field.positive(
    settings.rope_theta ?? fields.rope_theta ?? defaultTheta,
    `${place}: rope_theta`,
  );
  checkWhole(settings.partial_rotary_factor ?? fields.partial_rotary_factor ?? 1, place);
  const number = (key: string) => field.positive(settings[key], `${place}: ${key}`);
  const type = settings.rope_type ?? settings.type ?? 'default';
  if (type === 'default') return { theta, scaling: 'none' };
  if (type === 'linear') return { theta, scaling: 'linear', factor: number('factor') };
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

/** Radians per position of each pair of a head's numbers: (headSize / 2). */
export function rotaryFrequencies(rotation: Rotation, headSize: number): Float32Array {
  const plain = Float32Array.from(
    { length: headSize / 2 },
    (_, pair) => 1 / rotation.theta ** ((2 * pair) / headSize),
  );
  if (rotation.scaling === 'none') return plain;
  if (rotation.scaling === 'linear') return plain.map((frequency) => frequency / rotation.factor);
  return plain.map((frequency) => scaleLikeLlama3(frequency, rotation));
}

/** Cosines and sines of position · frequency, both (positions, headSize / 2). */
export function rotaryTables(
  frequencies: Float32Array,
  positions: number,
): { cosines: Float32Array; sines: Float32Array } {
  const width = frequencies.length;
  const angles = Float32Array.from(
    { length: positions * width },
    (_, index) => Math.floor(index / width) * (frequencies[index % width] as number),
  );
  return { cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
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
    `Cannot use ${place}: its rope_type is ${JSON.stringify(type)}, known are "default", "linear" and "llama3".\n` +
      'Use a model with one of these; a model that needs another for long texts only can be used with it removed.',
  );
}
