/** Writes the adapter of HEAD for other programs: a PEFT folder, a compact file, or a GGUF file for llama.cpp. */

import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { writeCompact } from '../lora/compact.ts';
import { EXPORT_PRECISIONS, type ExportPrecision } from '../lora/export-file.ts';
import { writeGguf } from '../lora/gguf.ts';
import { writePeft } from '../lora/peft.ts';
import { readCheckpointConfig } from '../runtime/checkpoint.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { isTorchName } from '../runtime/weights.ts';
import { update } from './check.ts';
import type { ExportOptions, ExportResult } from './options.ts';
import { openWorkspace, requireHead, snapshotInfo, type Workspace } from './workspace.ts';

/** Format → the ending of its file; null for a folder. */
const ENDINGS = { peft: null, compact: '.safetensors', gguf: '.gguf' } as const;
type Format = keyof typeof ENDINGS;

/** Throws UsageError for an unknown format or precision, or a place that holds something else. */
export async function exportAdapter(options: ExportOptions): Promise<ExportResult> {
  const format = oneOf(Object.keys(ENDINGS) as Format[], options.format, 'export format');
  const precision = oneOf(EXPORT_PRECISIONS, options.precision ?? 'fp32', 'precision');
  const out = resolve(options.out);
  checkEnding(format, out);
  await using workspace = await openWorkspace(options);
  const { inUse: snapshot } = await update(workspace, requireHead(workspace.repository), options);
  const info = snapshotInfo(snapshot.manifest);
  const files = write(snapshot.adapter, workspace, { format, precision, out, info });
  const folder = format === 'peft' ? out : dirname(out);
  return { schema: 'code2lora/export@1', format, precision, folder, files, snapshot: info };
}

interface Target {
  format: Format;
  precision: ExportPrecision;
  out: string;
  info: ExportResult['snapshot'];
}

function write(
  adapter: LoraAdapter,
  { pack }: Workspace,
  { format, precision, out, info }: Target,
): string[] {
  const { name } = pack.manifest;
  const base = {
    precision,
    baseConfigPath: pack.path(pack.manifest.baseModel.config),
    baseModelName: baseModelName(pack),
  };
  if (format === 'peft') {
    return writePeft(adapter, {
      ...base,
      folder: out,
      provenance: { ...info, pack: name, packDigest: pack.digest },
    });
  }
  const provenance = { snapshot: info.id, commit: info.commit, pack: name, packDigest: pack.digest };
  const writeFile = format === 'gguf' ? writeGguf : writeCompact;
  writeFile(adapter, { ...base, file: out, provenance });
  return [basename(out)];
}

/** The authors' checkpoint names the model it was trained on; other packs bring a model of their own. */
function baseModelName({ manifest, path }: ModelPack): string {
  const { weights } = manifest.hypernetwork;
  const named = isTorchName(weights) ? readCheckpointConfig(path(weights)).baseModel : null;
  return named ?? `code2lora/${manifest.name}`;
}

function checkEnding(format: Format, out: string): void {
  const ending = ENDINGS[format];
  if (ending === null || out.endsWith(ending)) return;
  throw new UsageError(
    `Cannot export to ${out}: the format "${format}" is a file.\nName one that ends with ${ending}.`,
  );
}

function oneOf<const T extends string>(known: readonly T[], value: string, what: string): T {
  const found = known.find((word) => word === value);
  if (found !== undefined) return found;
  throw new UsageError(`Unknown ${what} "${value}".\nThis version writes: ${known.join(', ')}.`);
}
