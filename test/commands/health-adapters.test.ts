import { health } from '../../src/commands/health.ts';
import { adaptersOf, previousAdapter } from '../../src/commands/health-adapters.ts';
import { sampleRecent } from '../../src/commands/health-assertions.ts';
import { updateAdapter } from '../../src/commands/update.ts';
import { openWorkspace } from '../../src/commands/workspace.ts';
import type { Snapshot } from '../../src/snapshots/snapshot.ts';
import { assert, suite } from '../helpers/suite.ts';
import { adaptedPack } from '../helpers/tiny-adaptation.ts';
import { adapterBytes, learningRepo, walkBy } from './learning-history.ts';

const test = suite('commands/health-adapters');
const { dir: model } = adaptedPack(['gru', 'memory', 'refinement']);

test.slow(
  'each commit gets the adapter that an update has made for it, from whatever is stored',
  async () => {
    const { repo, shas } = learningRepo();
    const steps = await walkBy(repo, shas, { model }); // a snapshot of each commit
    const bytesAt = (index: number) => adapterBytes((steps[index] as Snapshot).adapter);
    await using workspace = await openWorkspace({ repo: repo.dir, model });
    const head = steps.at(-1) as Snapshot;
    const samples = await sampleRecent(workspace, {
      ...{ until: head.manifest.commit, oldest: head.manifest.startCommit },
      ...{ count: 4, perCommit: 1, maxCommits: 10 },
    });
    assert.equal(
      samples.map(({ commit }) => shas.indexOf(commit.sha)),
      [2, 3, 4, 5],
    );
    for (const index of [1, 3, 4]) workspace.store.remove((steps[index] as Snapshot).manifest.id);
    await using cache = workspace.openCache();
    const commits = samples.map(({ commit }) => commit);
    const { byCommit, freshFrom } = await adaptersOf(workspace, head, { commits, cache });
    assert.is(freshFrom, shas[1]);
    for (const index of [2, 3, 4, 5]) {
      const { own, previous } = byCommit.get(shas[index] as string) ?? {};
      assert.is(own && adapterBytes(own), bytesAt(index), `own of ${index}`);
      assert.is(previous && adapterBytes(previous), bytesAt(index - 1), `previous of ${index}`);
    }
    const before = await previousAdapter(workspace, head, cache);
    assert.is(before && adapterBytes(before), bytesAt(4));
    const rebuild = { startCommit: shas[1] as string };
    const anew = await updateAdapter(workspace, { until: shas[4] as string, rebuild, cache });
    const { fresh } = byCommit.get(shas[4] as string) ?? {};
    assert.is(fresh && adapterBytes(fresh), adapterBytes(anew.snapshot.adapter));
  },
);

test.slow(
  'a walk that is begun anew learns from the tests before it, and no later walk from what it forgot',
  async () => {
    const { repo, shas } = learningRepo();
    const { reAnchored } = await health({ repo: repo.dir, model, reAnchor: true });
    repo.commit('more', { 'tests/test_more.py': 'def test_more():\n    assert more() == 5\n' });
    const report = await health({ repo: repo.dir, model });
    assert.equal([report.snapshot.parent, report.sample.freshFrom], [reAnchored?.id, null]);
    await using workspace = await openWorkspace({ repo: repo.dir, model });
    const anchor = workspace.store.get(reAnchored?.id ?? '') as Snapshot;
    assert.equal([anchor.manifest.startCommit, anchor.manifest.anchored], [shas.at(-1), true]);
    assert.ok(anchor.learned.buffer.length > 0 && anchor.learned.memory !== null);
    const newest = workspace.store.get(report.snapshot.id) as Snapshot;
    assert.equal([newest.manifest.position, newest.manifest.anchored], [1, true]);
  },
);

test.run();
