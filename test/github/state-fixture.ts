/**
 * A repository with a snapshot of it, a fake GitHub that knows the repository, and the zip of a state
 * artifact with any part of it forged: every forgery is consistent in itself (digests fit), as an attacker's is.
 */
import { createHash } from 'node:crypto';
import { openRepository } from '../../src/git/run.ts';
import { type GitHub, openGitHub } from '../../src/github/client.ts';
import type { RestoreWorkspace } from '../../src/github/restore.ts';
import { type StateContent, stateFiles } from '../../src/github/state-artifact.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { createSnapshot, type Snapshot, type SnapshotContent } from '../../src/snapshots/snapshot.ts';
import { cartRepo } from '../commands/fixture.ts';
import type { GitRepo } from '../helpers/git-repo.ts';
import { addRepository } from '../helpers/github/actions.ts';
import { type FakeGitHub, type FakeRepository, startFakeGitHub, TOKEN } from '../helpers/github/server.ts';
import { random } from '../helpers/random.ts';
import { TINY, TINY_MODULES, tinyPack } from '../helpers/tiny-pack.ts';
import { zipOf } from './zip-files.ts';

export interface StateFixture {
  repo: GitRepo;
  /** Oldest first. */
  shas: string[];
  head: string;
  model: string;
  workspace: RestoreWorkspace;
  /** Of the newest commit. */
  snapshot: Snapshot;
}

/** A snapshot that the history could have made: only the numbers in it are invented. */
export async function stateFixture(): Promise<StateFixture> {
  const { repo, shas } = cartRepo();
  const { dir: model } = await tinyPack();
  const workspace = await workspaceOf(repo.dir, model);
  const head = shas.at(-1) as string;
  return { repo, shas, head, model, workspace, snapshot: snapshotAt(workspace, shas, shas.length - 1) };
}

/** What a state has to fit, in a clone of the repository. */
export async function workspaceOf(dir: string, model: string): Promise<RestoreWorkspace> {
  const pack = openModelPack(model);
  const lineage = { packDigest: pack.digest, rulesDigest: 'e'.repeat(64) };
  return { repository: await openRepository(dir), pack, lineage };
}

/** The same for an earlier commit. */
export function snapshotAt(
  { lineage, pack }: RestoreWorkspace,
  shas: readonly string[],
  position: number,
): Snapshot {
  const { normal } = random(position);
  const pairs = Object.entries(TINY_MODULES).map(([type, [inFeatures, outFeatures]]) => {
    const [A, B] = [normal(TINY.rank * inFeatures), normal(outFeatures * TINY.rank)];
    return [type, { A, B, inFeatures, outFeatures }] as const;
  });
  return createSnapshot({
    ...lineage,
    commit: shas[position] as string,
    parentCommit: shas[position - 1] ?? null,
    startCommit: shas[0] as string,
    ...{ position, steps: Math.min(position, 3) },
    pack: { name: pack.manifest.name, version: pack.manifest.version },
    engine: { name: 'onnxruntime-node', version: '1', cpu: 'test' },
    hiddenState: normal(TINY.stateSize),
    adapter: { rank: TINY.rank, alpha: TINY.alpha, pairs: Object.fromEntries(pairs) },
  }).snapshot;
}

/** The snapshot with other content, and every digest and id made anew to fit it. */
export function forged(
  { snapshot, shas }: Pick<StateFixture, 'snapshot' | 'shas'>,
  changes: Partial<SnapshotContent>,
): Snapshot {
  const { manifest, hiddenState, adapter } = snapshot;
  const parentCommit = shas[shas.indexOf(manifest.commit) - 1] ?? null;
  return createSnapshot({ ...manifest, parentCommit, hiddenState, adapter, ...changes }).snapshot;
}

/** Any manifest with the digest that fits it, as anybody can compute it. */
export function signedManifest({ digest: _, ...manifest }: Record<string, unknown>): string {
  const sorted = (value: unknown): unknown =>
    value === null || typeof value !== 'object' || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, sorted(item)]),
        );
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(manifest)))
    .digest('hex');
  return JSON.stringify({ ...manifest, digest });
}

export function stateZip(snapshot: Snapshot, changes: Partial<StateContent> = {}): Promise<Buffer> {
  const gains = [{ commit: snapshot.manifest.commit, assertions: 3, gain: 0.25 }];
  const content = { snapshot, gains, repository: 'o/r', branch: 'main', tool: '0.1.0', ...changes };
  return zipOf(stateFiles(content));
}

export interface FakePlace extends AsyncDisposable {
  state: FakeGitHub;
  repository: FakeRepository;
  github: GitHub;
  lines: string[];
  log: (line: string) => void;
}

/** A GitHub with the repository `o/r`, and a client for it. */
export async function fakePlace({ serverUrl = 'https://github.com' } = {}): Promise<FakePlace> {
  const state = await startFakeGitHub();
  const repository = addRepository(state, 'o/r');
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const github = openGitHub({
    token: TOKEN,
    repository: 'o/r',
    apiUrl: state.url,
    serverUrl,
    log,
    secondMs: 1,
  });
  return { state, repository, github, lines, log, [Symbol.asyncDispose]: () => state[Symbol.asyncDispose]() };
}
