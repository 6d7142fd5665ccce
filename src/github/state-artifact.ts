/**
 * What is inside of a state artifact, as data.
 *
 *   artifact.json       where it comes from, and how much the adapter helped in the last checks
 *   manifest.json       the snapshot's, as in the local store
 *   state.safetensors   hidden state and adapter
 *
 * In: a snapshot and gains, or the bytes of a zip. Out: the other one. Knows nothing about GitHub or git:
 * whether it can be believed is decided by trust.ts and snapshots/admit.ts.
 */
import Type, { type Static } from 'typebox';
import { Errors } from 'typebox/value';
import { GitHubError } from '../errors.ts';
import { type Gain, GainSchema } from '../report/schema.ts';
import { encodeState, readSnapshot, type Snapshot } from '../snapshots/snapshot.ts';
import { readZip } from './zip.ts';

const StateInfoSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/artifact@1'),
    /** Version of code2lora that wrote it. */
    tool: Type.String({ maxLength: 60, pattern: '^[\\w.+-]+$' }),
    repository: Type.String({ maxLength: 200, pattern: '^[\\w.-]+/[\\w.-]+$' }),
    branch: Type.String({ minLength: 1, maxLength: 255 }),
    commit: Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' }),
    /** Oldest first. */
    gains: Type.Array(GainSchema, { maxItems: 100 }),
  },
  { additionalProperties: false },
);
export type StateInfo = Static<typeof StateInfoSchema>;

export interface State {
  info: StateInfo;
  snapshot: Snapshot;
  /** The bytes of state.safetensors, for the store. */
  bytes: Uint8Array;
}

/** How many gains are kept: what a chart can show. */
export const MAX_GAINS = 100;
/** A state has kilobytes for a small model and a few megabytes for one of billions of weights. */
export const MAX_STATE_ZIP_BYTES = 64 * 1024 * 1024;
const LIMITS = {
  'artifact.json': 256 * 1024,
  'manifest.json': 64 * 1024,
  'state.safetensors': MAX_STATE_ZIP_BYTES,
};

export interface StateContent {
  snapshot: Snapshot;
  gains: readonly Gain[];
  /** `owner/name`. */
  repository: string;
  branch: string;
  /** Version of code2lora. */
  tool: string;
}

/** The files of a state artifact, by name. */
export function stateFiles(content: StateContent): Record<string, string | Uint8Array> {
  const { snapshot, gains, repository, branch, tool } = content;
  const { commit } = snapshot.manifest;
  const info: StateInfo = {
    schema: 'code2lora/artifact@1',
    ...{ tool, repository, branch, commit },
    gains: gains.slice(-MAX_GAINS),
  };
  return {
    'artifact.json': `${JSON.stringify(info)}\n`,
    'manifest.json': `${JSON.stringify(snapshot.manifest, null, 2)}\n`,
    'state.safetensors': encodeState(snapshot.hiddenState, snapshot.adapter),
  };
}

/**
 * Reads the zip of a state artifact; `place` names it in messages. Throws GitHubError, SnapshotError or
 * ModelError for anything that is not as we write it.
 */
export async function readState(zip: Buffer, place: string): Promise<State> {
  const files = await readZip(zip, { place, limits: LIMITS });
  const [artifact, manifest, bytes] = Object.keys(LIMITS).map((file) => files.get(file) as Buffer);
  const info = parseInfo((artifact as Buffer).toString('utf8'), place);
  const snapshot = readSnapshot((manifest as Buffer).toString('utf8'), bytes as Buffer, place);
  if (snapshot.manifest.commit !== info.commit) {
    throw new GitHubError(
      `${place} does not agree with itself: artifact.json and manifest.json name two commits.`,
    );
  }
  return { info, snapshot, bytes: bytes as Buffer };
}

function parseInfo(text: string, place: string): StateInfo {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GitHubError(`The artifact.json of ${place} is not JSON.`, { cause });
  }
  const [error] = Errors(StateInfoSchema, value).filter((found) => found.keyword !== 'boolean');
  if (error === undefined) return value as StateInfo;
  const where = error.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
  throw new GitHubError(`The artifact.json of ${place} is not as expected: "${where}" ${error.message}.`);
}
