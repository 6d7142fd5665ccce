/**
 * Row 6: forty assertions of one file with the 0.5B shape in 8 bits: read with what they have in common, as the
 * product does, against one by one, each with a reader that has read nothing yet.
 */
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractAssertions } from '../../src/assertions/extract.ts';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { quantizeTransformer } from '../../src/runtime/transformer-precision.ts';
import { openLanguageModel, type TargetScore } from '../../src/scoring/language-model.ts';
import { randomAdapter } from '../../test/helpers/published-shapes.ts';
import { writeTinyPack } from '../../test/helpers/tiny-pack.ts';
import { writeLargeTokenizer } from './large-tokenizer.ts';
import { alternate, heading, IS_QUICK, line, showRatio, showTimes, type Times, timed } from './rows.ts';
import { testText } from './shop.ts';
import { openModel, type Workshop } from './workshop.ts';

const ASSERTIONS = IS_QUICK ? 8 : 40;

export async function measureScoring(workshop: Workshop): Promise<void> {
  heading(
    `Scoring ${ASSERTIONS} assertions of one file, shape of Qwen2.5-Coder-0.5B, 8 bits, with an adapter`,
  );
  const folder = await workshop.decoder();
  const pack = await scoringPack(folder);
  const adapter = randomAdapter(openModel(folder).config);
  const { assertions } = await extractAssertions('tests/test_cart.py', testText('cart', ASSERTIONS));
  const tokenizer = openTokenizer(pack.path(pack.manifest.baseModel.tokenizer));
  const lengths = assertions.map(({ prefix }) => tokenizer.encode(prefix).length);
  line(`${assertions.length} assertions after ${lengths[0]} to ${lengths.at(-1)} tokens`);
  await using model = await openLanguageModel(pack);
  await model.score(assertions[0] as (typeof assertions)[0], { adapter });
  const scores: { shared: TargetScore[]; apart: TargetScore[] } = { shared: [], apart: [] };
  const shared = async () => {
    scores.shared = await model.scoreMany(assertions, { adapter });
  };
  const apart = async () => {
    scores.apart = [];
    for (const assertion of assertions) scores.apart.push(await model.score(assertion, { adapter }));
  };
  const times = await alternate(
    [
      { name: 'prefix shared', run: () => timed(shared) },
      { name: 'one by one', run: () => timed(apart) },
    ],
    { rounds: 1, warmup: 0 },
  );
  for (const each of times) showTimes(each);
  line(`largest difference in nll: ${largestDifference(scores).toExponential(1)} nats`);
  const [fast, slow] = times as [Times, Times];
  showRatio('at least 5 × as fast as one by one', { slow, fast, least: 5 });
  rmSync(pack.dir, { recursive: true });
}

const largestDifference = ({ shared, apart }: { shared: TargetScore[]; apart: TargetScore[] }): number =>
  Math.max(...shared.map(({ nll }, index) => Math.abs(nll - (apart[index]?.nll as number))));

/** The tiny pack with another base model; nothing else of it is opened. */
async function scoringPack(model: string): Promise<ModelPack> {
  const { dir } = writeTinyPack();
  mkdirSync(join(dir, 'large'));
  const { vocabularySize } = openModel(model).config;
  for (const name of ['config.json', 'model.safetensors'])
    symlinkSync(join(model, name), join(dir, 'large', name));
  writeLargeTokenizer(join(dir, 'large/tokenizer.json'), vocabularySize);
  const quantized = 'base-model.q8.safetensors';
  await quantizeTransformer(openModel(model), { precision: 'int8', path: join(dir, quantized) });
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as PackManifest;
  const named = { config: 'large/config.json', tokenizer: 'large/tokenizer.json' };
  const weights = ['large/model.safetensors'];
  Object.assign(manifest.baseModel, { ...named, weights, contextTokens: 4096 });
  manifest.precision.baseModel = 'int8';
  for (const name of [...Object.values(named), ...weights, quantized]) {
    // Opening looks at the size only.
    manifest.files[name] = { bytes: statSync(join(dir, name)).size, sha256: '0'.repeat(64) };
  }
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return openModelPack(dir);
}
