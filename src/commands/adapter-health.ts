/**
 * Is the adapter this repository's own, or the same for everybody? (Conditioning collapse, as the authors'
 * checkpoints show it: adapters of different repositories with a cosine of 0.998.) What doctor says without running a
 * model; `code2lora health` asks the repository's assertions.
 */
import { readMeanAdapter } from '../adaptation/mean-adapter.ts';
import { type Finding, ok, warning } from '../hooks/finding.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { adapterCosine, residualFraction } from '../lora/similarity.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import type { SnapshotManifest } from '../snapshots/snapshot.ts';
import { readJudgement } from './health-record.ts';
import type { Workspace } from './workspace.ts';

export { readMeanAdapter } from '../adaptation/mean-adapter.ts';

/** Above this cosine to the mean adapter, nothing of the repository is left to speak of. */
const COLLAPSED_COSINE = 0.999;

/** Compares with the mean adapter of the pack's training repositories, if the pack has one. */
export function describeAdapter(adapter: LoraAdapter, pack: ModelPack): Finding[] {
  const mean = readMeanAdapter(pack);
  if (mean === undefined) return [];
  const cosine = adapterCosine(adapter, mean);
  const numbers = `cosine ${cosine.toFixed(4)} to the mean adapter, ${(residualFraction(adapter, mean) * 100).toFixed(1)} % of it is this repository's own`;
  if (cosine <= COLLAPSED_COSINE) return [ok(`adapter: ${numbers}`)];
  return [warning(`the adapter is a generic one: ${numbers}`, 'code2lora health')];
}

/** What the last judgement said, where checks do not use the snapshot's adapter. */
export function describePromotion(
  place: Pick<Workspace, 'stateFolder'>,
  { id, commit }: Pick<SnapshotManifest, 'id' | 'commit'>,
): Finding[] {
  const judgement = readJudgement(place, id);
  if (!judgement || judgement.promoted) return [];
  const reason = judgement.reason ?? 'it does harm';
  return [warning(`the adapter of ${commit.slice(0, 10)} is not used: ${reason}`, 'See "code2lora health".')];
}
