/**
 * What is inside of a state artifact, as data.
 *
 *   artifact.json            where it comes from, and how much the adapter helped in the last checks
 *   manifest.json            the snapshot's, as in the local store
 *   state.safetensors        hidden state, adapter and what was learned from assertions
 *   embeddings.safetensors   the few embeddings that are too young for an artifact of their own
 *
 * In: a snapshot and what goes with it, or the bytes of a zip. Out: the other one. Knows nothing about GitHub or git:
 * whether it can be believed is decided by trust.ts and snapshots/admit.ts.
 */
import Type, { type Static } from 'typebox';
import { GitHubError } from '../errors.ts';
import { type Gain, GainSchema } from '../report/schema.ts';
import { readSnapshot, type Snapshot } from '../snapshots/snapshot.ts';
import { encodeState } from '../snapshots/state-file.ts';
import { ORIGIN_FIELDS, parseArtifactFile } from './artifact-origin.ts';
import { decodeEmbeddings, EMBEDDINGS_FILE, type Embeddings, encodeEmbeddings } from './embeddings-file.ts';
import { readZip } from './zip.ts';

const StateInfoSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/artifact@1'),
    ...ORIGIN_FIELDS,
    /** Oldest first. */
    gains: Type.Array(GainSchema, { maxItems: 100 }),
    /** When the newest artifact of embeddings was stored; missing: there was none. */
    embeddingsStoredAt: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]{8,12}Z$' })),
  },
  { additionalProperties: false },
);
export type StateInfo = Static<typeof StateInfoSchema>;

export interface State {
  info: StateInfo;
  snapshot: Snapshot;
  /** The bytes of state.safetensors, for the store. */
  bytes: Uint8Array;
  /** By key, of whatever encoder. */
  embeddings: Embeddings;
}

/** How many gains are kept: what a chart can show. */
export const MAX_GAINS = 100;
/** A state has kilobytes for a small model and a few megabytes for one of billions of weights. */
export const MAX_STATE_ZIP_BYTES = 64 * 1024 * 1024;
const LIMITS = {
  'artifact.json': 256 * 1024,
  'manifest.json': 64 * 1024,
  'state.safetensors': MAX_STATE_ZIP_BYTES,
  [EMBEDDINGS_FILE]: 8 * 1024 * 1024,
};

export interface StateContent {
  snapshot: Snapshot;
  gains: readonly Gain[];
  /** By key; default: none. */
  embeddings?: Embeddings | undefined;
  embeddingsStoredAt?: string | null | undefined;
  /** `owner/name`. */
  repository: string;
  branch: string;
  /** Version of code2lora. */
  tool: string;
}

/** The files of a state artifact, by name. */
export function stateFiles(content: StateContent): Record<string, string | Uint8Array> {
  const { snapshot, gains, repository, branch, tool, embeddings = new Map(), embeddingsStoredAt } = content;
  const { commit } = snapshot.manifest;
  const info: StateInfo = {
    schema: 'code2lora/artifact@1',
    ...{ tool, repository, branch, commit },
    gains: gains.slice(-MAX_GAINS),
    ...(embeddingsStoredAt ? { embeddingsStoredAt } : {}),
  };
  return {
    'artifact.json': `${JSON.stringify(info)}\n`,
    'manifest.json': `${JSON.stringify(snapshot.manifest, null, 2)}\n`,
    'state.safetensors': encodeState(snapshot),
    [EMBEDDINGS_FILE]: encodeEmbeddings(embeddings),
  };
}

/**
 * Reads the zip of a state artifact; `place` names it in messages. Throws GitHubError, SnapshotError or
 * ModelError for anything that is not as we write it.
 */
export async function readState(zip: Buffer, place: string): Promise<State> {
  const files = await readZip(zip, { place, limits: LIMITS });
  const [artifact, manifest, bytes, vectors] = Object.keys(LIMITS).map(
    (file) => files.get(file) as Buffer,
  ) as [Buffer, Buffer, Buffer, Buffer];
  const info = parseArtifactFile(StateInfoSchema, artifact, { file: 'artifact.json', place });
  const snapshot = readSnapshot(manifest.toString('utf8'), bytes, place);
  if (snapshot.manifest.commit !== info.commit) {
    throw new GitHubError(
      `${place} does not agree with itself: artifact.json and manifest.json name two commits.`,
    );
  }
  return { info, snapshot, bytes, embeddings: decodeEmbeddings(vectors, place) };
}
