import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GitHubError } from '../../src/errors.ts';
import { REPORT_ARTIFACT, STATE_ARTIFACT } from '../../src/github/artifact-names.ts';
import { uploadProblem } from '../../src/github/artifact-service.ts';
import { fetchReport } from '../../src/github/report-artifact.ts';
import { restoreState } from '../../src/github/restore.ts';
import { uploadReport, uploadState } from '../../src/github/upload.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { addRun } from '../helpers/github/actions.ts';
import { artifactEnvironment } from '../helpers/github/artifact-service.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { type FakePlace, fakePlace, stateFixture } from './state-fixture.ts';

const test = suite('github/upload');
const { snapshot, head, workspace } = await stateFixture();
const serverUrl = 'https://github.com';
const content = { snapshot, gains: [], repository: 'o/r', branch: 'main', tool: '0.1.0' };

/** Runs as a step of a workflow run on the repository's main branch. */
async function inRun<T>({ state }: FakePlace, body: (run: number) => Promise<T>): Promise<T> {
  const { id } = addRun(state, { repository: 'o/r', headSha: head, status: 'in_progress', conclusion: null });
  return withEnvironment(artifactEnvironment(state, id), () => body(id));
}

test.slow('what is uploaded is what is restored, and no file is left behind', async () => {
  await using place = await fakePlace();
  const temporary = mkdtempSync(join(temporaryFolder(), 'runner-'));
  const options = { name: STATE_ARTIFACT, retentionDays: 5, serverUrl, temporaryFolder: temporary };
  const gains = Array.from({ length: 120 }, (_, index) => ({
    commit: head,
    assertions: index,
    gain: index / 10,
  }));
  const uploaded = await inRun(place, () => uploadState({ ...content, gains }, options));
  assert.equal(readdirSync(temporary), []);
  const [artifact] = [...place.state.artifacts.values()];
  assert.equal(
    [uploaded.id, `sha256:${uploaded.digest}`, uploaded.sizeBytes],
    [String(artifact?.id), artifact?.digest, artifact?.data.length],
  );
  const days = (Date.parse(artifact?.expiresAt ?? '') - Date.now()) / 86_400_000;
  assert.ok(days > 4.9 && days < 5.1, `${days} days`);
  const restored = await restoreState(place.github, {
    name: STATE_ARTIFACT,
    target: head,
    workspace,
    log: place.log,
  });
  assert.equal(place.lines, []);
  assert.equal(restored?.snapshot, snapshot);
  assert.equal([restored?.gains.length, restored?.gains.at(-1)?.assertions], [100, 119]);
});

test.slow('a report goes up and comes back from its run, and from no other', async () => {
  await using place = await fakePlace();
  const text = JSON.stringify({ schema: 'code2lora/action@1', notices: ['ünïcode'] });
  const run = await inRun(place, async (id) => {
    await uploadReport(text, { name: REPORT_ARTIFACT, serverUrl });
    return id;
  });
  assert.is(await fetchReport(place.github, { runId: run, name: REPORT_ARTIFACT }), text);
  assert.is(await fetchReport(place.github, { runId: run, name: 'other' }), undefined);
  const other = addRun(place.state, { repository: 'o/r', headSha: head });
  assert.is(await fetchReport(place.github, { runId: other.id, name: REPORT_ARTIFACT }), undefined);
});

test.slow('a second artifact of the same name in a run is named as the problem', async () => {
  await using place = await fakePlace();
  await inRun(place, async () => {
    const options = { name: STATE_ARTIFACT, serverUrl };
    await uploadState(content, options);
    const failure = uploadState(content, options);
    await rejects(failure, GitHubError, /Cannot upload .*already exists.*\n.*give each job its own/);
  });
});

test.slow('a full quota, a token that is not valid and a failed upload say what to do', async () => {
  await using place = await fakePlace();
  const options = { name: STATE_ARTIFACT, serverUrl };
  await inRun(place, async () => {
    const json = {
      code: 'resource_exhausted',
      msg: 'create artifact: insufficient usage to create artifact',
    };
    place.state.failNext(/CreateArtifact/, { status: 403, json });
    await rejects(uploadState(content, options), GitHubError, /quota.*\n.*retention/);
    place.state.failNext(/FinalizeArtifact/, { status: 400, json: { code: 'internal', msg: 'no luck' } });
    await rejects(uploadState(content, options), GitHubError, /no luck.*\n.*githubstatus/);
    await withEnvironment({ ACTIONS_RUNTIME_TOKEN: 'e30.e30.x' }, () =>
      rejects(uploadState(content, options), GitHubError, /backend IDs.*\n.*not valid: run the job again/),
    );
  });
});

test('without the runtime of a step nothing can be uploaded, and that is said', async () => {
  const missing = { ACTIONS_RUNTIME_TOKEN: undefined, ACTIONS_RESULTS_URL: undefined };
  await withEnvironment(missing, () =>
    rejects(
      uploadState(content, { name: STATE_ARTIFACT, serverUrl }),
      GitHubError,
      /only inside a "uses:" step/,
    ),
  );
});

test('a server that the library does not support is named, and what happens then', async () => {
  const env = { ACTIONS_RUNTIME_TOKEN: 'x', ACTIONS_RESULTS_URL: 'https://x' };
  for (const server of ['https://github.com', 'https://corp.ghe.com'])
    assert.is(uploadProblem(server, env), null);
  const problem = uploadProblem('https://git.corp.example', env) ?? '';
  assert.match(problem, /does not support git\.corp\.example .* rebuilt from the history each time/);
  const options = { name: STATE_ARTIFACT, serverUrl: 'https://git.corp.example' };
  await rejects(uploadState(content, options), GitHubError, /git\.corp\.example/);
});

test.run();
