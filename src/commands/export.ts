/** Writes the adapter of HEAD as a standard PEFT folder. */

import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { writePeft } from '../lora/peft.ts';
import { update } from './check.ts';
import type { ExportOptions, ExportResult } from './options.ts';
import { openWorkspace, requireHead, snapshotInfo } from './workspace.ts';

/** Throws UsageError for an unknown format or a folder that holds something else. */
export async function exportAdapter(options: ExportOptions): Promise<ExportResult> {
  if (options.format !== 'peft') {
    throw new UsageError(`Unknown export format "${options.format}".\nThis version writes: peft.`);
  }
  const workspace = await openWorkspace(options);
  const { snapshot } = await update(workspace, requireHead(workspace.repository), options);
  const folder = resolve(options.out);
  const { pack } = workspace;
  const files = writePeft(snapshot.adapter, {
    folder,
    baseConfigPath: pack.path(pack.manifest.baseModel.config),
    baseModelName: `code2lora/${pack.manifest.name}`,
    provenance: { ...snapshotInfo(snapshot.manifest), pack: pack.manifest.name, packDigest: pack.digest },
  });
  return {
    schema: 'code2lora/export@1',
    format: 'peft',
    folder,
    files,
    snapshot: snapshotInfo(snapshot.manifest),
  };
}
