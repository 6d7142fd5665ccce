/**
 * Embeddings that travel with the artifacts: what the built Action embeds and asks for, run after run.
 *
 * A text counts as embedded when it went through the encoder; the Action logs how many did.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingsArtifact, STATE_ARTIFACT } from '../../src/github/artifact-names.ts';
import { embeddingsFiles, readEmbeddings } from '../../src/github/embeddings-artifact.ts';
import { EMBEDDINGS_FILE } from '../../src/github/embeddings-file.ts';
import { readState } from '../../src/github/state-artifact.ts';
import { type EncodableTensor, encodeSafetensors } from '../../src/runtime/safetensors.ts';
import { zipOf } from '../github/zip-files.ts';
import type { StepResult } from '../helpers/fake-runner.ts';
import type { Files } from '../helpers/git-repo.ts';
import { addArtifact, addRepository, addRun } from '../helpers/github/actions.ts';
import type { FakeArtifact, FakeRun } from '../helpers/github/server.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { staticPack } from '../helpers/tiny-recipes.ts';
import { type RunOptions, startWorkflow, type Workflow } from '../helpers/workflow-runs.ts';
import { assertGreen, FORK, HURRIED, stateArtifacts, walked, withModel } from './cart-workflow.ts';

const test = suite('embeddings that travel');
const EMBEDDINGS = embeddingsArtifact(STATE_ARTIFACT);
const COUNT = 70;

const fileOf = (index: number, answer = index): Files => ({
  [`lib/part${index}.py`]: `def part${index}(items):\n    return sum(items) + ${answer}\n`,
});
const filesUpTo = (count: number): Files =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => fileOf(index)));
const START: Files = { 'code2lora.config.json': '{"check": {"candidates": 1}}', ...fileOf(0) };

/** A static pack that reads more than fifty files. */
function wideStaticPack(): string {
  const { dir } = staticPack();
  const file = join(dir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.recipe.repository.maxFiles = 1000;
  writeFileSync(file, JSON.stringify(manifest));
  return dir;
}

const STATIC = wideStaticPack();
const withStatic: RunOptions = { inputs: { model: STATIC } };

/** `main` has a file for each of its 70 commits. */
async function longHistory(): Promise<Workflow> {
  const workflow = await startWorkflow(START);
  workflow.repo.bulk(COUNT, (index) => ({ files: fileOf(index + 1) }));
  return workflow;
}

function countsOf({ log }: StepResult): { encoded: number; known: number } {
  const line = log.find((text) => /^Embedded /.test(text)) ?? '';
  const [, encoded, known] = /^Embedded (\d+) texts?; (\d+) more were known\.$/.exec(line) ?? [];
  return { encoded: Number(encoded), known: Number(known) };
}

const embeddingsArtifacts = ({ server }: Workflow): FakeArtifact[] =>
  [...server.artifacts.values()].filter(({ name, isFinal }) => name === EMBEDDINGS && isFinal);
const carriedBy = async (workflow: Workflow) =>
  (await readState((stateArtifacts(workflow)[0] as FakeArtifact).data, 'the state')).embeddings;
const linesOf = ({ log }: StepResult, start: string): string[] =>
  log.filter((line) => line.startsWith(start));

/** What was asked of GitHub, without the ids. */
const requestsOf = (workflow: Workflow): string[] =>
  workflow.newRequests().map((line) => line.replace(/\d{4,}/g, 'N').replace(/.*\.(?=\w+Service)/, ''));
const UPLOAD = [
  'ArtifactService/CreateArtifact',
  'PUT /blob/N',
  'PUT /blob/N',
  'ArtifactService/FinalizeArtifact',
];
const API = '/repos/octo/cart/actions';
const FETCH = [`GET ${API}/artifacts`, `GET ${API}/runs/N`, `GET ${API}/artifacts/N/zip`, 'GET /blob/N'];

test.slow('of a static pack each run embeds what has changed since, and nothing else', async () => {
  await using workflow = await startWorkflow(START);
  workflow.commit('all', filesUpTo(COUNT));
  const first = await workflow.push(withStatic);
  assertGreen(first.step);
  assert.equal(countsOf(first.step), { encoded: COUNT, known: 0 });
  const [stored, ...more] = embeddingsArtifacts(workflow);
  assert.equal(more, []);
  const { info, embeddings } = await readEmbeddings((stored as FakeArtifact).data, 'the artifact');
  assert.equal([info.repository, info.branch, info.commit], ['octo/cart', 'main', first.run.headSha]);
  assert.is(embeddings.size, COUNT);
  assert.is((await carriedBy(workflow)).size, 0);

  workflow.commit('one', fileOf(3, 1000));
  workflow.newRequests();
  const second = await workflow.push(withStatic);
  assertGreen(second.step);
  assert.equal(countsOf(second.step), { encoded: 1, known: COUNT - 1 });
  assert.equal(requestsOf(workflow), [...FETCH, ...FETCH, ...UPLOAD]);
  assert.is((await carriedBy(workflow)).size, 1);

  const head = workflow.commit('two', { ...fileOf(4, 1000), ...fileOf(5, 1000), ...fileOf(6, 1000) });
  const third = await workflow.push(withStatic);
  assertGreen(third.step);
  assert.equal(countsOf(third.step), { encoded: 3, known: COUNT - 3 });
  assert.is((await carriedBy(workflow)).size, 4);
  assert.equal(embeddingsArtifacts(workflow), [stored as FakeArtifact]);
  assert.equal(third.step.report?.check.snapshot, await walked(workflow, head, STATIC));
});

test.slow('a pull request reads them and stores none; what it changed is embedded', async () => {
  await using workflow = await startWorkflow(START);
  workflow.commit('all', filesUpTo(COUNT));
  await workflow.push(withStatic);
  const before = [...workflow.server.artifacts.keys()];
  const pull = workflow.open({
    ...fileOf(3, 1000),
    'tests/test_part.py': 'def test_part():\n    assert part3([]) == 1000\n',
  });
  const { step } = await workflow.check(pull, withStatic);
  assertGreen(step);
  assert.equal(countsOf(step), { encoded: 2, known: COUNT - 1 });
  const added = [...workflow.server.artifacts.values()].filter(({ id }) => !before.includes(id));
  assert.equal(
    added.map(({ name }) => name),
    ['code2lora-report'],
  );
});

test.slow('an ordinary run asks for nothing more, and carries what it has embedded', async () => {
  await using workflow = await longHistory();
  const first = await workflow.push(withModel());
  assertGreen(first.step);
  assert.equal(countsOf(first.step), { encoded: COUNT + 1, known: 0 });
  assert.is(embeddingsArtifacts(workflow).length, 1);
  for (const index of [1, 2]) {
    workflow.commit('more', fileOf(index, 1000));
    workflow.newRequests();
    const { step } = await workflow.push(withModel());
    assertGreen(step);
    assert.equal(countsOf(step), { encoded: 1, known: 0 });
    assert.equal(requestsOf(workflow), [...FETCH, ...UPLOAD]);
    assert.is((await carriedBy(workflow)).size, index);
  }
});

test.slow('after a rewritten history nothing is embedded again, and the adapter is the same', async () => {
  await using workflow = await longHistory();
  const { step: first } = await workflow.push(withModel());
  assertGreen(first);
  const { repo } = workflow;
  repo.branch('again', [START, ...Array.from({ length: COUNT }, (_, index) => fileOf(index + 1))]);
  repo.git('checkout', '--quiet', '-B', 'main', 'again');
  const head = workflow.commit('one more', fileOf(1, 1000));
  workflow.newRequests();
  const { step } = await workflow.push(withModel());
  assertGreen(step);
  assert.is(linesOf(step, 'State artifact').length, 1, 'its commit is gone');
  assert.is(linesOf(step, `Restored ${COUNT + 1} embeddings from artifact`).length, 1);
  assert.equal(countsOf(step), { encoded: 1, known: COUNT + 1 });
  assert.equal(requestsOf(workflow), [`GET ${API}/artifacts`, ...FETCH, ...UPLOAD]);
  assert.equal(step.report?.check.snapshot, await walked(workflow, head));
  assert.is(embeddingsArtifacts(workflow).length, 1);
});

test.slow('another adapter over the same encoder goes on from the same embeddings', async () => {
  await using workflow = await longHistory();
  assertGreen((await workflow.push(withModel())).step);
  const { dir: other } = writeTinyPack({
    change: (manifest) => Object.assign(manifest, { version: '0.0.2' }),
  });
  const { step } = await workflow.push({ inputs: { model: other } });
  assertGreen(step);
  assert.is(linesOf(step, 'State artifact').length, 1, 'of another model pack');
  assert.equal(countsOf(step), { encoded: 0, known: COUNT + 1 });
});

/** The same artifact, consistent in itself, with one number that is none. */
async function withNan({ data }: FakeArtifact): Promise<Buffer> {
  const { info, embeddings } = await readEmbeddings(data, 'the artifact');
  const tensors = [...embeddings].map(([key, vector], index) => {
    const changed = index === 7 ? vector.fill(Number.NaN) : vector;
    return [key, { dtype: 'F32', shape: [vector.length], data: changed } satisfies EncodableTensor] as const;
  });
  const files = embeddingsFiles({ ...info, embeddings });
  return zipOf({ ...files, [EMBEDDINGS_FILE]: encodeSafetensors(new Map<string, EncodableTensor>(tensors)) });
}

test.slow(
  'an artifact of a fork and one that was tampered with are a line each, and nothing of it is used',
  async () => {
    await using workflow = await longHistory();
    const { server, repository, repo } = workflow;
    const { run } = await workflow.push(withModel());
    const [good] = embeddingsArtifacts(workflow) as [FakeArtifact];
    for (const artifact of server.artifacts.values()) artifact.expired = true;
    addRepository(server, FORK, { isFork: true });
    const publish = (changes: Partial<FakeRun>, artifact: Partial<FakeArtifact> = {}) =>
      addArtifact(server, {
        run: addRun(server, { repository, headSha: run.headSha, ...changes }).id,
        ...{ name: EMBEDDINGS, data: good.data, ...artifact },
      });
    publish({}, { data: await withNan(good) });
    publish({}, { data: good.data.subarray(0, -1), digest: good.digest });
    publish({ event: 'pull_request' });
    publish({ headRepository: FORK });
    const { step } = await workflow.push(withModel());
    assertGreen(step);
    const lines = linesOf(step, 'Embeddings artifact');
    const reasons = [
      /made for a fork/,
      /event "pull_request"/,
      /not what was uploaded/,
      /has NaN at position 0/,
    ];
    assert.is(lines.length, reasons.length, step.stdout);
    for (const [index, reason] of reasons.entries()) assert.match(lines[index] ?? '', reason);
    assert.equal(countsOf(step), { encoded: COUNT + 1, known: 0 });
    assert.equal(step.report?.check.snapshot, await walked(workflow, repo.git('rev-parse', 'main')));
  },
);

test.slow('an upload that fails is a line: the state is stored, and carries what it can', async () => {
  await using workflow = await longHistory();
  const msg = 'insufficient usage to create artifact';
  const refusal = { status: 403, json: { code: 'permission_denied', msg } };
  workflow.server.failNext(/ArtifactService\/CreateArtifact$/, refusal);
  const { step } = await workflow.push({ ...withModel(), env: HURRIED });
  assertGreen(step);
  const [line] = linesOf(step, 'Embeddings are not stored; the next run tries again.');
  assert.match(line ?? '', /Cannot upload the artifact "code2lora-state-embeddings": .*quota/i);
  assert.is((await carriedBy(workflow)).size, 64);
  assert.is(stateArtifacts(workflow).length, 1);
  workflow.commit('more', fileOf(1, 1000));
  const next = await workflow.push(withModel());
  assertGreen(next.step);
  assert.is(linesOf(next.step, 'Stored 65 embeddings as artifact').length, 1);
});

test.run();
