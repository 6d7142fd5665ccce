/** GitHub is slow, broken, full or another product: the built Action still checks, and says what it could not do. */
import type { StepResult } from '../helpers/fake-runner.ts';
import { artifactEnvironment } from '../helpers/github/artifact-service.ts';
import type { FakeArtifact, FakeReply } from '../helpers/github/server.ts';
import { assert, suite } from '../helpers/suite.ts';
import {
  assertFailed,
  assertGreen,
  cartWorkflow,
  HURRIED,
  publish,
  push,
  stateArtifacts,
  walked,
} from './cart-workflow.ts';

const test = suite('outages');
const CREATE = /ArtifactService\/CreateArtifact$/;

/** A check that is whole, whatever became of the state. */
function assertReported({ report, summary, outputs }: StepResult): void {
  assert.is(report?.check.summary.assertions, 1);
  assert.is(outputs.assertions, '1');
  assert.match(summary, /^### code2lora/);
  assert.is(outputs['adapter-artifact'], '');
  assert.is(report?.adapter.artifact, null);
}

const lineOf = ({ log }: StepResult, start: string): string[] => log.filter((line) => line.startsWith(start));

test.slow('errors and limits on the way to the state are waited out', async () => {
  await using workflow = await cartWorkflow();
  const { server } = workflow;
  const { id } = await publish(workflow);
  const wait = { 'retry-after': '30' };
  const limit = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
  server.failNext(/\/actions\/artifacts$/, [{ status: 500 }, { status: 502 }]);
  server.failNext(/\/actions\/runs\/\d+$/, { status: 429, headers: wait, json: { message: 'slow down' } });
  server.failNext(/\/zip$/, { status: 403, headers: wait, json: limit });
  server.failNext('GET /blob/', [{ status: 503 }, { status: 0, hangUp: true }]);
  const { step } = await push(workflow, { env: HURRIED });
  assertGreen(step);
  assert.is(step.outputs['restored-from'], String(id));
  assert.is(lineOf(step, "GitHub's secondary rate limit is reached: waiting 30 s.").length, 1);
  assert.equal(step.report?.notices, []);
});

test.slow('without the API the state is built from the history, with one line that says so', async () => {
  await using workflow = await cartWorkflow();
  const { id } = await publish(workflow);
  workflow.server.failNext(/ \/repos\//, Array<FakeReply>(50).fill({ status: 0, hangUp: true }));
  const { step } = await push(workflow, { env: HURRIED });
  assertGreen(step);
  const [line, ...more] = lineOf(step, 'State cannot be restored.');
  assert.match(line ?? '', /no answer from 127\.0\.0\.1:\d+ .*Check the network and the proxy settings/);
  assert.equal(more, []);
  assert.equal(step.report?.notices, [line]);
  assert.is(step.outputs['restored-from'], '');
  assert.is(stateArtifacts(workflow).length, 2);
  assert.not.equal(step.outputs['adapter-artifact'], String(id));
  assert.equal(step.report?.check.snapshot, await walked(workflow, workflow.head));
});

test.slow(
  'no room for the artifact: the check is reported, then the step fails and says what to do',
  async () => {
    await using workflow = await cartWorkflow();
    const msg = 'insufficient usage to create artifact';
    workflow.server.failNext(CREATE, { status: 403, json: { code: 'permission_denied', msg } });
    const { step } = await push(workflow, { env: HURRIED });
    assertFailed(step, /^Cannot upload the artifact "code2lora-state": .*quota.*\n.*Delete old artifacts/i);
    assertReported(step);
  },
);

test.slow('a service that does not get well again is the same', async () => {
  await using workflow = await cartWorkflow();
  workflow.server.failNext(CREATE, Array<FakeReply>(20).fill({ status: 503, json: { code: 'unavailable' } }));
  const { step } = await push(workflow, { env: HURRIED });
  assertFailed(step, /^Cannot upload the artifact "code2lora-state": .*\n.*run the job again/);
  assertReported(step);
  assert.equal(stateArtifacts(workflow), []);
});

test.slow(
  'a second attempt of a run leaves the state that its first one has stored, and is green',
  async () => {
    await using workflow = await cartWorkflow();
    const first = await publish(workflow);
    const again = artifactEnvironment(workflow.server, first.run);
    const env = { ...again, GITHUB_RUN_ID: String(first.run), GITHUB_RUN_ATTEMPT: '2' };
    const { step } = await push(workflow, { env });
    assertGreen(step);
    assert.is(lineOf(step, 'An earlier attempt of this run has stored the adapter').length, 1);
    assert.is(step.outputs['restored-from'], String(first.id));
    assert.is(step.outputs['adapter-artifact'], String(first.id));
    assert.is(step.report?.adapter.artifact, String(first.id));
    assert.equal(stateArtifacts(workflow), [first as FakeArtifact]);
  },
);

test.slow('a job without a runtime token stores nothing, which is a line and no failure', async () => {
  await using workflow = await cartWorkflow();
  const { step } = await push(workflow, { env: { ACTIONS_RUNTIME_TOKEN: undefined } });
  assertGreen(step);
  assert.is(lineOf(step, 'Artifacts can be uploaded only inside a "uses:" step').length, 1);
  assertReported(step);
});

test.slow(
  'GitHub Enterprise Server has no artifacts for us: no upload is tried, and the check is whole',
  async () => {
    await using workflow = await cartWorkflow();
    const { url } = workflow.server;
    const { step } = await push(workflow, {
      env: {
        GITHUB_SERVER_URL: 'https://git.corp.example',
        GITHUB_API_URL: `${url}/api/v3`,
        GITHUB_GRAPHQL_URL: `${url}/api/graphql`,
      },
    });
    assertGreen(step);
    const [line] = lineOf(step, "GitHub's artifact library does not support git.corp.example");
    assert.match(
      line ?? '',
      /nothing is stored there, and the adapter is rebuilt from the history each time/,
    );
    assertReported(step);
    assert.not.ok(workflow.newRequests().some((request) => /twirp|blob/.test(request)));
  },
);

test.run();
