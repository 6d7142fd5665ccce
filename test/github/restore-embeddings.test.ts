import { encoderId } from '../../src/embedding/embedder.ts';
import { GitHubError } from '../../src/errors.ts';
import {
  type EmbeddingsContent,
  embeddingsFiles,
  fitRoom,
  MAX_EMBEDDINGS_ZIP_BYTES,
  readEmbeddings,
} from '../../src/github/embeddings-artifact.ts';
import { findEmbeddings } from '../../src/github/restore-embeddings.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { encodeSafetensors } from '../../src/runtime/safetensors.ts';
import { addArtifact, addRepository, addRun } from '../helpers/github/actions.ts';
import type { FakeArtifact, FakeRun } from '../helpers/github/server.ts';
import { random } from '../helpers/random.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, tinyPack } from '../helpers/tiny-pack.ts';
import { type FakePlace, fakePlace } from './state-fixture.ts';
import { zipOf } from './zip-files.ts';

const test = suite('github/restore-embeddings');
const name = 'code2lora-state-embeddings';
const pack = openModelPack((await tinyPack()).dir);
const COMMIT = 'c'.repeat(40);
const keyOf = (content: number, encoder = encoderId(pack, pack.manifest.recipe.repository)) =>
  `${encoder}:12345678:file:${content.toString(16).padStart(40, '0')}`;
const embeddings = new Map(
  Array.from({ length: 70 }, (_, content) => [keyOf(content), random(content).normal(TINY.hiddenSize)]),
);
const origin = { tool: '0.1.0', repository: 'o/r', branch: 'main', commit: COMMIT };
const files = (changes: Partial<EmbeddingsContent> = {}) =>
  embeddingsFiles({ ...origin, embeddings, ...changes });

/** An artifact of a push to main, unless told otherwise. */
async function publish(
  { state }: FakePlace,
  run: Partial<FakeRun> = {},
  artifact: Partial<FakeArtifact> = {},
): Promise<FakeArtifact> {
  const { id } = addRun(state, { repository: 'o/r', headSha: COMMIT, ...run });
  return addArtifact(state, { run: id, name, data: await zipOf(files()), ...artifact });
}

const find = ({ github, repository, log }: FakePlace) =>
  findEmbeddings(github, { name, pack, facts: { id: repository.id, defaultBranch: 'main' }, log });

/** Publishes one artifact, and expects that it is refused for the reason, in one line. */
async function refuses(
  reason: RegExp,
  { run, ...artifact }: { run?: Partial<FakeRun> } & Partial<Omit<FakeArtifact, 'run'>>,
): Promise<void> {
  await using place = await fakePlace();
  addRepository(place.state, 'mallory/r', { isFork: true });
  const { id } = await publish(place, run, artifact);
  assert.is(await find(place), null);
  assert.is(place.lines.length, 1, place.lines.join('\n'));
  assert.match(place.lines[0] ?? '', reason);
  assert.match(place.lines[0] ?? '', new RegExp(`^Embeddings artifact ${id} is not used: [^\\n]*\\.$`));
}

const refusesContent = async (reason: RegExp, content: Record<string, string | Uint8Array>) =>
  refuses(reason, { data: await zipOf({ ...files(), ...content }) });

test.slow(
  'gives back every vector, of whatever commit its run was, in three requests and one for the bytes',
  async () => {
    await using place = await fakePlace();
    const { id, run, createdAt, expiresAt } = await publish(place);
    const found = await find(place);
    assert.equal(found?.embeddings, embeddings);
    assert.equal([found?.total, found?.artifactId, found?.runId], [70, String(id), run]);
    assert.equal([found?.createdAt, found?.expiresAt], [createdAt, expiresAt]);
    assert.equal(
      place.state.requests.map(({ path, token }) => [path.replace(/\d+/g, 'N'), token !== null]),
      [
        ['/repos/o/r/actions/artifacts', true],
        ['/repos/o/r/actions/runs/N', true],
        ['/repos/o/r/actions/artifacts/N/zip', true],
        ['/blob/N', false],
      ],
    );
    assert.equal(place.lines, []);
  },
);

test.slow('what an artifact holds of other encoders is left out, and counted', async () => {
  await using place = await fakePlace();
  const more = new Map([...embeddings, [keyOf(1, '0'.repeat(16)), Float32Array.of(1)]]);
  await publish(place, {}, { data: await zipOf(files({ embeddings: more })) });
  const found = await find(place);
  assert.equal([found?.embeddings.size, found?.total], [70, 71]);
});

test.slow(
  'refuses a fork, another branch, another event, an expired one, and one without a digest',
  async () => {
    await refuses(/it was made for a fork/, { run: { headRepository: 'mallory/r', event: 'pull_request' } });
    await refuses(/it was made for a fork/, { run: { headRepository: 'mallory/r' } });
    await refuses(/it was made on "topic", not on main/, { run: { headBranch: 'topic' } });
    await refuses(/by the event "pull_request", not by a push/, { run: { event: 'pull_request' } });
    await refuses(/it has expired/, { expired: true });
    await refuses(/no digest/, { digest: null });
    await refuses(new RegExp(`at most ${MAX_EMBEDDINGS_ZIP_BYTES} are expected`), { sizeInBytes: 1e9 });
    await refuses(/not what was uploaded: its sha256 is/, { digest: `sha256:${'a'.repeat(64)}` });
    await refuses(/says something else about where it comes from/, { claims: { head_sha: 'd'.repeat(40) } });
  },
);

test.slow('refuses what was tampered with, whatever it is', async () => {
  const vectors = (changes: [string, Float32Array][]) => ({
    'embeddings.safetensors': encodeSafetensors(
      new Map(changes.map(([key, data]) => [key, { dtype: 'F32' as const, shape: [data.length], data }])),
    ),
  });
  const info = (changes: object) => ({
    'embeddings.json': JSON.stringify({ schema: 'code2lora/embeddings@1', ...origin, ...changes }),
  });
  await refuses(/Cannot read artifact \d+: /, { data: Buffer.from('PK nonsense') });
  await refusesContent(/it holds "model\.pkl"/, { 'model.pkl': 'x' });
  await refusesContent(/as safetensors: /, { 'embeddings.safetensors': Buffer.alloc(16, 255) });
  await refusesContent(
    /:file:0+ has NaN at position 0/,
    vectors([[keyOf(0), new Float32Array(32).fill(Number.NaN)]]),
  );
  await refusesContent(/with 33 numbers, expected 32/, vectors([[keyOf(0), new Float32Array(33)]]));
  await refusesContent(/holds the key "x"/, vectors([['x', new Float32Array(32)]]));
  await refusesContent(/embeddings\.json .* is not JSON/, { 'embeddings.json': '{' });
  await refusesContent(/"schema" must be equal to constant/, info({ schema: 'code2lora/embeddings@2' }));
  await refusesContent(/"the whole" must/, info({ more: 1 }));
  await refusesContent(/belongs to mallory\/r/, info({ repository: 'mallory/r' }));
  await refusesContent(/belongs to another branch/, info({ branch: 'topic' }));
  await refusesContent(/made at dddddddddd, not at its run's commit/, info({ commit: 'd'.repeat(40) }));
});

test.slow('after one that is refused the next one is taken; after three nobody asks any more', async () => {
  await using place = await fakePlace();
  const { id } = await publish(place);
  for (const refused of [1, 2, 3]) {
    await publish(place, {}, { data: Buffer.from('nonsense') });
    assert.is((await find(place))?.artifactId, refused < 3 ? String(id) : undefined);
  }
});

test.slow('without permission it is an error that names it', async () => {
  await using place = await fakePlace();
  place.state.permissions.set('fake-token', { metadata: 'read' });
  await rejects(find(place), GitHubError, /403.*\n.*"actions: read"/);
});

test('an artifact takes vectors while there is room, in their order', () => {
  const bytes = TINY.hiddenSize * 4;
  assert.equal(fitRoom(embeddings), { kept: embeddings, left: 0 });
  const few = fitRoom(embeddings, { maxBytes: 10 * bytes + 1, maxCount: 1000 });
  assert.equal([...few.kept.keys()], [...embeddings.keys()].slice(0, 10));
  assert.is(few.left, 60);
  assert.equal(fitRoom(embeddings, { maxBytes: 1e9, maxCount: 3 }).left, 67);
});

test.slow('the largest artifact that is written can be read', async () => {
  const many = new Map(
    Array.from({ length: 100_000 }, (_, content) => [keyOf(content), Float32Array.of(content + 0.1)]),
  );
  const zip = await zipOf(files({ embeddings: many }));
  assert.ok(zip.length - 4 * many.size < MAX_EMBEDDINGS_ZIP_BYTES - 256 * 1024 * 1024);
  assert.is((await readEmbeddings(zip, 'artifact 7')).embeddings.size, 100_000);
});

test.run();
