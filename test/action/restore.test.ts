/**
 * What the built Action does with state artifacts that cannot be believed: one line in the log for each, the state
 * of the next one that can, or of the history.
 */
import { createHash } from 'node:crypto';
import { readState, type State, stateFiles } from '../../src/github/state-artifact.ts';
import type { Snapshot } from '../../src/snapshots/snapshot.ts';
import { forged, signedManifest } from '../github/state-fixture.ts';
import { renamed, zipOf } from '../github/zip-files.ts';
import type { StepResult } from '../helpers/fake-runner.ts';
import type { FakeArtifact } from '../helpers/github/server.ts';
import { assert, suite } from '../helpers/suite.ts';
import {
  assertGreen,
  type CartWorkflow,
  cartWorkflow,
  FORK,
  type Publication,
  publish,
  push,
  pushOf,
  stateArtifacts,
  storedState,
} from './cart-workflow.ts';

const test = suite('restore of the Action');

/** Why it is refused, and what is wrong with it. */
type Poison = readonly [reason: RegExp, publication: Publication];

/** Publishes them all; the first becomes the newest. */
async function publishAll(workflow: CartWorkflow, poisons: readonly Poison[]): Promise<FakeArtifact[]> {
  const artifacts: FakeArtifact[] = [];
  for (const [, publication] of poisons.toReversed()) artifacts.unshift(await publish(workflow, publication));
  return artifacts;
}

/** One line for each, in their order, and the same lines in the report. */
function assertRefused(
  step: StepResult,
  artifacts: readonly FakeArtifact[],
  poisons: readonly Poison[],
): void {
  const lines = step.log.filter((line) => line.startsWith('State artifact '));
  assert.is(lines.length, artifacts.length, step.stdout);
  for (const [index, [reason]] of poisons.entries()) {
    assert.ok(lines[index]?.startsWith(`State artifact ${artifacts[index]?.id} is not used: `), lines[index]);
    assert.match(lines[index] ?? '', reason);
  }
  assert.equal(step.report?.notices, lines);
}

test.slow(
  'what GitHub says about an artifact is enough to refuse it; an older good one is taken',
  async () => {
    await using workflow = await cartWorkflow();
    const { shas, head, server } = workflow;
    const good = await publish(workflow);
    const newer = workflow.commit('more', { 'more.py': 'x = 1\n' });
    const poisons: Poison[] = [
      [/it has expired/, { artifact: { expired: true } }],
      [/GitHub knows no digest of it/, { artifact: { digest: null } }],
      [
        /it was made in another repository/,
        { artifact: { claims: { repository_id: 1, head_repository_id: 1 } } },
      ],
      [/it was made for a fork/, { run: { headRepository: FORK, event: 'pull_request' } }],
      [/it was made for a fork/, { run: { headRepository: FORK } }],
      [/it was made on "::error::evil", not on main/, { run: { headBranch: '::error::evil' } }],
      [/by the event "pull_request", not by a push/, { run: { event: 'pull_request' } }],
      [/by the event "pull_request_target", not/, { run: { event: 'pull_request_target' } }],
      [/not part of this history: newer/, { run: { headSha: newer } }],
      [/not part of this history: newer, or rewritten/, { run: { headSha: 'f'.repeat(40) } }],
      [/1000000000 bytes, at most 67108864/, { artifact: { sizeInBytes: 1e9 } }],
      [/says something else about where it comes from/, { artifact: { claims: { head_sha: shas[0] } } }],
      [/404 \(Not Found\)/, {}],
      [/410 \(Artifact has expired\)/, {}],
    ];
    const artifacts = await publishAll(workflow, poisons);
    const zipOfPlace = (place: number) =>
      `GET /repos/octo/cart/actions/artifacts/${artifacts[place]?.id}/zip`;
    server.failNext(zipOfPlace(12), { status: 404, json: { message: 'Not Found' } });
    server.failNext(zipOfPlace(13), { status: 410, json: { message: 'Artifact has expired' } });
    const { step } = await pushOf(workflow, head);
    assertGreen(step);
    assertRefused(step, artifacts, poisons);
    assert.is(step.outputs['restored-from'], String(good.id));
    assert.is(step.report?.adapter.advancedBy, 0);
    // none of those that GitHub's own words rule out was downloaded
    const blobs = server.requests.filter(({ method, path }) => method === 'GET' && path.startsWith('/blob/'));
    assert.equal(
      blobs.map(({ path }) => path),
      [`/blob/${good.id}`],
    );
    assert.is(step.report?.check.range.head, head);
  },
);

test.slow(
  'what is inside of an artifact is read as data: nothing that was tampered with is used',
  async () => {
    await using workflow = await cartWorkflow();
    const poisons = contentPoisons(await readState(await storedState(), 'the artifact'), workflow.shas);
    const published = await Promise.all(
      poisons.map(async ([reason, data]): Promise<Poison> => [reason, { artifact: { data: await data } }]),
    );
    const others: Poison[] = [
      [/not what was uploaded: its sha256 is/, { artifact: { digest: `sha256:${'a'.repeat(64)}` } }],
      [
        /stands at .*, which is not part of the history of its run/,
        { run: { headSha: workflow.shas[1] as string } },
      ],
    ];
    const all = [...published, ...others];
    const artifacts = await publishAll(workflow, all);
    const { step } = await push(workflow);
    assertGreen(step);
    assertRefused(step, artifacts, all);
    assert.match(step.stdout, /^No stored adapter can be used: it is built from the history\.$/m);
    assert.equal([step.outputs['restored-from'], step.report?.adapter.advancedBy], ['', 3]);
    // what is rebuilt is what was stored before anybody tampered with it
    const rebuilt = stateArtifacts(workflow)[0] as FakeArtifact;
    const [again, before] = await Promise.all(
      [rebuilt.data, await storedState()].map((data) => readState(data, 'the artifact')),
    );
    assert.equal(again, before);
  },
);

/** Every forgery is consistent in itself: its digests fit. */
function contentPoisons({ snapshot }: State, shas: string[]): [RegExp, Promise<Buffer> | Buffer][] {
  const parts = partsOf(snapshot);
  const forgedZip = (changes: Parameters<typeof forged>[1]) =>
    zipOf(partsOf(forged({ snapshot, shas }, changes)));
  const infoZip = (changes: object) =>
    zipOf({
      ...parts,
      'artifact.json': JSON.stringify({ ...JSON.parse(parts['artifact.json']), ...changes }),
    });
  return [
    [/Cannot read artifact \d+: /, Buffer.from('PK nonsense')],
    [/Cannot read artifact \d+: /, zipOf(parts).then((zip) => zip.subarray(0, zip.length / 2))],
    [/invalid relative path/, zipOf(parts).then((zip) => renamed(zip, 'artifact.json', '../../../a.js'))],
    [/absolute path/, zipOf(parts).then((zip) => renamed(zip, 'manifest.json', '/tmp/mani.txt'))],
    [/it holds .*::error::owned/, zipOf({ ...parts, '\n::error::owned': 'x' })],
    [/"state\.safetensors" is a link/, zipOf(withLink(parts))],
    [/"state\.safetensors" grows from \d+ to 33554432 bytes/, bomb(parts)],
    [/its header (ends at byte|has) \d+/, hugeHeader(snapshot, parts)],
    [/has NaN at position 5/, forgedZip(withNumber(snapshot, Number.NaN))],
    [/has Infinity at position 5/, forgedZip(withNumber(snapshot, Number.POSITIVE_INFINITY))],
    [/it says that it belongs to mallory\/cart/, infoZip({ repository: FORK })],
    [/it says that it belongs to another branch/, infoZip({ branch: 'topic' })],
    [/"schema" must be equal to constant/, infoZip({ schema: 'code2lora/artifact@9' })],
    [/made with another model pack, tiny/, forgedZip({ packDigest: '0'.repeat(64) })],
    [/made with other path rules/, forgedZip({ rulesDigest: '0'.repeat(64) })],
    [/its history starts at another commit/, forgedZip({ startCommit: shas[1] as string })],
    [/stands at f{10}, which is not part of the history/, forgedZip({ commit: 'f'.repeat(40) })],
    [/claims to be 2 commits from the start, the history says 3/, forgedZip({ position: 2 })],
  ];
}

const partsOf = (snapshot: Snapshot) =>
  stateFiles({ snapshot, gains: [], repository: 'octo/cart', branch: 'main', tool: '0.1.0' }) as Parts;

interface Parts extends Record<string, string | Uint8Array> {
  'artifact.json': string;
  'manifest.json': string;
  'state.safetensors': Uint8Array;
}

const withLink = (parts: Parts) =>
  Object.entries({ ...parts, 'state.safetensors': '/etc/passwd' }).map(([name, content]) => ({
    ...{ name, content },
    mode: name === 'state.safetensors' ? 0o120777 : 0o100644,
  }));

const bomb = (parts: Parts): Promise<Buffer> =>
  zipOf({ ...parts, 'state.safetensors': new Uint8Array(32 * 1024 * 1024) }, { compress: true });

/** A tensor file whose header claims to be longer than memory, with a manifest that vouches for it. */
function hugeHeader({ manifest }: Snapshot, parts: Parts): Promise<Buffer> {
  const state = Buffer.from(parts['state.safetensors']);
  state.writeBigUInt64LE(2n ** 62n, 0);
  const stateDigest = createHash('sha256').update(state).digest('hex');
  const signed = signedManifest({ ...manifest, stateDigest });
  return zipOf({ ...parts, 'manifest.json': signed, 'state.safetensors': state });
}

function withNumber({ adapter }: Snapshot, number: number): Parameters<typeof forged>[1] {
  const query = adapter.pairs.q_proj;
  assert.ok(query);
  const A = query.A.map((value, index) => (index === 5 ? number : value));
  return { adapter: { ...adapter, pairs: { ...adapter.pairs, q_proj: { ...query, A } } } };
}

test.slow('the good one is found on the third page', async () => {
  await using workflow = await cartWorkflow();
  const { id } = await publish(workflow);
  const empty = { expired: true, data: Buffer.alloc(0) };
  for (let index = 0; index < 230; index += 1) await publish(workflow, { artifact: empty });
  const { step } = await push(workflow);
  assertGreen(step);
  assert.is(step.outputs['restored-from'], String(id));
  const pages = workflow.newRequests().filter((line) => line === 'GET /repos/octo/cart/actions/artifacts');
  assert.is(pages.length, 3);
  assert.match(step.stdout, /^210 more state artifacts are not used\.$/m);
});

test.run();
