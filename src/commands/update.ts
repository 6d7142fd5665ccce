/**
 * The story of one commit, first half: from the history to the adapter.
 *
 *   nearest snapshot ?? first hidden state      where the last walk got to
 *   for each commit since: diff → embedding → one step of the GRU
 *   hidden state → adapter → snapshot
 *
 * A killed run loses at most the commits since the last checkpoint, and of those the embeddings are in the
 * cache already.
 */

import type { EmbeddingCache } from '../embedding/cache.ts';
import { createEmbedder, type Embedder, type EmbedderCounts } from '../embedding/embedder.ts';
import { openEncoder } from '../embedding/encoder.ts';
import { ModelError } from '../errors.ts';
import { countCommits, startCommitOf } from '../git/ancestry.ts';
import { readProductionDiffs } from '../git/diff.ts';
import { firstParentCommits, requireFullHistory } from '../git/history.ts';
import { openUpdater, type Updater } from '../gru/rollout.ts';
import { type Generator, openGenerator } from '../lora/generate.ts';
import { engine } from '../runtime/session.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { CHECKPOINT_INTERVAL } from '../snapshots/retention.ts';
import { createSnapshot, type Snapshot } from '../snapshots/snapshot.ts';
import type { CommandOptions } from './options.ts';
import { productionFiles } from './production-files.ts';
import type { Workspace } from './workspace.ts';

export interface UpdateResult {
  snapshot: Snapshot;
  /** Commits walked in this update; 0 when the snapshot was there already. */
  commits: number;
  notices: string[];
  counts: EmbedderCounts | undefined;
}

export interface UpdateOptions extends Pick<CommandOptions, 'onProgress'> {
  until: string;
  /** Rebuild from the start commit and store nothing: `verify`. */
  fromScratch?: boolean;
  cache: EmbeddingCache;
}

/** Where a walk stands: all that the next commit needs. */
interface Walk {
  startCommit: string;
  commit: string;
  parentCommit: string | null;
  position: number;
  steps: number;
  hiddenState: Float32Array;
}

interface Models extends AsyncDisposable {
  embedder: Embedder;
  updater: Updater;
  generator: Generator;
}

/** Brings the newest snapshot up to a commit. */
export async function updateAdapter(workspace: Workspace, options: UpdateOptions): Promise<UpdateResult> {
  const { repository, store, lineage } = workspace;
  const { until, fromScratch = false } = options;
  const known = fromScratch ? undefined : await nearestSnapshot(repository, store, { until, ...lineage });
  if (known?.commit === until) {
    return { snapshot: store.get(known.id) as Snapshot, commits: 0, notices: [], counts: undefined };
  }
  requireFullHistory(repository);
  await using models = await openModels(workspace, options.cache);
  const walk = known ? resume(store.get(known.id) as Snapshot) : await begin(workspace, models, until);
  return await followHistory(workspace, options, models, walk);
}

async function followHistory(
  workspace: Workspace,
  { until, fromScratch, onProgress }: UpdateOptions,
  models: Models,
  walk: Walk,
): Promise<UpdateResult> {
  const { repository, config, pack } = workspace;
  const total = await countCommits(repository, { after: walk.commit, until });
  const notices: string[] = [];
  const begun = walk.position;
  const commits = firstParentCommits(repository, { after: walk.commit, until });
  const diffs = readProductionDiffs(repository, commits, {
    rules: config.paths,
    contextLines: pack.manifest.recipe.history.contextLines,
    maxBytes: config.history.maxDiffBytes,
  });
  for await (const diff of diffs) {
    if (diff.text !== '') {
      const embedding = await models.embedder.embedDiff(diff.text);
      walk.hiddenState = await models.updater.step(walk.hiddenState, embedding);
      walk.steps += 1;
    }
    walk.position += 1;
    walk.commit = diff.commit.sha;
    walk.parentCommit = diff.commit.parentSha;
    notices.push(...diff.notices);
    if (!fromScratch && walk.position % CHECKPOINT_INTERVAL === 0) await save(workspace, models, walk);
    onProgress?.({ stage: 'update', done: walk.position - begun, total });
  }
  const snapshot = await save(workspace, models, walk, { store: !fromScratch });
  return { snapshot, commits: walk.position - begun, notices, counts: models.embedder.counts };
}

/** h0 from the repository embedding at the start commit (Code2LoRA, section 3.3). */
async function begin(workspace: Workspace, models: Models, until: string): Promise<Walk> {
  const { repository, config } = workspace;
  const commit = await startCommitOf(repository, until);
  await using files = await productionFiles(repository, commit, config.paths);
  const embedding = await models.embedder.embedRepository(files.list);
  const hiddenState = await models.updater.initialState(embedding);
  return { startCommit: commit, commit, parentCommit: null, position: 0, steps: 0, hiddenState };
}

const resume = ({ manifest, hiddenState }: Snapshot): Walk => ({
  startCommit: manifest.startCommit,
  commit: manifest.commit,
  parentCommit: null,
  position: manifest.position,
  steps: manifest.steps,
  hiddenState,
});

async function save(
  { pack, lineage, store }: Workspace,
  models: Models,
  walk: Walk,
  options = { store: true },
): Promise<Snapshot> {
  const adapter = await models.generator.generate(walk.hiddenState);
  const { name, version } = pack.manifest;
  const content = { ...lineage, ...walk, pack: { name, version }, engine: engine(), adapter };
  const { snapshot, state } = createSnapshot(content);
  if (options.store) store.put(snapshot, state);
  return snapshot;
}

async function openModels({ pack }: Workspace, cache: EmbeddingCache): Promise<Models> {
  const { steps, base, startCommit } = pack.manifest.recipe.history;
  if (steps !== 'production-diff' || base !== 'first-parent' || startCommit !== 'skip') {
    throw new ModelError(
      `The model pack "${pack.manifest.name}" walks history by "${steps}" against "${base}" (start commit: ${startCommit}).\n` +
        'This version walks "production-diff" against "first-parent" (start commit: skip).',
    );
  }
  const [encoder, updater, generator] = await Promise.all([
    openEncoder(pack),
    openUpdater(pack),
    openGenerator(pack),
  ]);
  return {
    embedder: createEmbedder(pack, encoder, cache),
    updater,
    generator,
    async [Symbol.asyncDispose]() {
      await Promise.all([encoder, updater, generator].map((model) => model[Symbol.asyncDispose]()));
    },
  };
}
