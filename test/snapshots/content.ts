/** A small snapshot content for the tests of this folder. */
import type { SnapshotContent } from '../../src/snapshots/snapshot.ts';

export function snapshotContent(changes: Partial<SnapshotContent> = {}): SnapshotContent {
  return {
    commit: 'a'.repeat(40),
    parentCommit: 'b'.repeat(40),
    startCommit: 'c'.repeat(40),
    packDigest: 'pack',
    rulesDigest: 'rules',
    position: 3,
    steps: 2,
    pack: { name: 'tiny', version: '1' },
    engine: { name: 'onnxruntime-node', version: '1', cpu: 'test' },
    hiddenState: Float32Array.of(0.5, -1, 2),
    adapter: {
      rank: 1,
      alpha: 2,
      pairs: {
        q_proj: { A: Float32Array.of(1, 2), B: Float32Array.of(3, 4, 5), inFeatures: 2, outFeatures: 3 },
      },
    },
    ...changes,
  };
}
