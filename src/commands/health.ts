/**
 * Does this repository's adapter know this repository? Measured on the assertions that its newest commits brought.
 *
 *   the newest assertions, each scored by the adapter of its own commit
 *   → and by the base model, the mean adapter, other repositories' adapters, the commit before's, a fresh start's
 *   → gains with intervals → verdict
 *
 * Nothing that is stored changes, but for two things: a harmful adapter is no longer used, and, where it is asked for, the
 * next walk starts anew from the repository as it stands.
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import type { HealthReport } from '../report/health-schema.ts';
import { hasDrifted, healthAdvice, healthVerdict } from '../report/health-verdict.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { update } from './check.ts';
import { adaptersOf, type FollowedAdapters, previousAdapter } from './health-adapters.ts';
import { reAnchor, requireMemory } from './health-anchor.ts';
import { type CommitSample, sampleRecent } from './health-assertions.ts';
import { compareContenders } from './health-compare.ts';
import { likenessOf } from './health-likeness.ts';
import { promote, recordVerdict } from './health-promotion.ts';
import { type References, readReferences } from './health-references.ts';
import { scoreContenders } from './health-scores.ts';
import { stateHealth } from './health-state.ts';
import type { CommandOptions, HealthOptions } from './options.ts';
import { createTimer, type Timer } from './timer.ts';
import { modelInfo, openWorkspace, requireHead, snapshotInfo, type Workspace } from './workspace.ts';

const DEFAULT_ASSERTIONS = 40;
/** So that a sample comes from five commits at least, where there are so many. */
const SHARE_OF_COMMIT = 1 / 5;
const MAX_COMMITS = 512;

/** Throws ModelError when the pack's panel cannot be read. */
export async function health(options: HealthOptions = {}): Promise<HealthReport> {
  const timer = createTimer();
  await using workspace = await openWorkspace(options);
  const head = requireHead(workspace.repository);
  if (options.reAnchor) requireMemory(workspace);
  const references = readReferences(workspace.pack);
  const updated = await timer.time('update', () => update(workspace, head, options));
  const { asked, samples } = await timer.time('select', () => select(workspace, updated.snapshot, options));
  await using cache = workspace.openCache();
  const examined = { snapshot: updated.snapshot, references, asked, samples, cache, timer };
  const found = await examine(workspace, examined, options);
  const reAnchored = options.reAnchor ? await reAnchor(workspace, { commit: head, cache, ...options }) : null;
  const { root, branch } = workspace.repository;
  return {
    schema: 'code2lora/health@1',
    repository: { root, head, branch },
    model: modelInfo(workspace.pack, (await workspace.device()).device),
    snapshot: snapshotInfo(updated.snapshot.manifest),
    ...found,
    reAnchored: reAnchored && snapshotInfo(reAnchored.manifest),
    notices: [...new Set([...workspace.notices, ...updated.notices])],
    timings: timer.timings(),
  };
}

/** The first assertions of a history are those of the walk's start: before it there was no adapter. */
async function select(
  workspace: Workspace,
  { manifest }: Snapshot,
  { assertions: asked = DEFAULT_ASSERTIONS }: HealthOptions,
): Promise<{ asked: number; samples: CommitSample[] }> {
  const samples = await sampleRecent(workspace, {
    until: manifest.commit,
    count: asked,
    perCommit: Math.max(1, Math.ceil(asked * SHARE_OF_COMMIT)),
    oldest: manifest.startCommit,
    maxCommits: MAX_COMMITS,
  });
  return { asked, samples };
}

interface Examined {
  snapshot: Snapshot;
  references: References;
  asked: number;
  samples: readonly CommitSample[];
  cache: EmbeddingCache;
  timer: Timer;
}

type Found = Omit<
  HealthReport,
  'schema' | 'repository' | 'model' | 'snapshot' | 'reAnchored' | 'notices' | 'timings'
>;

async function examine(
  workspace: Workspace,
  { snapshot, references, asked, samples, cache, timer }: Examined,
  { onProgress }: CommandOptions,
): Promise<Found> {
  const commits = samples.map(({ commit }) => commit);
  const followed = await timer.time('walk', () =>
    adaptersOf(workspace, snapshot, { commits, cache, onProgress }),
  );
  const previous = await previousAdapter(workspace, snapshot, cache);
  const state = await stateHealth(workspace, snapshot, { followed, cache });
  const { languageModel } = await workspace.models();
  const scores = await timer.time('score', () =>
    scoreContenders(languageModel, { samples, adapters: followed.byCommit, references, onProgress }),
  );
  const likeness = likenessOf(snapshot.adapter, { references, previous });
  const { panelCosines, ...alike } = likeness;
  const compared = compareContenders(scores, { references, panelCosines, seed: snapshot.manifest.id });
  const sample = describeSample(samples, { asked, followed });
  const verdict = healthVerdict({ sample, gains: compared.gains });
  const drifted = hasDrifted({ sample, gains: compared.gains });
  return {
    ...{ verdict, advice: healthAdvice(verdict, { drifted }), sample, ...compared },
    ...{ likeness: alike, state: { ...state, drifted }, use: await useOf(workspace, snapshot, verdict) },
  };
}

function describeSample(
  samples: readonly CommitSample[],
  { asked, followed }: { asked: number; followed: FollowedAdapters },
): HealthReport['sample'] {
  return {
    asked,
    assertions: samples.reduce((sum, { assertions }) => sum + assertions.length, 0),
    commits: samples.length,
    oldest: samples[0]?.commit.sha ?? null,
    newest: samples.at(-1)?.commit.sha ?? null,
    freshFrom: followed.freshFrom,
  };
}

async function useOf(
  workspace: Workspace,
  snapshot: Snapshot,
  verdict: HealthReport['verdict'],
): Promise<HealthReport['use']> {
  recordVerdict(workspace, snapshot.manifest, verdict);
  const { promoted, reason, using } = await promote(workspace, snapshot);
  return { promoted, reason, using };
}
