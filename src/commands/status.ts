/**
 * Where the adapter stands: snapshot, commits behind HEAD, worker, last check, last error.
 *
 * Opens no model and writes nothing, so it answers at once.
 */

import { countCommits } from '../git/ancestry.ts';
import { readInstallation } from '../hooks/install.ts';
import { readWorkerState } from '../hooks/worker.ts';
import type { StatusReport } from '../report/schema.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { readPromotion } from './health-promotion.ts';
import { readLastCheck } from './last-check.ts';
import type { CommandOptions } from './options.ts';
import { openWorkspace, snapshotInfo } from './workspace.ts';

export async function status(options: CommandOptions = {}): Promise<StatusReport> {
  const workspace = await openWorkspace(options);
  const { repository, store, lineage, stateFolder } = workspace;
  const { root, headSha: head, branch } = repository;
  const snapshot =
    head === null ? undefined : await nearestSnapshot(repository, store, { until: head, ...lineage });
  const { worker, lastError } = readWorkerState(stateFolder);
  const installation = readInstallation(stateFolder);
  return {
    schema: 'code2lora/status@1',
    repository: { root, head, branch },
    snapshot: snapshot ? snapshotInfo(snapshot) : null,
    use: snapshot ? await readPromotion(workspace, snapshot) : null,
    behind: snapshot && head ? await countCommits(repository, { after: snapshot.commit, until: head }) : null,
    worker,
    lastCheck: readLastCheck(stateFolder) ?? null,
    lastError,
    hooks: { installed: installation !== null, mode: installation?.mode ?? null },
  };
}
