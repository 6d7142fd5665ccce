/**
 * A model of the Llama family → a file of its weights in another precision, for a model pack.
 *
 * In: a model that was read. Out: a file beside the pack. Knows nothing about manifests or sessions.
 */
import { type ConvertOptions, quantizeTensors, widenTensors } from './convert-weights.ts';
import type { Precision } from './manifest-models.ts';
import { matrixShapes, weightShapes } from './transformer-config.ts';
import type { TransformerModel } from './transformer-weights.ts';

/**
 * Writes the quantised linear layers and output layer; the embedding table, norms and biases stay where they are.
 * Throws ModelError for a weight that is NaN or infinite, UsageError when the file cannot be written.
 */
export async function quantizeTransformer(
  model: TransformerModel,
  options: ConvertOptions & { precision: Exclude<Precision, 'fp32'> },
): Promise<void> {
  const names = [...matrixShapes(model.config, model)].map(([name]) => name);
  await quantizeTensors(names.map(model.weight), options);
}

/** Writes all weights as float32, which takes the place of a checkpoint in 16 bits. Throws UsageError. */
export async function widenTransformer(model: TransformerModel, options: ConvertOptions): Promise<void> {
  const names = new Set([...weightShapes(model.config, model)].map(([name]) => name));
  await widenTensors([...names].map(model.weight), options);
}
