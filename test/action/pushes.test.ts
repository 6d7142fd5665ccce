/** Pushes: what the built Action stores of each, and where the next one goes on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_ARTIFACT } from '../../src/github/artifact-names.ts';
import { readState } from '../../src/github/state-artifact.ts';
import type { FakeArtifact } from '../helpers/github/server.ts';
import { assert, suite } from '../helpers/suite.ts';
import { checkout } from '../helpers/workflow-runs.ts';
import {
  assertGreen,
  cartWorkflow,
  MAIN,
  publish,
  push,
  pushOf,
  stateArtifacts,
  walked,
  withModel,
} from './cart-workflow.ts';

const test = suite('pushes');

const MORE = { 'price.py': 'def price(net):\n    return net * 119 // 100\n' };
const OTHER = { 'price.py': 'def price(net):\n    return net\n' };

/** The stored files by name; throws when the zip holds another one. */
async function contentOf({ data }: FakeArtifact) {
  const { info, snapshot, bytes } = await readState(data, 'the artifact');
  return { info, manifest: snapshot.manifest, bytes: Buffer.from(bytes) };
}

test.slow('what a second push stores is, byte for byte, what a walk from the start gives', async () => {
  await using workflow = await cartWorkflow();
  const first = await push(workflow);
  assertGreen(first.step);
  workflow.commit('more', MORE);
  const head = workflow.commit('even more', OTHER);
  const second = await push(workflow);
  assertGreen(second.step);
  assert.equal(second.step.report?.adapter, {
    restoredFrom: first.step.outputs['adapter-artifact'],
    restoredCommit: first.run.headSha,
    artifact: second.step.outputs['adapter-artifact'],
    advancedBy: 2,
  });
  assert.match(
    second.step.stdout,
    new RegExp(`^Restored the adapter of ${first.run.headSha.slice(0, 10)} \\(2 steps\\)`, 'm'),
  );

  const scratch = await push(workflow, { inputs: { 'state-artifact': 'other-name' } });
  assert.is(scratch.step.report?.adapter.advancedBy, 5);
  const other = [...workflow.server.artifacts.values()].find(({ name }) => name === 'other-name');
  const [resumed] = stateArtifacts(workflow);
  const [a, b] = [await contentOf(resumed as FakeArtifact), await contentOf(other as FakeArtifact)];
  assert.equal(a.manifest, b.manifest);
  assert.ok(a.bytes.equals(b.bytes));
  assert.is(a.manifest.commit, head);
});

test.slow(
  'an upload is four files that say where they come from; nothing of it is left in the checkout',
  async () => {
    await using workflow = await cartWorkflow();
    const workspace = checkout(workflow.repo, workflow.head);
    const { step } = await push(workflow, { workspace, inputs: { 'retention-days': '7' } });
    assertGreen(step);
    const [artifact] = stateArtifacts(workflow);
    const { info, manifest } = await contentOf(artifact as FakeArtifact);
    const { commit, repository, branch, gains } = info;
    assert.equal([commit, repository, branch], [workflow.head, 'octo/cart', 'main']);
    assert.equal(
      gains.map((gain) => gain.commit),
      [workflow.head],
    );
    assert.is(step.outputs.snapshot, manifest.id);
    assert.is(step.outputs['adapter-artifact'], String(artifact?.id));
    assert.ok(Date.parse(artifact?.expiresAt ?? '') < Date.now() + 8 * 24 * 3600_000);
    assert.not.ok(existsSync(join(workspace, '.git/code2lora')));
  },
);

test.slow('two runs at once, for the same commit and for two in a row, both end well', async () => {
  await using workflow = await cartWorkflow();
  const { head: first } = workflow;
  const second = workflow.commit('more', MORE);
  const runs = await Promise.all([first, first, second].map((sha) => pushOf(workflow, sha)));
  for (const { step } of runs) assertGreen(step);
  const stored = stateArtifacts(workflow);
  assert.equal(new Set(stored.map(({ run }) => run)), new Set(runs.map(({ run }) => run.id)));

  const third = workflow.commit('even more', OTHER);
  const { step } = await pushOf(workflow, third);
  const newest = stored[0] as FakeArtifact;
  const commit = workflow.server.runs.get(newest.run)?.headSha;
  assert.is(step.outputs['restored-from'], String(newest.id));
  assert.is(step.report?.adapter.restoredCommit, commit);
  assert.is(step.report?.adapter.advancedBy, commit === second ? 1 : 2);
  assert.equal(step.report?.check.snapshot, await walked(workflow, third));
});

const notPart = ({ id }: FakeArtifact): RegExp =>
  new RegExp(
    `^State artifact ${id} is not used: .* not part of this history: newer, or rewritten since`,
    'm',
  );

test.slow('after a force push an older state goes on; when none is left, the walk begins anew', async () => {
  await using workflow = await cartWorkflow();
  const good = await publish(workflow);
  const gone = workflow.commit('more', MORE);
  const lost = await publish(workflow, { run: { headSha: gone } });
  workflow.repo.git('reset', '--quiet', '--hard', workflow.head);
  const head = workflow.commit('instead', OTHER);
  const { step } = await push(workflow, { payload: { before: gone } });
  assertGreen(step);
  assert.match(step.stdout, notPart(lost));
  assert.is(step.outputs['restored-from'], String(good.id));
  assert.equal(step.report?.check.snapshot, await walked(workflow, head));

  workflow.repo.git('checkout', '--quiet', '--orphan', 'anew');
  const root = workflow.commit('all anew', {});
  workflow.repo.git('branch', '--quiet', '--force', 'main', root);
  const anew = await push(workflow);
  assertGreen(anew.step);
  for (const artifact of [good, lost]) assert.match(anew.step.stdout, notPart(artifact));
  assert.match(anew.step.stdout, /^No stored adapter can be used: it is built from the history\.$/m);
  assert.is(anew.step.outputs['restored-from'], '');
  assert.equal(anew.step.report?.check.snapshot, await walked(workflow, root));
});

test.slow('a schedule stores the state again before it expires, though nothing was pushed', async () => {
  await using workflow = await cartWorkflow();
  const old = await publish(workflow);
  const { step } = await workflow.start({ event: 'schedule', sha: workflow.head, ref: MAIN }, withModel());
  assertGreen(step);
  assert.is(step.outputs['restored-from'], String(old.id));
  assert.is(step.report?.adapter.advancedBy, 0);
  const again = stateArtifacts(workflow)[0] as FakeArtifact;
  assert.is(step.outputs['adapter-artifact'], String(again.id));
  assert.equal(await contentOf(again), await contentOf(old));
});

test.slow('a start by hand stores what a push would, which the next run believes', async () => {
  await using workflow = await cartWorkflow();
  const job = { event: 'workflow_dispatch', sha: workflow.head, ref: MAIN };
  const other = await workflow.start(job, withModel({ inputs: { head: workflow.shas[1] as string } }));
  assertGreen(other.step);
  assert.equal(stateArtifacts(workflow), [], 'of another commit nothing is stored');
  const { step } = await workflow.start(job, withModel());
  assertGreen(step);
  const [stored] = stateArtifacts(workflow);
  assert.is(step.outputs['adapter-artifact'], String(stored?.id));
  workflow.commit('more', MORE);
  const next = await push(workflow);
  assertGreen(next.step);
  assert.is(next.step.outputs['restored-from'], String(stored?.id));
});

test.slow('a side branch and a tag are checked in memory, on top of what is stored', async () => {
  await using workflow = await cartWorkflow();
  const { id } = await publish(workflow);
  workflow.repo.git('checkout', '--quiet', '-b', 'topic');
  const test = 'def test_price():\n    assert price(100) == 119\n';
  const sha = workflow.commit('topic', { ...MORE, 'tests/test_price.py': test });
  const payload = { before: workflow.head, after: sha, deleted: false };
  const run = (ref: string) => workflow.start({ event: 'push', sha, ref, payload }, withModel());
  for (const { step } of await Promise.all(['refs/heads/topic', 'refs/tags/v1'].map(run))) {
    assertGreen(step);
    assert.equal([step.outputs['restored-from'], step.outputs['adapter-artifact']], [String(id), '']);
    assert.is(step.outputs.assertions, '1');
    assert.equal(step.report?.check.snapshot, await walked(workflow, sha));
  }
  assert.equal(
    [...workflow.server.artifacts.values()].map(({ name }) => name),
    [STATE_ARTIFACT],
  );
});

test.run();
