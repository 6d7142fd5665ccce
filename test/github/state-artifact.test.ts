import { GitHubError, ModelError, SnapshotError } from '../../src/errors.ts';
import { readState, stateFiles } from '../../src/github/state-artifact.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { stateFixture } from './state-fixture.ts';
import { zipOf } from './zip-files.ts';

const test = suite('github/state-artifact');
const { snapshot, head } = await stateFixture();
const content = { snapshot, gains: [], repository: 'o/r', branch: 'main', tool: '0.1.0' };
const files = stateFiles(content);
const read = async (changes: Record<string, string | Uint8Array>) =>
  readState(await zipOf({ ...files, ...changes }), 'artifact 7');

test('what is written is read: snapshot, bytes, and where it comes from', async () => {
  const state = await read({});
  assert.equal(state.snapshot, snapshot);
  assert.equal(Buffer.from(state.bytes), Buffer.from(files['state.safetensors'] as Uint8Array));
  const { schema, repository, branch, commit, gains } = state.info;
  assert.equal(
    [schema, repository, branch, commit, gains],
    ['code2lora/artifact@1', 'o/r', 'main', head, []],
  );
});

test('embeddings that are too few for an artifact of their own go along, whole or not at all', async () => {
  const key = `${'0'.repeat(16)}:${'1'.repeat(8)}:diff:${'a'.repeat(64)}`;
  const embeddings = new Map([[key, Float32Array.of(0.1, -2)]]);
  const at = '2026-01-02T03:04:05.678Z';
  const carrying = stateFiles({ ...content, embeddings, embeddingsStoredAt: at });
  const state = await read(carrying);
  assert.equal(state.embeddings, embeddings);
  assert.is(state.info.embeddingsStoredAt, at);
  const none = await read({});
  assert.equal([none.embeddings.size, none.info.embeddingsStoredAt], [0, undefined]);
  const file = 'embeddings.safetensors';
  await rejects(read({ [file]: 'x' }), ModelError, /embeddings\.safetensors of artifact 7 as safetensors/);
  const { [file]: _, ...three } = files;
  await rejects(readState(await zipOf(three), 'artifact 7'), GitHubError, /it lacks embeddings\.safetensors/);
  const info = JSON.parse(carrying['artifact.json'] as string) as object;
  for (const embeddingsStoredAt of ['yesterday', '2026-01-02', 5])
    await rejects(
      read({ 'artifact.json': JSON.stringify({ ...info, embeddingsStoredAt }) }),
      GitHubError,
      /"embeddingsStoredAt" must/,
    );
});

test('keeps the last hundred gains', () => {
  const gains = Array.from({ length: 130 }, (_, index) => ({ commit: head, assertions: 1, gain: index }));
  const info = JSON.parse(stateFiles({ ...content, gains })['artifact.json'] as string) as {
    gains: typeof gains;
  };
  assert.equal([info.gains.length, info.gains[0]?.gain, info.gains.at(-1)?.gain], [100, 30, 129]);
});

test('the same snapshot gives the same files', () => {
  assert.equal(stateFiles(content), files);
});

test('every file is checked, and the message names the artifact', async () => {
  await rejects(
    read({ 'artifact.json': '[]' }),
    GitHubError,
    /artifact\.json of artifact 7 .*"the whole" must be object/,
  );
  await rejects(read({ 'artifact.json': '{' }), GitHubError, /artifact\.json of artifact 7 is not JSON/);
  await rejects(read({ 'manifest.json': '{}' }), SnapshotError, /artifact 7 has schema "undefined"/);
  await rejects(read({ 'manifest.json': 'null' }), SnapshotError, /artifact 7 has schema "undefined"/);
  await rejects(read({ 'state.safetensors': 'x' }), SnapshotError, /artifact 7 is damaged/);
});

test('a name or gain that no writer of ours gives is refused', async () => {
  const info = JSON.parse(files['artifact.json'] as string) as Record<string, unknown>;
  const wrong: Record<string, unknown>[] = [
    { repository: 'o/r\n::set-output' },
    { branch: '' },
    { commit: 'HEAD' },
    { gains: Array(101).fill({ commit: head, assertions: 1, gain: 1 }) },
    { gains: [{ commit: head, assertions: 1, gain: null }] },
    { tool: 'x'.repeat(61) },
  ];
  for (const change of wrong) {
    await rejects(
      read({ 'artifact.json': JSON.stringify({ ...info, ...change }) }),
      GitHubError,
      /not as expected/,
    );
  }
});

test.run();
