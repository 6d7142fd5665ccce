import { createHash } from 'node:crypto';
import { UsageError } from '../../src/errors.ts';
import { STATE_ARTIFACT } from '../../src/github/artifact-names.ts';
import { findState, restoreState } from '../../src/github/restore.ts';
import { stateFiles } from '../../src/github/state-artifact.ts';
import { repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { addArtifact, addRepository, addRun } from '../helpers/github/actions.ts';
import type { FakeArtifact, FakeRun } from '../helpers/github/server.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import {
  type FakePlace,
  fakePlace,
  forged,
  signedManifest,
  snapshotAt,
  stateFixture,
  stateZip,
  workspaceOf,
} from './state-fixture.ts';
import { zipOf } from './zip-files.ts';

const test = suite('github/restore');
const fixture = await stateFixture();
const { snapshot, head, shas, workspace } = fixture;
const name = STATE_ARTIFACT;

/** A run of a push to main at HEAD with a good artifact, unless told otherwise. */
async function publish(
  { state }: FakePlace,
  run: Partial<FakeRun> = {},
  artifact: Partial<FakeArtifact> = {},
): Promise<FakeArtifact> {
  const { id } = addRun(state, { repository: 'o/r', headSha: head, ...run });
  return addArtifact(state, { run: id, name, data: await stateZip(snapshot), ...artifact });
}

const restore = ({ github, log }: FakePlace, target = head) =>
  restoreState(github, { name, target, workspace, log });

/** Publishes one artifact, and expects that it is refused for the reason, in one line. */
async function refuses(
  reason: RegExp,
  run: Partial<FakeRun> = {},
  artifact: Partial<FakeArtifact> = {},
): Promise<void> {
  await using place = await fakePlace();
  addRepository(place.state, 'mallory/r', { isFork: true });
  const { id } = await publish(place, run, artifact);
  assert.is(await restore(place), null);
  assert.is(place.lines.length, 1, place.lines.join('\n'));
  assert.match(place.lines[0] ?? '', reason);
  assert.match(place.lines[0] ?? '', new RegExp(`^State artifact ${id} is not used: [^\\n]*\\.$`));
}

const refusesContent = async (reason: RegExp, data: Buffer) => refuses(reason, {}, { data });
const refusesSnapshot = async (reason: RegExp, changes: Parameters<typeof forged>[1]) =>
  refusesContent(reason, await stateZip(forged(fixture, changes)));

test.slow('gives the snapshot back, byte for byte, with its gains and where it comes from', async () => {
  await using place = await fakePlace();
  const { id, run } = await publish(place);
  const restored = await restore(place);
  assert.equal(restored?.snapshot, snapshot);
  assert.equal([restored?.artifactId, restored?.runId], [String(id), run]);
  assert.equal(restored?.gains, [{ commit: head, assertions: 3, gain: 0.25 }]);
  assert.equal(place.lines, []);
});

test.slow('takes four requests and one to the blob store, and that one without the token', async () => {
  await using place = await fakePlace();
  await publish(place);
  await restore(place);
  assert.equal(
    place.state.requests.map(({ path, token }) => [path.replace(/\d+/g, 'N'), token !== null]),
    [
      ['/repos/o/r', true],
      ['/repos/o/r/actions/artifacts', true],
      ['/repos/o/r/actions/runs/N', true],
      ['/repos/o/r/actions/artifacts/N/zip', true],
      ['/blob/N', false],
    ],
  );
});

test.slow('asks nothing about the repository when the event has said it', async () => {
  await using place = await fakePlace();
  await publish(place);
  const facts = { id: place.repository.id, defaultBranch: 'main' };
  const options = { name, target: head, workspace, facts, log: place.log };
  assert.ok(await restoreState(place.github, options));
  assert.is(place.github.requests(), 4);
});

test.slow('the newest that fits is taken: not one of a commit that is not in this history yet', async () => {
  await using place = await fakePlace();
  const data = await stateZip(snapshotAt(workspace, shas, 2));
  const { id } = await publish(place, { headSha: shas[2] as string }, { data });
  await publish(place);
  const restored = await restore(place, shas[3]);
  assert.is(restored?.artifactId, String(id));
  assert.is(restored?.snapshot.manifest.commit, shas[2]);
  assert.match(place.lines[0] ?? '', /not part of this history: newer, or rewritten since/);
});

test.slow('looks through all pages, and stops at the one that fits', async () => {
  await using place = await fakePlace();
  const { id } = await publish(place);
  for (let index = 0; index < 250; index += 1)
    await publish(place, {}, { expired: true, data: Buffer.alloc(0) });
  assert.is((await restore(place))?.artifactId, String(id));
  const lists = place.state.requests.filter(({ path }) => path.endsWith('/artifacts'));
  assert.is(lists.length, 3);
  assert.is(place.lines.length, 21);
  assert.match(place.lines[20] ?? '', /^230 more state artifacts are not used/);
});

test.slow('does not look into more than fifty', async () => {
  await using place = await fakePlace();
  const { id } = addRun(place.state, { repository: 'o/r', headSha: head, event: 'issue_comment' });
  for (let index = 0; index < 60; index += 1)
    addArtifact(place.state, { run: id, name, data: Buffer.alloc(0) });
  assert.is(await restore(place), null);
  assert.is(place.github.requests(), 2 + 50);
  assert.match(place.lines.at(-1) ?? '', /^30 more state artifacts are not used/);
});

test('no artifact at all is no error and needs no line', async () => {
  await using place = await fakePlace();
  assert.is(await restore(place), null);
  assert.equal(place.lines, []);
});

test.slow('a scheduled run may have made it; any other event may not', async () => {
  await using place = await fakePlace();
  await publish(place, { event: 'schedule' });
  assert.ok(await restore(place));
  for (const event of ['pull_request', 'pull_request_target', 'workflow_run', 'issue_comment']) {
    await refuses(new RegExp(`the event "${event}", not by a push`), { event });
  }
});

test('refuses a fork, even one whose branch is called main', () =>
  refuses(/it was made for a fork/, { headRepository: 'mallory/r' }));

test.slow('refuses another branch, an expired one, one that is gone, and one without a digest', async () => {
  await refuses(/it was made on "evil", not on main/, { headBranch: 'evil' });
  await refuses(/it has expired/, {}, { expired: true });
  await refuses(/GitHub knows no digest of it/, {}, { digest: null });
  await refuses(/at most 67108864 are expected/, {}, { sizeInBytes: 1e9 });
});

test.slow('refuses a run that is gone, and one that says something else than its artifact', async () => {
  await using place = await fakePlace();
  const { run } = await publish(place);
  place.state.failNext('GET /repos/o/r/actions/runs', { status: 404, json: { message: 'Not Found' } });
  assert.is(await restore(place), null);
  assert.match(place.lines[0] ?? '', /404 \(Not Found\)/);
  const json = { id: run, event: 'push', head_branch: 'main', head_sha: shas[0], repository: null };
  place.state.failNext('GET /repos/o/r/actions/runs', {
    status: 200,
    json: { ...json, head_repository: null },
  });
  assert.is(await restore(place), null);
  assert.match(place.lines[1] ?? '', /says something else about where it comes from/);
});

test.slow('an artifact that expires between the question and the answer is one more refusal', async () => {
  await using place = await fakePlace();
  const { id } = await publish(place);
  await publish(place);
  place.state.failNext(/\/zip$/, { status: 410, json: { message: 'Artifact has expired' } });
  assert.is((await restore(place))?.artifactId, String(id));
  assert.match(place.lines[0] ?? '', /410 \(Artifact has expired\)/);
});

test.slow(
  'refuses bytes that are not those of the digest, and stops reading those that do not end',
  async () => {
    await refuses(
      /not what was uploaded: its sha256 is [0-9a-f]{64}, expected a{64}/,
      {},
      { digest: `sha256:${'a'.repeat(64)}` },
    );
    await refuses(
      /more than 67108864 bytes/,
      {},
      { data: Buffer.alloc(65 * 1024 * 1024), sizeInBytes: 1000 },
    );
  },
);

test.slow('refuses what is no zip, a zip of something else, and paths that lead outside', async () => {
  await refusesContent(/Cannot read artifact \d+: /, Buffer.from('PK nonsense'));
  await refusesContent(/it holds "model\.pkl"/, await zipOf({ 'model.pkl': 'x' }));
});

test.slow('refuses another schema, text that is no JSON, and fields of other types', async () => {
  const parts = zipParts();
  const info = JSON.parse(parts['artifact.json'] as string) as Record<string, unknown>;
  const withInfo = (value: unknown) =>
    zipOf({ ...parts, 'artifact.json': typeof value === 'string' ? value : JSON.stringify(value) });
  await refusesContent(/is not JSON/, await withInfo('{"schema":'));
  await refusesContent(
    /"schema" must be equal to constant/,
    await withInfo({ ...info, schema: 'code2lora/artifact@9' }),
  );
  await refusesContent(
    /"gains.*" must/,
    await withInfo({ ...info, gains: [{ commit: head, assertions: 'all' }] }),
  );
  await refusesContent(/"the whole" must/, await withInfo({ ...info, extra: 1 }));
  await refusesContent(/name two commits/, await withInfo({ ...info, commit: shas[0] }));
  const manifest = { 'manifest.json': '{"schema":"code2lora/snapshot@9"}' };
  await refusesContent(/schema "code2lora\/snapshot@9"/, await zipOf({ ...parts, ...manifest }));
});

test.slow(
  'refuses a manifest that was changed, and a state that is not the one of the manifest',
  async () => {
    const parts = zipParts();
    const manifest = (parts['manifest.json'] as string).replace('"position": 4', '"position": 3');
    assert.not.equal(manifest, parts['manifest.json']);
    await refusesContent(
      /damaged: its digest does not fit/,
      await zipOf({ ...parts, 'manifest.json': manifest }),
    );
    const state = Buffer.from(parts['state.safetensors'] as Uint8Array);
    state.writeUInt8(state.readUInt8(state.length - 1) ^ 1, state.length - 1);
    await refusesContent(
      /another digest than its manifest says/,
      await zipOf({ ...parts, 'state.safetensors': state }),
    );
  },
);

test.slow(
  'refuses a manifest whose fields have other types or are missing, however well signed',
  async () => {
    const parts = zipParts();
    const signed = (changes: object) =>
      zipOf({ ...parts, 'manifest.json': signedManifest({ ...snapshot.manifest, ...changes }) });
    await refusesContent(/not one of ours: "position" must be/, await signed({ position: '4' }));
    await refusesContent(
      /not one of ours: "the whole" must have required/,
      await signed({ adapter: undefined }),
    );
    await refusesContent(
      /not one of ours: "engine.*" must/,
      await signed({ engine: { name: 'x\n::error::y' } }),
    );
    await refusesContent(/its id is not that of its commit/, await signed({ id: '0'.repeat(32) }));
  },
);

test.slow('refuses what another repository or branch says about itself', async () => {
  await refusesContent(
    /it says that it belongs to mallory\/r/,
    await stateZip(snapshot, { repository: 'mallory/r' }),
  );
  await refusesContent(
    /it says that it belongs to another branch/,
    await stateZip(snapshot, { branch: 'evil' }),
  );
});

test.slow('refuses a commit that its run cannot have reached', () =>
  refuses(/stands at .*, which is not part of the history of its run/, { headSha: shas[1] as string }),
);

test.slow('refuses another model pack, other path rules, another start, numbers that are none', async () => {
  const another = /made with another model pack, tiny .* \(0{12}\); here it is tiny/;
  await refusesSnapshot(another, { packDigest: '0'.repeat(64) });
  await refusesSnapshot(/other path rules/, { rulesDigest: '0'.repeat(64) });
  await refusesSnapshot(/its history starts at another commit/, { startCommit: shas[1] as string });
  const { adapter } = snapshot;
  const query = adapter.pairs.q_proj;
  assert.ok(query);
  const A = query.A.map((value, index) => (index === 5 ? Number.NaN : value));
  const pairs = { ...adapter.pairs, q_proj: { ...query, A } };
  await refusesSnapshot(/lora_A\.q_proj has NaN at position 5/, { adapter: { ...adapter, pairs } });
});

test.slow('refuses a tensor file whose header is huge, or longer than the file', async () => {
  const parts = zipParts();
  for (const length of [99_000_000n, 2n ** 63n]) {
    const state = Buffer.from(parts['state.safetensors'] as Uint8Array);
    state.writeBigUInt64LE(length, 0);
    const stateDigest = createHash('sha256').update(state).digest('hex');
    const manifest = signedManifest({ ...snapshot.manifest, stateDigest });
    const data = await zipOf({ ...parts, 'manifest.json': manifest, 'state.safetensors': state });
    await refusesContent(/its header (ends at byte|has) \d+/, data);
  }
});

test.slow('after a rewritten history the old artifacts are no longer used', async () => {
  await using place = await fakePlace();
  await publish(place);
  const clone = repoAt(temporaryFolder());
  clone.git('clone', '--quiet', fixture.repo.dir, '.');
  clone.git('checkout', '--quiet', shas[1] as string);
  const target = clone.commit('another way', { 'other.py': 'x = 1\n' });
  const there = await workspaceOf(clone.dir, fixture.model);
  const options = { name, target, workspace: there, log: place.log };
  assert.is(await restoreState(place.github, options), null);
  assert.match(place.lines[0] ?? '', /is not part of this history: newer, or rewritten since/);
});

test.slow('where the API cannot be had, that is one line, and the history is there', async () => {
  await using place = await fakePlace();
  place.state.permissions.set('fake-token', { metadata: 'read' });
  assert.is(await restore(place), null);
  assert.match(place.lines[0] ?? '', /^State cannot be restored\. .*403.*"actions: read"[^\n]*$/);
  await rejects(findState(place.github, { name, target: head, workspace, log: place.log }), Error, /403/);
});

test.slow('a server that does not have the API is named', async () => {
  await using place = await fakePlace({ serverUrl: 'https://git.corp.example' });
  place.state.failNext(/artifacts/, { status: 404, json: { message: 'Not Found' } });
  assert.is(await restore(place), null);
  assert.match(place.lines[0] ?? '', /git\.corp\.example is too old to have it/);
});

test.slow('the blob store is asked again when it fails', async () => {
  await using place = await fakePlace();
  await publish(place);
  place.state.failNext('GET /blob', [{ status: 503 }, { status: 0, hangUp: true }]);
  assert.ok(await restore(place));
});

test.slow('a shallow clone is the user’s to repair', async () => {
  await using place = await fakePlace();
  const clone = repoAt(temporaryFolder());
  clone.git('clone', '--quiet', '--depth=1', `file://${fixture.repo.dir}`, '.');
  const there = await workspaceOf(clone.dir, fixture.model);
  const options = { name, target: head, workspace: there, log: place.log };
  await rejects(restoreState(place.github, options), UsageError, /fetch-depth: 0/);
});

/** The files of a good artifact. */
const zipParts = (): Record<string, string | Uint8Array> =>
  stateFiles({ snapshot, gains: [], repository: 'o/r', branch: 'main', tool: '0.1.0' });

test.run();
