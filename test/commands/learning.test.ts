import { readMeanAdapter } from '../../src/adaptation/mean-adapter.ts';
import { advanceInMemory, forRange } from '../../src/commands/advance.ts';
import { check } from '../../src/commands/check.ts';
import { followAdapters } from '../../src/commands/follow-adapters.ts';
import { updateAdapter } from '../../src/commands/update.ts';
import { verify } from '../../src/commands/verify.ts';
import { openWorkspace } from '../../src/commands/workspace.ts';
import { SnapshotError, UsageError } from '../../src/errors.ts';
import { firstParentCommits } from '../../src/git/history.ts';
import { stateFiles } from '../../src/github/state-artifact.ts';
import type { AdaptationPart } from '../../src/runtime/manifest-adaptation.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { admitSnapshot, readHistoryLine } from '../../src/snapshots/admit.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshots/snapshot.ts';
import { type GitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { adaptedPack, tinyAdaptation, writeAdaptedPack } from '../helpers/tiny-adaptation.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { adapterBytes, bytesOf, expectedBut, learningRepo, walkBy, walkTo } from './learning-history.ts';

const test = suite('commands/learning');
const ALL: AdaptationPart[] = ['gru', 'memory', 'refinement'];
const model = adaptedPack(ALL).dir;
const HEAD = 5;
const headOf = ({ shas }: { shas: string[] }) => shas[HEAD] as string;

test.slow(
  'a history walked at once and commit by commit gives the same bytes, and verify finds so',
  async () => {
    const { repo, shas } = learningRepo();
    const whole = await walkTo(repo, shas[HEAD] as string, { model, stateFolder: temporaryFolder() });
    const stops = await walkBy(repo, [shas[0], shas[2], shas[3], shas[HEAD]], { model });
    const stepwise = stops.at(-1) as Snapshot;
    assert.equal(stepwise.manifest, whole.manifest);
    assert.is(bytesOf(stepwise), bytesOf(whole));
    assert.equal(whole.manifest.parts, ALL);
    assert.is(whole.learned.buffer.length, 5, 'the newest five of five commits, one for each');
    assert.ok((await verify({ repo: repo.dir, model })).equal);
  },
);

test.slow('a walk that is interrupted goes on from its last checkpoint, to the same bytes', async () => {
  const { repo } = learningRepo();
  const shas = repo.bulk(66, (index) => ({
    files: {
      'cart.py': `x = ${index}\n`,
      [`tests/test_${index}.py`]: `assert f(${index}) == ${index * 7}\n`,
    },
  }));
  const head = shas.at(-1) as string;
  const stateFolder = temporaryFolder();
  const interrupted = async () => {
    await using workspace = await openWorkspace({ repo: repo.dir, model, stateFolder });
    await using cache = workspace.openCache();
    const onProgress = ({ stage, done }: { stage: string; done: number }) => {
      if (stage === 'update' && done === 68) throw new UsageError('enough');
    };
    await updateAdapter(workspace, { until: head, cache, onProgress });
  };
  await rejects(interrupted(), UsageError, /enough/);
  await using workspace = await openWorkspace({ repo: repo.dir, model, stateFolder });
  await using cache = workspace.openCache();
  const { snapshot, commits } = await updateAdapter(workspace, { until: head, cache });
  assert.is(commits, 71 - 64);
  const fresh = await walkTo(repo, head, { model, stateFolder: temporaryFolder() });
  assert.is(snapshot.manifest.digest, fresh.manifest.digest);
});

test.slow('without parts it is the mean adapter, in a snapshot of its own', async () => {
  const { repo, shas } = learningRepo();
  const none = await walkTo(repo, shas[HEAD] as string, { model, parts: 'none' });
  assert.is(
    adapterBytes(none.adapter),
    adapterBytes(readMeanAdapter(openModelPack(model)) as typeof none.adapter),
  );
  assert.equal([none.hiddenState.length, none.manifest.steps, none.manifest.parts], [0, 0, []]);
  const gru = await walkTo(repo, shas[HEAD] as string, { model, parts: 'gru' });
  assert.is.not(gru.manifest.id, none.manifest.id);
  assert.is(gru.manifest.parts, undefined);
  assert.is(gru.manifest.position, HEAD);
});

test.slow('a part that the pack does not have is refused, with those that it has', async () => {
  const { repo } = learningRepo();
  const { dir: plain } = await tinyPack();
  const open = (parts: string) => openWorkspace({ repo: repo.dir, model: plain, parts });
  await rejects(open('gru,memory'), UsageError, /"tiny" has no memory, .*\nChoose among gru, none,/);
  await rejects(open('gru,memroy'), UsageError, /--parts: "gru,memroy" is not a list of parts/);
});

test.slow('the pack says where a walk begins, unless the user does', async () => {
  const { repo, shas } = learningRepo();
  const { dir } = writeAdaptedPack({ ...tinyAdaptation(['memory']), maxCommits: 2 });
  const last = shas[HEAD] as string;
  assert.is((await walkTo(repo, last, { model: dir })).manifest.startCommit, shas[HEAD - 2]);
  const whole = await walkTo(repo, last, { model: dir, maxHistory: 'all' });
  assert.is(whole.manifest.startCommit, shas[0]);
  assert.is((await walkTo(repo, last, { model: dir, parts: 'gru' })).manifest.startCommit, shas[0]);
});

test.slow(
  'a bounded walk begins with the tests of the tree before it, a whole one with nothing',
  async () => {
    const { repo, shas } = learningRepo();
    const bounded = await walkTo(repo, shas[3] as string, { model, maxHistory: 1 });
    assert.is(bounded.manifest.startCommit, shas[2]);
    const { buffer } = bounded.learned;
    assert.is(buffer.length, 3, 'two of the tree at the second commit, one of the third');
    const root = await walkTo(repo, shas[0] as string, { model });
    assert.equal(root.learned, { memory: null, residual: null, buffer: [] });
    const { atStart } = tinyAdaptation(ALL).signal;
    assert.ok(atStart >= 2);
  },
);

test.slow('a range is checked without what its own tests teach, whole or in part', async () => {
  const [one, other] = [learningRepo(), learningRepo(expectedBut(3, '"amber"'))];
  const adapters = async (history: typeof one) => {
    await using workspace = await openWorkspace({
      repo: history.repo.dir,
      model,
      stateFolder: temporaryFolder(),
    });
    await using cache = workspace.openCache();
    const { snapshot } = await updateAdapter(workspace, { until: headOf(history), cache });
    const updated = { snapshot, inUse: snapshot, notices: [] };
    const since = async (base: string | null | undefined) =>
      adapterBytes((await forRange(workspace, updated, { base: base ?? null })).inUse.adapter);
    const { shas } = history;
    return {
      head: adapterBytes(snapshot.adapter),
      ofHead: await since(shas[4]),
      sinceThird: await since(shas[2]),
      sinceFourth: await since(shas[3]),
      all: await since(null),
    };
  };
  const [a, b] = [await adapters(one), await adapters(other)];
  assert.is(a.ofHead, a.head);
  assert.is(a.sinceThird, b.sinceThird);
  assert.is.not(a.sinceFourth, b.sinceFourth, 'the fourth commit is before the range');
  assert.is(a.all, b.all);
  assert.is(new Set(Object.values(a)).size, 4);
});

test.slow('a range that begins before the walk is checked with what the tree before it teaches', async () => {
  const { dir } = writeAdaptedPack({ ...tinyAdaptation(['memory', 'refinement']), maxCommits: 2 });
  const since = async (base: number | null, { repo, shas }: ReturnType<typeof learningRepo>) => {
    await using workspace = await openWorkspace({ repo: repo.dir, model: dir });
    await using cache = workspace.openCache();
    const { snapshot } = await updateAdapter(workspace, { until: shas[HEAD] as string, cache });
    assert.is(snapshot.manifest.position, 2);
    const updated = { snapshot, inUse: snapshot, notices: [] };
    const sha = base === null ? null : (shas[base] as string);
    return adapterBytes((await forRange(workspace, updated, { base: sha })).inUse.adapter);
  };
  const found = await since(1, learningRepo());
  assert.is(found, await since(1, learningRepo(expectedBut(3, '99'))), 'of the range it knows nothing');
  assert.is.not(found, await since(1, learningRepo(expectedBut(1, '99'))), 'the base is before the range');
  assert.is.not(found, await since(null, learningRepo()));
});

test.slow(
  'a pull request is checked with what the base has taught, its tip too, and nothing of its own',
  async () => {
    const ofBranch = async (base: ReturnType<typeof learningRepo>, value: string) => {
      const head = ownCommit(base.repo, value);
      await using workspace = await openWorkspace({
        repo: base.repo.dir,
        model,
        stateFolder: temporaryFolder(),
      });
      await using cache = workspace.openCache();
      const { snapshot: from } = await updateAdapter(workspace, { until: headOf(base), cache });
      const commits = [];
      const range = { after: headOf(base), until: head };
      for await (const commit of firstParentCommits(workspace.repository, range)) commits.push(commit);
      assert.is(commits.length, 2);
      const { snapshot } = await advanceInMemory(workspace, { from, commits, cache });
      return { from: adapterBytes(from.adapter), head: adapterBytes(snapshot.adapter) };
    };
    const [a, b] = [await ofBranch(learningRepo(), '"a"'), await ofBranch(learningRepo(), '"b"')];
    assert.equal(a, b);
    const changed = await ofBranch(learningRepo(expectedBut(HEAD, '"green"')), '"a"');
    assert.is(changed.from, a.from);
    assert.is.not(changed.head, a.head);
  },
);

function ownCommit(repo: GitRepo, value: string): string {
  repo.commit('own test', { 'tests/test_fee.py': `def test_fee():\n    assert fee() == ${value}\n` });
  return repo.commit('own code', { 'fee.py': 'def fee():\n    return 3\n' });
}

test.slow('what an artifact brings is believed with the same parts alone', async () => {
  const { repo, shas } = learningRepo();
  const snapshot = await walkTo(repo, shas[HEAD] as string, { model });
  const files = stateFiles({ snapshot, gains: [], repository: 'a/b', branch: 'main', tool: '0' });
  const [manifest, state] = [files['manifest.json'] as string, files['state.safetensors'] as Uint8Array];
  const read = readSnapshot(manifest, state, 'x');
  assert.is(bytesOf(read), bytesOf(snapshot));
  const admit = async (parts?: string) => {
    await using workspace = await openWorkspace({ repo: repo.dir, model, parts });
    const line = await readHistoryLine(workspace.repository, shas[HEAD] as string);
    return admitSnapshot(read, { ...workspace, line, place: 'artifact 7' });
  };
  assert.is(await admit(), read);
  await rejects(admit('gru'), SnapshotError, /made of gru,memory,refinement, here it is gru \(--parts\)/);
});

test.slow('a check of every assertion says that its adapter has learned from none', async () => {
  const { repo } = learningRepo();
  const { notices, assertions } = await check({ repo: repo.dir, model, parts: 'memory', all: true });
  assert.is(assertions.length, 6);
  assert.ok(notices.some((notice) => /has learned from none of them/.test(notice)));
  const last = await check({ repo: repo.dir, model, parts: 'memory', range: 'HEAD' });
  assert.is(last.assertions.length, 1);
  assert.equal(last.notices, []);
});

test.slow('one walk gives the adapters of several combinations, as walks of their own do', async () => {
  const { repo, shas } = learningRepo();
  const combinations: AdaptationPart[][] = [['gru'], [], ['memory'], ['refinement', 'memory'], ALL];
  const wanted = [shas[1], shas[4]];
  const found = new Map<string, string[]>();
  await using workspace = await openWorkspace({ repo: repo.dir, model });
  const until = shas[HEAD] as string;
  const at = (commit: string) => wanted.includes(commit);
  for await (const { commit, position, adapters } of followAdapters(workspace, {
    ...{ until, maxHistory: null, combinations, at },
  })) {
    assert.is(shas[position], commit);
    found.set(commit, adapters.map(adapterBytes));
  }
  assert.equal([...found.keys()], wanted);
  for (const [index, parts] of combinations.entries()) {
    const sha = shas[4] as string;
    const { adapter } = await walkTo(repo, sha, { model, parts: parts.join() || 'none' });
    assert.is(found.get(sha)?.[index], adapterBytes(adapter), parts.join());
  }
});

test.run();
