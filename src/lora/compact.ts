/**
 * LoraAdapter → one safetensors file with each pair once, as the generator makes it: a few megabytes where the
 * other formats repeat every pair for every layer.
 *
 *   lora_A.<type> (rank, inFeatures)   lora_B.<type> (outFeatures, rank)   unscaled; all layers share them
 *   metadata: schema, rank, alpha, base_model and where the adapter comes from
 *
 * In: an adapter. Out: a file. Knows nothing about commits.
 */
import { resolve } from 'node:path';
import { encodeSafetensors } from '../runtime/safetensors.ts';
import { adapterTensors, checkAdapter, type LoraAdapter } from './adapter.ts';
import { type ExportPrecision, inPrecision, writeExportFile } from './export-file.ts';

export const COMPACT_SCHEMA = 'code2lora/compact-adapter@1';

export interface CompactExport {
  file: string;
  precision: ExportPrecision;
  /** Repository name or path of the base model. */
  baseModelName: string;
  /** Written to the metadata as it is, such as the id of the snapshot. */
  provenance: Readonly<Record<string, string>>;
}

/**
 * Writes the file. Throws UsageError when something else is in its place, ModelError when the adapter is damaged.
 * `adapterFromTensors` makes an adapter of it again, with the rank and alpha of the metadata.
 */
export function writeCompact(adapter: LoraAdapter, options: CompactExport): void {
  const { rank, alpha } = checkAdapter(adapter);
  const metadata = {
    ...options.provenance,
    schema: COMPACT_SCHEMA,
    format: 'pt',
    rank: String(rank),
    alpha: String(alpha),
    base_model: options.baseModelName,
  };
  const tensors = inPrecision(adapterTensors(adapter), options.precision);
  writeExportFile(resolve(options.file), encodeSafetensors(tensors, metadata), COMPACT_SCHEMA);
}
