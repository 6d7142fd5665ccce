/**
 * A snapshot: hidden state, what was learned from assertions, the adapter of both, and the manifest that says where they
 * come from.
 *
 * In: plain data. Out: plain data, ids and digests. Knows nothing about disks or git.
 *
 * Everything in it follows from the history, the model pack and the rules: no clock, no machine name, no
 * path. So the same history gives the same bytes, whether it was walked at once or commit by commit.
 */
import { createHash } from 'node:crypto';
import { SnapshotError } from '../errors.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';
import type { Engine } from '../runtime/session.ts';
import { type LearnedState, NOTHING_LEARNED } from './learned.ts';
import { wrongField } from './manifest-types.ts';
import { decodeState, encodeState } from './state-file.ts';

export const SNAPSHOT_SCHEMA = 'code2lora/snapshot@1';
/** What ran the models of manifests that do not say it. */
const CPU = 'cpu';

/** What a snapshot's content follows from; two snapshots with the same lineage can be compared. */
export interface Lineage {
  /** Digest of the model pack's manifest, which lists the digest of every weight. */
  packDigest: string;
  /** Digest of the path rules and diff limits: they decide what the encoder reads. */
  rulesDigest: string;
  /** Commit whose repository embedding gave the first hidden state. */
  startCommit: string;
  /** What the adapter is made of, in the order of ADAPTATION_PARTS; missing: the GRU alone. */
  parts?: readonly AdaptationPart[];
}

export interface SnapshotManifest extends Lineage {
  schema: typeof SNAPSHOT_SCHEMA;
  id: string;
  commit: string;
  /** Id of the first parent's snapshot, stored or not; null at the start commit. */
  parent: string | null;
  /** First-parent commits since the start commit. */
  position: number;
  /** How many of them stepped the GRU. */
  steps: number;
  /** The walk began this many commits before the commit it was made for; missing: at the root of the history. */
  maxHistory?: number;
  /** The walk was begun anew at its start commit, since the state before it had drifted; missing: it was not. */
  anchored?: true;
  /** Commit of the newest step, where the next diff begins there; missing: diffs begin at the first parent. */
  previousStep?: string;
  pack: { name: string; version: string };
  engine: Engine;
  /** Other engines that computed earlier parts of the walk, in order of their first part; missing: none. */
  earlierEngines?: Engine[];
  adapter: { rank: number; alpha: number; moduleTypes: string[] };
  /** sha256 of state.safetensors: hidden state, adapter and what was learned, nothing else. */
  stateDigest: string;
  /** sha256 over all of the above. */
  digest: string;
}

export interface Snapshot {
  manifest: SnapshotManifest;
  hiddenState: Float32Array; // (hiddenSize); empty where the GRU is no part
  /** From commits before this one; what the next commit goes on from. */
  learned: LearnedState;
  adapter: LoraAdapter;
}

export interface SnapshotContent extends Lineage {
  commit: string;
  parentCommit: string | null;
  position: number;
  steps: number;
  /** null or missing: the whole history. */
  maxHistory?: number | null;
  anchored?: boolean;
  previousStep?: string | null;
  pack: { name: string; version: string };
  engine: Engine;
  /** What computed the walk before this part; may name one twice. */
  engines?: readonly Engine[];
  hiddenState: Float32Array;
  /** Default: nothing. */
  learned?: LearnedState;
  adapter: LoraAdapter;
}

/** The id of a commit's snapshot: the same for everybody who walks the same history with the same pack. */
export function snapshotId(commit: string, lineage: Lineage): string {
  const { packDigest, rulesDigest, startCommit, parts } = lineage;
  const others = hasSameParts(lineage, {}) ? [] : [parts];
  const content = [SNAPSHOT_SCHEMA, commit, startCommit, packDigest, rulesDigest, ...others];
  return sha256(JSON.stringify(content)).slice(0, 32);
}

type Parts = Pick<Lineage, 'parts'>;

/** A lineage that does not say its parts has the GRU alone: those of before there were others. */
export const partsOf = ({ parts = ['gru'] }: Parts): readonly AdaptationPart[] => parts;

export const hasSameParts = (a: Parts, b: Parts): boolean => partsOf(a).join() === partsOf(b).join();

/** Builds the snapshot and the bytes of its state file. */
export function createSnapshot(content: SnapshotContent): { snapshot: Snapshot; state: Uint8Array } {
  const { hiddenState, learned = NOTHING_LEARNED, adapter } = content;
  const state = encodeState({ hiddenState, learned, adapter });
  const atStart = content.commit === content.startCommit || content.parentCommit === null;
  const unsigned: Omit<SnapshotManifest, 'digest'> = {
    schema: SNAPSHOT_SCHEMA,
    id: snapshotId(content.commit, content),
    commit: content.commit,
    parent: atStart ? null : snapshotId(content.parentCommit as string, content),
    startCommit: content.startCommit,
    position: content.position,
    steps: content.steps,
    ...(content.maxHistory ? { maxHistory: content.maxHistory } : {}),
    ...(content.anchored ? { anchored: true as const } : {}),
    ...(content.previousStep ? { previousStep: content.previousStep } : {}),
    ...(hasSameParts(content, {}) ? {} : { parts: [...partsOf(content)] }),
    pack: content.pack,
    packDigest: content.packDigest,
    rulesDigest: content.rulesDigest,
    engine: content.engine,
    ...earlierEngines(content),
    adapter: { rank: adapter.rank, alpha: adapter.alpha, moduleTypes: Object.keys(adapter.pairs).sort() },
    stateDigest: sha256(state),
  };
  const manifest = { ...unsigned, digest: manifestDigest(unsigned) };
  return { snapshot: { manifest, hiddenState, learned, adapter }, state };
}

/**
 * Whether one engine made both snapshots, from the first commit on, and on the CPU: then the same history gives
 * the same bytes. A GPU adds up in an order of its own, which may differ from one to the next.
 */
export function hasSameEngine(a: SnapshotManifest, b: SnapshotManifest): boolean {
  const engines = [a, b].flatMap(({ engine, earlierEngines = [] }) => [engine, ...earlierEngines]);
  const isCpu = engines.every(({ device = CPU }) => device === CPU);
  return isCpu && new Set(engines.map(engineKey)).size === 1;
}

/** Whether two snapshots say the same, whatever computed them. */
export function hasSameContent(a: SnapshotManifest, b: SnapshotManifest): boolean {
  const content = ({ engine: _, earlierEngines: __, digest: ___, ...rest }: SnapshotManifest) =>
    manifestDigest(rest);
  return content(a) === content(b);
}

/** Checks a stored manifest and state file against each other and reads them. */
export function readSnapshot(manifestText: string, state: Uint8Array, place: string): Snapshot {
  const manifest = parseManifest(manifestText, place);
  if (sha256(state) !== manifest.stateDigest) {
    throw new SnapshotError(
      `The snapshot at ${place} is damaged: state.safetensors has another digest than its manifest says.\n` +
        'Run "code2lora prune --damaged", then "code2lora run"; it is rebuilt from the history.',
    );
  }
  return { manifest, ...decodeState(state, { manifest, place }) };
}

/** Parses a manifest and checks its schema, its types and its own digest. */
export function parseManifest(text: string, place: string): SnapshotManifest {
  let value: SnapshotManifest;
  try {
    value = JSON.parse(text) as SnapshotManifest;
  } catch (cause) {
    throw new SnapshotError(`The snapshot manifest at ${place} is not JSON.`, { cause });
  }
  if (value?.schema !== SNAPSHOT_SCHEMA) {
    throw new SnapshotError(
      `The snapshot at ${place} has schema "${String(value?.schema)}", this version reads "${SNAPSHOT_SCHEMA}".\n` +
        'Run "code2lora prune --damaged", then "code2lora run"; it is rebuilt from the history.',
    );
  }
  const { digest, ...unsigned } = value;
  if (digest !== manifestDigest(unsigned)) {
    throw new SnapshotError(`The snapshot manifest at ${place} is damaged: its digest does not fit.`);
  }
  const wrong = wrongField(value);
  if (wrong !== null)
    throw new SnapshotError(`The snapshot manifest at ${place} is not one of ours: ${wrong}.`);
  return value;
}

function earlierEngines({ engine, engines = [] }: SnapshotContent): { earlierEngines?: Engine[] } {
  const others = new Map(engines.map((each) => [engineKey(each), each]));
  others.delete(engineKey(engine));
  return others.size > 0 ? { earlierEngines: [...others.values()] } : {};
}

const engineKey = ({ name, version, cpu, device = CPU }: Engine): string =>
  JSON.stringify([name, version, cpu, device]);

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Keys in sorted order, so that the digest does not depend on how the object was built. */
const manifestDigest = (manifest: object): string => sha256(JSON.stringify(sortKeys(manifest)));

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
