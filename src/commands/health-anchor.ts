/**
 * Begins the walk anew: what a fresh repository embedding says at a commit takes the place of a state that has drifted.
 *
 * In: a commit. Out: a stored snapshot that says where it was begun. Earlier snapshots stay as they are, for the commits
 * and branches before this one; later walks of this history go on from the new one (snapshots/lineage.ts).
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import { UsageError } from '../errors.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { encodeState } from '../snapshots/state-file.ts';
import { remembers } from './health-adapters.ts';
import type { CommandOptions } from './options.ts';
import { withStateLock } from './state-lock.ts';
import { updateAdapter } from './update.ts';
import type { Workspace } from './workspace.ts';

interface AnchorInput extends Pick<CommandOptions, 'onProgress'> {
  commit: string;
  cache: EmbeddingCache;
}

/** Throws UsageError for a model whose state is a fresh one at each commit. */
export async function reAnchor(
  workspace: Workspace,
  { commit, cache, onProgress }: AnchorInput,
): Promise<Snapshot> {
  requireMemory(workspace);
  return await withStateLock(workspace, { onProgress }, async () => {
    const rebuild = { startCommit: commit, anchored: true as const };
    const { snapshot } = await updateAdapter(workspace, { until: commit, rebuild, cache, onProgress });
    workspace.store.put(snapshot, encodeState(snapshot));
    return snapshot;
  });
}

/** Before anything is computed. */
export function requireMemory(workspace: Workspace): void {
  if (remembers(workspace)) return;
  throw new UsageError(
    `Cannot re-anchor: the model pack "${workspace.pack.manifest.name}" keeps no state that could drift, it reads the repository anew at each commit.\n` +
      'Run "code2lora health" without --re-anchor.',
  );
}
