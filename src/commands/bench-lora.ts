/**
 * A LoRA of one repository alone: fine-tuned from nothing on the assertions before the last fifth of its history, with as
 * many steps as the refinement takes up to there. The paper's per-repository baseline.
 *
 * In: assertions, a model pack. Out: an adapter. Deterministic: examples are drawn by the repository's name.
 */
import { drawBatches } from '../adaptation/batches.ts';
import { emptyResidual } from '../adaptation/refine.ts';
import { signalCharacters } from '../adaptation/signal.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { parseTransformerConfig } from '../runtime/transformer-config.ts';
import { readJson } from '../runtime/weight-files.ts';
import type { Asked } from './bench-choice.ts';
import type { Workspace } from './workspace.ts';

export const LAST_FIFTH = 5;

/** More would be most of the benchmark's time. */
const MOST_STEPS = 40;
/** The newest ones. */
const MOST_EXAMPLES = 256;

/** Null where there is nothing to learn from, or no settings to learn with. */
export async function trainRepositoryLora(
  { pack, models }: Pick<Workspace, 'pack' | 'models'>,
  asked: readonly Asked[],
  name: string,
): Promise<LoraAdapter | null> {
  const { adaptation, baseModel } = pack.manifest;
  const earlier = asked.filter(({ fifth }) => fifth < LAST_FIFTH);
  if (!adaptation?.refinement || earlier.length === 0) return null;
  const { learner } = await models();
  const length = signalCharacters(adaptation.signal.promptTokens);
  const texts = earlier.slice(-MOST_EXAMPLES).map(({ assertion: { prefix, target } }) => ({
    ...{ prefix: prefix.slice(-length), target },
    isWhole: prefix.length <= length,
  }));
  const examples = await learner.readExamples(texts);
  if (examples.length === 0) return null;
  const { rank, learningRate, batch, steps, stepsAtStart } = adaptation.refinement;
  const commits = new Set(earlier.map(({ commit }) => commit.sha)).size;
  const planned = Math.min(MOST_STEPS, stepsAtStart + steps * commits);
  const batches = drawBatches({ newest: examples, buffer: examples, batch, seed: name, steps: planned });
  const file = pack.path(baseModel.config);
  const config = parseTransformerConfig(readJson(file), file);
  const residual = emptyResidual(config, { rank, seed: name });
  return (await learner.refine({ frozen: null, residual, batches, learningRate })).residual;
}
