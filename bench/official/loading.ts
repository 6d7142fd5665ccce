/**
 * Row 3: what opening the published shape costs a process that has done nothing else yet.
 *
 * As a program it is that process: it opens GRU and head of a pack, makes an adapter, and prints what that took.
 */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { openUpdater } from '../../src/gru/rollout.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { OFFICIAL } from '../../test/helpers/official-checkpoint.ts';
import { random } from '../../test/helpers/random.ts';
import { processMemory } from './process-memory.ts';
import { number, showTarget, showTimes, summarize } from './rows.ts';

const RUNS = 5;

export async function measureLoading(pack: ModelPack): Promise<void> {
  const command = ['--import', 'tsx', 'bench/official/loading.ts', pack.dir];
  const runs = Array.from(
    { length: RUNS },
    () =>
      JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' })) as {
        ms: number;
        megabytes: number;
      },
  );
  const times = summarize(
    'opening it in a new process, library included',
    runs.map(({ ms }) => ms),
  );
  showTimes(times);
  showTarget('loaded in under 100 ms', `${number(times.best)} ms`, times.best < 100);
  const most = Math.max(...runs.map(({ megabytes }) => megabytes));
  showTarget('under 150 MB of private memory', `${number(most)} MB more than before, at most`, most < 150);
}

async function openOnce(dir: string): Promise<{ ms: number; megabytes: number }> {
  const before = processMemory(process.pid).privateBytes;
  const pack = openModelPack(dir);
  const begun = performance.now();
  await using updater = await openUpdater(pack);
  await using generator = await openGenerator(pack);
  const ms = performance.now() - begun;
  const state = await updater.step(
    random(1).normal(OFFICIAL.hiddenSize),
    random(2).normal(OFFICIAL.embeddingSize),
  );
  await generator.generate(state);
  return { ms, megabytes: (processMemory(process.pid).privateBytes - before) / 1e6 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(JSON.stringify(await openOnce(process.argv[2] as string)));
}
