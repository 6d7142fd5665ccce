/**
 * The same decoder as an ONNX export in the layout of the Hub, which transformers.js runs: inputs `input_ids`,
 * `attention_mask`, `past_key_values.N.key` …, outputs `logits`, `present.N.key` …, with ONNX Runtime's own attention
 * operator and, as newer exports have it, `num_logits_to_keep`.
 *
 * In: a folder with config.json and model.safetensors in fp32. Out: `onnx/model.onnx` in it, which points into a link
 * to the same weights. Knows nothing about transformers.js.
 */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attend, Heads } from '../../src/runtime/attention.ts';
import { linear } from '../../src/runtime/linear.ts';
import { float, Graph } from '../../src/runtime/onnx.ts';
import { rotaryTables } from '../../src/runtime/rotary-embedding.ts';
import { baseProjection, buildLayers } from '../../src/runtime/transformer.ts';
import { outputWeight, type TransformerConfig } from '../../src/runtime/transformer-config.ts';
import { readTransformer, type TransformerModel } from '../../src/runtime/transformer-weights.ts';

const INT32 = 6;
const POSITIONS = 2048;

export function writeHubExport(folder: string): void {
  const target = join(folder, 'onnx');
  mkdirSync(target, { recursive: true });
  // A link that is a file: ONNX Runtime refuses weights outside of the model's folder.
  linkSync(join(folder, 'model.safetensors'), join(target, 'model.safetensors'));
  const files = { config: join(folder, 'config.json'), weights: [join(target, 'model.safetensors')] };
  writeFileSync(join(target, 'model.onnx'), buildHubGraph(readTransformer(files)));
  writeFileSync(join(folder, 'generation_config.json'), '{"eos_token_id": null}');
}

function buildHubGraph(model: TransformerModel): Uint8Array {
  const { config } = model;
  const graph = new Graph('hub', { weightsFolder: model.weightsFolder });
  const inputIds = graph.input('input_ids', 'I64', ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', 'I64', ['batch_size', 'total_sequence_length']);
  const kept = graph.input('num_logits_to_keep', 'I64', []);
  const hidden = buildLayers(graph, model, {
    inputIds: graph.op('Reshape', [inputIds, graph.integers(-1)]),
    project: baseProjection(graph, model),
    attend: hubAttention(graph, config, mask),
  });
  const name = outputWeight(config);
  const first = graph.op('Neg', [graph.op('Unsqueeze', [kept, graph.integers(0)])]);
  const last = graph.op('Slice', [hidden, first, graph.integers(POSITIONS), graph.integers(0)]);
  const logits = linear(graph, last, { weight: model.weight(name) });
  graph.output('logits', graph.op('Unsqueeze', [logits, graph.integers(0)]), {
    shape: ['batch_size', 'kept', config.vocabularySize],
  });
  return graph.model();
}

function hubAttention(graph: Graph, config: TransformerConfig, mask: string): Attend {
  const { headCount, keyValueHeadCount, headSize } = config;
  const integer = (value: string) => graph.op('Cast', [value], { to: INT32 });
  const total = graph.op('Gather', [graph.op('Shape', [mask]), graph.op('Constant', [], { value_int: 1 })]);
  const counts = graph.op('ReduceSum', [mask, graph.integers(1)], { keepdims: 0 });
  const lengths = integer(graph.op('Sub', [counts, graph.integers(1)]));
  const { cosines, sines } = rotaryTables(config.rotation, { headSize, positions: POSITIONS });
  const tables = [cosines, sines].map((table) => graph.floats(table, [POSITIONS, headSize / 2]));
  const attributes = {
    num_heads: headCount,
    kv_num_heads: keyValueHeadCount,
    do_rotary: 1,
    scale: float(1 / Math.sqrt(headSize)),
  };
  const shape = ['batch_size', keyValueHeadCount, 'past_sequence_length', headSize];
  return ({ query, key, value, layer }: Heads) => {
    const past = ['key', 'value'].map((kind) =>
      graph.input(`past_key_values.${layer}.${kind}`, 'F32', shape),
    );
    const batch = [query, key, value].map((x) => graph.op('Unsqueeze', [x, graph.integers(0)]));
    const inputs = [...batch, ...past, lengths, integer(total), ...tables];
    const [mixed = '', ...present] = graph.ops('com.microsoft.GroupQueryAttention', inputs, {
      attributes,
      used: [true, true, true],
    });
    for (const [index, kind] of ['key', 'value'].entries()) {
      graph.output(`present.${layer}.${kind}`, present[index] as string, {
        shape: ['batch_size', keyValueHeadCount, 'total_sequence_length', headSize],
      });
    }
    return graph.op('Squeeze', [mixed, graph.integers(0)]);
  };
}
