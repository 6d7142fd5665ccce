/** An adapter of several parts: pairs of all layers, pairs of single layers, ranks of their own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  adapterFromTensors,
  type LoraAdapter,
  type LoraPair,
  rankOf,
  scaling,
} from '../../src/lora/adapter.ts';
import { writeCompact } from '../../src/lora/compact.ts';
import { writeGguf } from '../../src/lora/gguf.ts';
import { joinAdapters } from '../../src/lora/join.ts';
import { readBaseConfig, writePeft } from '../../src/lora/peft.ts';
import { adaptedModules, peftConfig } from '../../src/lora/peft-content.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { moduleName, moduleSizes } from '../../src/runtime/transformer-config.ts';
import { readGguf } from '../helpers/gguf-reader.ts';
import { goldenAdapter, goldenFolder, goldenModel, largestDifference } from '../helpers/golden-decoder.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('lora/layer-exports');
const root = mkdtempSync(join(tmpdir(), 'code2lora-layer-exports-'));
test.after(() => rmSync(root, { recursive: true }));

const { config } = goldenModel();
const sizes = moduleSizes(config);
const baseConfigPath = join(goldenFolder, 'config.json');
const common = { baseConfigPath, precision: 'fp32', baseModelName: 'some/model', provenance: {} } as const;

function pair(type: 'o_proj' | 'down_proj' | 'v_proj', rank: number): LoraPair {
  const { normal } = random(rank);
  const { inFeatures, outFeatures } = sizes[type];
  return { A: normal(rank * inFeatures), B: normal(outFeatures * rank), inFeatures, outFeatures };
}

const memory: LoraAdapter = {
  ...{ rank: 5, alpha: 5 },
  pairs: {
    '0.o_proj': pair('o_proj', 5),
    '1.o_proj': pair('o_proj', 5),
    '1.down_proj': pair('down_proj', 5),
  },
};
const { k_proj: _, v_proj: _v, ...someShared } = goldenAdapter().pairs;
const shared: LoraAdapter = { ...goldenAdapter(), pairs: someShared };
const joined = joinAdapters(shared, memory);
/** Not of scaling 1, and with a layer pair where nothing is shared. */
const scaled: LoraAdapter = {
  ...shared,
  pairs: { ...shared.pairs, '0.v_proj': { ...pair('v_proj', 3), rank: 3 } },
};

/** factor · B A, (outFeatures · inFeatures). */
function product(
  A: Float32Array,
  B: Float32Array,
  { rank, factor }: { rank: number; factor: number },
): number[] {
  const [inFeatures, outFeatures] = [A.length / rank, B.length / rank];
  return Array.from({ length: outFeatures * inFeatures }, (_unused, i) => {
    const [row, column] = [Math.floor(i / inFeatures), i % inFeatures];
    let sum = 0;
    for (let r = 0; r < rank; r += 1)
      sum += (B[row * rank + r] as number) * (A[r * inFeatures + column] as number);
    return factor * sum;
  });
}

/** What an adapter does to each linear layer, from its parts: `1.o_proj` → ΔW; none: not in the list. */
function changes(adapter: LoraAdapter): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    for (const type of Object.keys(sizes)) {
      const parts = [type, `${layer}.${type}`].flatMap((name) => {
        const own = adapter.pairs[name];
        const factor = scaling(adapter);
        return own ? [product(own.A, own.B, { rank: rankOf(own, adapter), factor })] : [];
      });
      if (parts.length === 0) continue;
      const sum = (parts[0] as number[]).map((value, i) => value + (parts[1]?.[i] ?? 0));
      found.set(`${layer}.${type}`, sum);
    }
  }
  return found;
}

function same(found: ReadonlyMap<string, number[]>, adapter: LoraAdapter): void {
  const expected = changes(adapter);
  assert.equal([...found.keys()].sort(), [...expected.keys()].sort());
  for (const [name, values] of expected) {
    assert.ok(largestDifference(found.get(name) ?? [], values) < 1e-5, name);
  }
}

test('PEFT gets for every layer what all layers share and its own, with patterns that give the same scaling', () => {
  for (const adapter of [joined, scaled]) {
    const folder = join(root, 'peft');
    writePeft(adapter, { ...common, folder });
    const { tensors } = readSafetensors(join(folder, 'adapter_model.safetensors'));
    const { r, lora_alpha, rank_pattern, alpha_pattern } = JSON.parse(
      readFileSync(join(folder, 'adapter_config.json'), 'utf8'),
    ) as ReturnType<typeof peftConfig>;
    const found = adaptedModules(adapter, config).map(({ layer, type }) => {
      const name = moduleName(layer, type);
      const [A, B] = ['A', 'B'].map((side) => tensors.get(`base_model.model.${name}.lora_${side}.weight`));
      const pattern = Object.keys(rank_pattern).find((key) => `.${name}`.endsWith(`.${key}`));
      const rank = pattern === undefined ? r : (rank_pattern[pattern] as number);
      const alpha = pattern === undefined ? lora_alpha : (alpha_pattern[pattern] as number);
      assert.equal([A?.shape[0], B?.shape[1]], [rank, rank], name);
      const factor = alpha / rank;
      return [
        `${layer}.${type}`,
        product(A?.data as Float32Array, B?.data as Float32Array, { rank, factor }),
      ] as const;
    });
    same(new Map(found), adapter);
    assert.is(tensors.size, 2 * found.length);
  }
});

test('names single modules where the layers differ, and the type where they do not', () => {
  const { r, lora_alpha, target_modules, rank_pattern, alpha_pattern } = peftConfig(joined, config, 'x');
  assert.equal([r, lora_alpha], [7, 7]);
  const down = ['model.layers.0.mlp.down_proj', 'model.layers.1.mlp.down_proj'];
  assert.equal(target_modules, ['gate_proj', ...down, 'o_proj', 'q_proj', 'up_proj']);
  assert.equal(rank_pattern, { [down[0] as string]: 2, gate_proj: 2, q_proj: 2, up_proj: 2 });
  assert.equal(alpha_pattern, rank_pattern);
  const alone = peftConfig(scaled, config, 'x');
  assert.equal([alone.r, alone.lora_alpha], [3, 6]);
  assert.ok(alone.target_modules.includes('model.layers.0.self_attn.v_proj'));
  assert.is(alone.alpha_pattern.q_proj, 4);
});

test('llama.cpp, which divides alpha by the rank of each pair, gets the same change', () => {
  const names = {
    attn_q: 'q_proj',
    attn_v: 'v_proj',
    attn_output: 'o_proj',
    ffn_gate: 'gate_proj',
    ffn_up: 'up_proj',
  };
  for (const adapter of [joined, scaled]) {
    const file = join(root, 'adapter.gguf');
    writeGguf(adapter, { ...common, file });
    const { tensors, notes } = readGguf(file);
    const found = new Map<string, number[]>();
    for (const [name, { data: A, dimensions }] of tensors) {
      const [, layer, module = '', side] = /^blk\.(\d+)\.(\w+)\.weight\.lora_(a|b)$/.exec(name) ?? [];
      if (side === 'b') continue;
      const rank = dimensions[1] as number;
      const B = tensors.get(name.replace('lora_a', 'lora_b'))?.data as Float32Array;
      const factor = (notes['adapter.lora.alpha'] as number) / rank;
      const type = { ...names, ffn_down: 'down_proj' }[module];
      found.set(`${layer}.${type}`, product(A as Float32Array, B, { rank, factor }));
    }
    same(found, adapter);
  }
});

test('the compact file comes back as it was', () => {
  const file = join(root, 'adapter.safetensors');
  writeCompact(joined, { ...common, file });
  const { tensors, metadata } = readSafetensors(file);
  const [rank, alpha] = [Number(metadata.rank), Number(metadata.alpha)];
  assert.equal(adapterFromTensors(tensors, { rank, alpha, ownRanks: true }), joined);
});

test('refuses a layer that the base model does not have', () => {
  const far = { ...memory, pairs: { '2.o_proj': memory.pairs['0.o_proj'] as LoraPair } };
  assert.throws(
    () => adaptedModules(far, readBaseConfig(baseConfigPath)),
    /its 2.o_proj maps 32 to 32 .* is missing/,
  );
});

test.run();
