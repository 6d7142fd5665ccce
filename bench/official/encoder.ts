/**
 * Row 4: Qwen3-Embedding-0.6B's shape in fp32, one window after the other as the product embeds, against torch.
 */

import { buildEncoderGraph } from '../../src/embedding/encoder-graph.ts';
import { openSession, type Session } from '../../src/runtime/session.ts';
import { relativeError } from '../../src/scoring/precision-loss.ts';
import { random } from '../../test/helpers/random.ts';
import { alternate, heading, line, showRatio, showTimes, timed } from './rows.ts';
import { openPython } from './side.ts';
import { openModel, type Workshop } from './workshop.ts';

/** Windows of diffs and of files in the released recipe; the long ones take seconds. */
const WINDOWS = [
  { tokens: 512, rounds: 5 },
  { tokens: 2048, rounds: 2 },
];

export async function measureEncoder(workshop: Workshop): Promise<void> {
  heading('Encoder, shape of Qwen3-Embedding-0.6B, fp32');
  const folder = await workshop.encoder();
  const model = openModel(folder, { outputLayer: false });
  const graph = buildEncoderGraph(model, { maxPositions: 2048, attention: 'causal' });
  await using session = await openSession(graph, { weightsFolder: model.weightsFolder });
  await using torch = await openPython(['torch', 'transformers']);
  await torch?.ask('encoder_open', { folder });
  for (const { tokens, rounds } of WINDOWS) {
    const ids = randomIds(tokens, model.config.vocabularySize);
    const [ours, other] = await alternate(
      [
        { name: `code2lora, ${tokens} tokens`, run: () => timed(() => embed(session, ids)) },
        ...(torch
          ? [
              {
                name: `torch, ${tokens} tokens`,
                run: async () => (await torch.ask('encoder_run', { ids })).ms,
              },
            ]
          : []),
      ],
      { rounds },
    );
    for (const times of [ours, other]) if (times) showTimes(times, { amount: tokens, unit: 'tokens/s' });
    if (!torch || !ours || !other) continue;
    const { values } = await torch.ask('encoder_run', { ids });
    const error = relativeError(Float32Array.from(values as number[]), await embed(session, ids));
    line(`relative difference to torch: ${error.toExponential(1)}`);
    showRatio('at least 1.8 × as fast as torch', { slow: other, fast: ours, least: 1.8 });
  }
  workshop.remove('encoder');
}

async function embed(session: Session, ids: readonly number[]): Promise<Float32Array> {
  const { embedding } = await session.run({
    input_ids: { data: BigInt64Array.from(ids, BigInt), dims: [1, ids.length] },
  });
  return embedding?.data as Float32Array;
}

export function randomIds(count: number, vocabularySize: number): number[] {
  const { uniform } = random(3);
  return Array.from({ length: count }, () => Math.floor(uniform() * vocabularySize));
}
