/** What the `models` commands take and give. */
import type { PackFacts, PackVerification } from '../packs/inspect.ts';
import type { OfficialPack } from '../packs/official.ts';
import type { PackProgress } from '../packs/progress.ts';
import type { PullPlan } from '../packs/pull-plan.ts';

export interface ModelsOptions {
  /** Hears how far it is. */
  onProgress?: ((progress: PackProgress) => void) | undefined;
  /** Hears what a person might like to know, one line each. */
  onNote?: ((note: string) => void) | undefined;
}

export interface ModelsPullOptions extends ModelsOptions {
  /** `fp32`, `int8` (default) or `int4`. */
  precision?: string | undefined;
  /** Use what is on this machine, ask nobody. */
  offline?: boolean | undefined;
  /** `owner/name@revision` each, instead of the fixed ones. */
  revisions?: readonly string[] | undefined;
  /** Default: true. False: do not run the models to see what the precision costs. */
  measure?: boolean | undefined;
  /** Hears what will be downloaded, and under which licences, before it is. */
  onPlan?: ((plan: PullPlan) => void) | undefined;
  /** What can be pulled; default: the published models. */
  packs?: readonly OfficialPack[] | undefined;
  /** How patient to be with a server. */
  network?: { silenceMs?: number; attempts?: number; pauseMs?: number } | undefined;
}

export interface ModelsImportOptions extends ModelsOptions {
  name: string;
  /** `fp32`, `int8` (default) or `int4`; a pack is imported as it is. */
  precision?: string | undefined;
  /** Folder of the base model, where the imported one does not hold it. */
  baseModel?: string | undefined;
  /** Folder of the encoder, where the imported one does not hold it. */
  encoder?: string | undefined;
  license?: string | undefined;
  measure?: boolean | undefined;
}

export interface ModelsVerifyOptions extends ModelsOptions {
  /** Default: all. */
  name?: string | undefined;
  /** Of `removeModel`: forget which files were pulled, too. */
  forget?: boolean | undefined;
}

export interface ModelsList {
  schema: 'code2lora/models@1';
  /** Where packs are kept. */
  home: string;
  packs: (PackFacts & { origin: 'shipped' | 'cached' })[];
  /** Published packs that are not here. */
  available: { name: string; summary: string; downloadBytes: number }[];
}

export interface ModelsPull {
  schema: 'code2lora/models-pull@1';
  pack: PackFacts;
  outcome: 'pulled' | 'unchanged';
  downloadedBytes: number;
}

export interface ModelsImport {
  schema: 'code2lora/models-import@1';
  pack: PackFacts;
}

export interface ModelsVerification {
  schema: 'code2lora/models-verify@1';
  packs: PackVerification[];
}

export interface ModelsRemoval {
  schema: 'code2lora/models-remove@1';
  name: string;
  path: string;
  /** Null for a pack that could not be read. */
  bytes: number | null;
}
