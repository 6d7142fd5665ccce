import { GitHubError, SnapshotError } from '../../src/errors.ts';
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
