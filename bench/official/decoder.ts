/**
 * Row 5: Qwen2.5-Coder-0.5B's shape in fp32 with an adapter as inputs: reading a prompt, and one token after the other;
 * against torch with the adapter in hooks, against transformers.js (which knows no adapters), and against itself
 * without the inputs.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapterTensors, scaling } from '../../src/lora/adapter.ts';
import { encodeSafetensors } from '../../src/runtime/safetensors.ts';
import type { TransformerModel } from '../../src/runtime/transformer-weights.ts';
import { randomAdapter } from '../../test/helpers/published-shapes.ts';
import { openReading, type Reader } from './decoder-reading.ts';
import { randomIds } from './encoder.ts';
import { writeHubExport } from './hub-export.ts';
import {
  alternate,
  type Contestant,
  heading,
  line,
  number,
  showRatio,
  showTarget,
  showTimes,
  type Times,
} from './rows.ts';
import { openPython, type Side } from './side.ts';
import { openTransformersJs } from './transformers-js.ts';
import { openModel, type Workshop } from './workshop.ts';

const PROMPT = 512;
const DECODED = 16;
const ROUNDS = 3;

interface Sides {
  /** On weights as they lie in the file. */
  mapped: Reader;
  /** On weights in the layout of the kernels. */
  adapted: Reader;
  plain: Reader;
  torch: Side | undefined;
  library: Side | undefined;
}

export async function measureDecoder(workshop: Workshop): Promise<void> {
  heading('Decoder, shape of Qwen2.5-Coder-0.5B, fp32, adapter of rank 16 as inputs');
  const folder = await workshop.decoder();
  writeHubExport(folder);
  const model = openModel(folder);
  const ids = randomIds(PROMPT, model.config.vocabularySize);
  const adapter = randomAdapter(model.config);
  await using mapped = await openReading(model, { adapter });
  const begun = performance.now();
  await using adapted = await openReading(model, { adapter, packed: true });
  line(`packing the weights: ${number((performance.now() - begun) / 1000)} s`);
  await using plain = await openReading(model, { packed: true });
  await using torch = await openTorch(folder, model);
  await using library = await openTransformersJs(folder);
  const sides = { mapped, adapted, plain, torch, library };
  await showAgreement(sides, ids);
  await measurePrefill(sides, ids);
  await measureDecode(sides, ids);
  workshop.remove('decoder/onnx');
}

async function openTorch(folder: string, model: TransformerModel): Promise<Side | undefined> {
  const adapter = randomAdapter(model.config);
  const path = join(folder, 'adapter.st');
  writeFileSync(path, encodeSafetensors(adapterTensors(adapter)));
  const torch = await openPython(['torch', 'transformers', 'safetensors']);
  await torch?.ask('decoder_open', { folder, adapter: path, scaling: scaling(adapter) });
  return torch;
}

/** Both sides compute the same: logits after the prompt with the adapter, and greedy tokens without it. */
async function showAgreement(
  { adapted, plain, torch, library }: Sides,
  ids: readonly number[],
): Promise<void> {
  if (torch) {
    const { values } = (await torch.ask('decoder_prefill', { ids })) as { values?: number[] };
    const row = (await adapted.prefill(ids)).row;
    const difference = Math.max(...(values ?? []).map((value, i) => Math.abs(value - (row[i] as number))));
    line(`largest difference to torch in log-probabilities: ${difference.toExponential(1)}`);
  }
  if (library) {
    const { tokens } = (await library.ask('generate', { ids, count: DECODED })) as { tokens?: number[] };
    const first = (await plain.prefill(ids)).token;
    const own = [first, ...(await plain.decode(DECODED - 1)).tokens];
    const equal = own.filter((token, i) => token === tokens?.[i]).length;
    line(`${equal} of ${DECODED} greedy tokens equal those of transformers.js`);
  }
}

async function measurePrefill(sides: Sides, ids: readonly number[]): Promise<void> {
  const { mapped, adapted, plain, torch, library } = sides;
  const contestants: (Contestant | false)[] = [
    { name: 'prefill, code2lora with the adapter', run: async () => (await adapted.prefill(ids)).ms },
    { name: 'prefill, code2lora without its inputs', run: async () => (await plain.prefill(ids)).ms },
    { name: 'prefill, code2lora with it, mapped', run: async () => (await mapped.prefill(ids)).ms },
    torch !== undefined && {
      name: 'prefill, torch with the adapter',
      run: async () => (await torch.ask('decoder_prefill', { ids })).ms,
    },
    library !== undefined && {
      name: 'prefill, transformers.js without one',
      run: async () => (await library.ask('generate', { ids, count: 1 })).ms,
    },
  ];
  await compare('prefill', contestants, PROMPT);
}

async function measureDecode(sides: Sides, ids: readonly number[]): Promise<void> {
  const { mapped, adapted, plain, torch, library } = sides;
  const after = (reader: Reader) => async () => {
    await reader.prefill(ids.slice(0, 128));
    return (await reader.decode(DECODED)).ms;
  };
  const contestants: (Contestant | false)[] = [
    { name: 'decode, code2lora with the adapter', run: after(adapted) },
    { name: 'decode, code2lora without its inputs', run: after(plain) },
    { name: 'decode, code2lora with it, mapped', run: after(mapped) },
    torch !== undefined && {
      name: 'decode, torch with the adapter',
      run: async () => {
        await torch.ask('decoder_prefill', { ids: ids.slice(0, 128) });
        return (await torch.ask('decoder_decode', { count: DECODED })).ms;
      },
    },
    library !== undefined && {
      name: 'decode, transformers.js without one',
      run: async () => {
        const generate = (count: number) => library.ask('generate', { ids: ids.slice(0, 128), count });
        const first = (await generate(1)).ms;
        return (await generate(1 + DECODED)).ms - first;
      },
    },
  ];
  await compare('decode', contestants, DECODED);
}

async function compare(
  what: string,
  contestants: readonly (Contestant | false)[],
  tokens: number,
): Promise<void> {
  const present = contestants.filter((contestant) => contestant !== false);
  const all = await alternate(present, { rounds: ROUNDS });
  for (const times of all) showTimes(times, { amount: tokens, unit: 'tokens/s' });
  const [adapted, plain] = all as [Times, Times];
  const [mapped, torch, library] = ['mapped', 'torch', 'transformers.js'].map((part) =>
    all.find(({ name }) => name.includes(part)),
  );
  if (torch) {
    showRatio(`${what}: at least 2 × as fast as torch`, { slow: torch, fast: adapted, least: 2 });
    showRatio(`${what}: the same, mapped`, { slow: torch, fast: mapped as Times, least: 2 });
  }
  if (library) {
    showRatio(`${what}: faster than transformers.js`, { slow: library, fast: adapted, least: 1 });
    showRatio(`${what}: the same, without the adapter`, { slow: library, fast: plain, least: 1 });
  }
  const cost = (adapted.best / plain.best - 1) * 100;
  const median = (adapted.median / plain.median - 1) * 100;
  showTarget(
    `${what}: adapter inputs cost at most 13 %`,
    `${cost.toFixed(1)} % by best times, ${median.toFixed(1)} % by medians`,
    cost <= 13,
  );
}
