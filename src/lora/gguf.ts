/**
 * LoraAdapter → GGUF file, as llama.cpp reads it with `--lora`.
 *
 *   blk.<layer>.<module>.weight.lora_a (rank, inFeatures)   …lora_b (outFeatures, rank)
 *
 * In: an adapter and the base model's config.json. Out: a file. Knows nothing about commits. Names and notes are
 * those of llama.cpp's convert_lora_to_gguf.py; llama.cpp itself scales by alpha / rank, the rank of each pair.
 *
 * Llama models: llama.cpp rotates neighbouring pairs of a head, Hugging Face the first half against the second,
 * so the converter reorders the rows of the query and key weights. An adapter adds to these rows: its B is
 * reordered in the same way, its A reads the same inputs and stays. Qwen2 models are not reordered.
 */
import { resolve } from 'node:path';
import { ModelError } from '../errors.ts';
import type { ModuleType } from '../runtime/manifest.ts';
import type { Tensor } from '../runtime/safetensors.ts';
import type { TransformerConfig } from '../runtime/transformer-config.ts';
import type { LoraAdapter } from './adapter.ts';
import { type ExportPrecision, inPrecision, writeExportFile } from './export-file.ts';
import { encodeGguf, type GgufValue } from './gguf-format.ts';
import type { RankedPair } from './join.ts';
import { readBaseConfig } from './peft.ts';
import { adaptedModules } from './peft-content.ts';

export const GGUF_SCHEMA = 'code2lora/gguf-adapter@1';

export interface GgufExport {
  file: string;
  precision: ExportPrecision;
  baseConfigPath: string;
  /** Repository name or path of the base model. */
  baseModelName: string;
  /** Written to the notes as `code2lora.<name>`, such as the id of the snapshot. */
  provenance: Readonly<Record<string, string>>;
}

const MODULE_NAMES: Readonly<Record<ModuleType, string>> = {
  q_proj: 'attn_q',
  k_proj: 'attn_k',
  v_proj: 'attn_v',
  o_proj: 'attn_output',
  gate_proj: 'ffn_gate',
  up_proj: 'ffn_up',
  down_proj: 'ffn_down',
};
/** LLAMA_FTYPE_ALL_F32 and LLAMA_FTYPE_MOSTLY_F16. */
const FILE_TYPES = { fp32: 0, fp16: 1 } as const;
const QUANTIZATION_VERSION = 2;

/** Writes the file. Throws UsageError when something else is in its place, ModelError when the adapter does not fit. */
export function writeGguf(adapter: LoraAdapter, options: GgufExport): void {
  const config = readBaseConfig(options.baseConfigPath);
  const tensors = inPrecision(ggufTensors(adapter, config), options.precision);
  const bytes = encodeGguf(ggufNotes(adapter, config, options), tensors);
  writeExportFile(resolve(options.file), bytes, GGUF_SCHEMA);
}

/** For every layer the shared pairs, joined with its own, under llama.cpp's names. Throws ModelError when the adapter does not fit the model. */
export function ggufTensors(adapter: LoraAdapter, config: TransformerConfig): Map<string, Tensor> {
  const modules = adaptedModules(adapter, config);
  if (config.architecture === 'qwen3')
    throw new ModelError('Cannot export to GGUF for a Qwen3 model: use a Qwen2 or Llama model.');
  const tensors = new Map<string, Tensor>();
  for (const { layer, type, pair } of modules) {
    const { rank, inFeatures, outFeatures } = pair;
    const name = `blk.${layer}.${MODULE_NAMES[type]}.weight`;
    const B = reorderedRows(inScale(pair, adapter), { type, config, rank });
    tensors.set(`${name}.lora_a`, { dtype: 'F32', shape: [rank, inFeatures], data: pair.A });
    tensors.set(`${name}.lora_b`, { dtype: 'F32', shape: [outFeatures, rank], data: B });
  }
  return tensors;
}

/** llama.cpp divides alpha by the rank of each pair, we by that of the adapter: B makes up for it. */
function inScale({ B, rank: own }: RankedPair, { rank }: LoraAdapter): Float32Array {
  return own === rank ? B : B.map((value) => (value * own) / rank);
}

/** What llama.cpp checks (the first five and alpha), and what people and our own next export want to know. */
function ggufNotes(
  { alpha }: LoraAdapter,
  { architecture }: TransformerConfig,
  { precision, baseModelName, provenance }: GgufExport,
): Record<string, GgufValue> {
  const own = Object.entries(provenance).map(([name, value]) => [`code2lora.${name}`, value]);
  return {
    'general.architecture': architecture,
    'general.type': 'adapter',
    'adapter.type': 'lora',
    'adapter.lora.alpha': { float32: alpha },
    'general.file_type': { uint32: FILE_TYPES[precision] },
    'general.quantization_version': { uint32: QUANTIZATION_VERSION },
    'general.base_model.count': { uint32: 1 },
    'general.base_model.0.name': baseModelName,
    'code2lora.schema': GGUF_SCHEMA,
    ...Object.fromEntries(own),
  };
}

/** Row s · half + i of a head becomes row 2 i + s: what was in two halves lies side by side. */
function reorderedRows(
  B: Float32Array,
  { type, config, rank }: { type: ModuleType; config: TransformerConfig; rank: number },
): Float32Array {
  if (config.architecture !== 'llama' || (type !== 'q_proj' && type !== 'k_proj')) return B;
  const half = config.headSize / 2;
  const rows = B.length / rank;
  const reordered = new Float32Array(B.length);
  for (let row = 0; row < rows; row += 1) {
    const place = row % config.headSize;
    const target = row - place + 2 * (place % half) + Math.floor(place / half);
    reordered.set(B.subarray(row * rank, (row + 1) * rank), target * rank);
  }
  return reordered;
}
