/**
 * Pull requests to a repository in which the tiny model objects to almost every value: its thresholds let all of
 * them pass for surprising. The adapter of an earlier push is stored already.
 *
 * In: what a pull request changes. Out: what the built Action makes of it, and what it sent to do so.
 */
import { REPORT_ARTIFACT } from '../../src/github/artifact-names.ts';
import type { StepResult } from '../helpers/fake-runner.ts';
import type { Files } from '../helpers/git-repo.ts';
import type { FakePullRequest, FakeThread } from '../helpers/github/pull-request-state.ts';
import type { FakeArtifact, LoggedRequest } from '../helpers/github/server.ts';
import { assert } from '../helpers/suite.ts';
import type { Run, RunOptions } from '../helpers/workflow-runs.ts';
import {
  assertGreen,
  type CartWorkflow,
  cartWorkflow,
  publish,
  stateArtifacts,
  withModel,
} from './cart-workflow.ts';

export const TEST_FILE = 'tests/test_totals.py';
export const CONFIG_FILE = 'code2lora.config.json';

/** Any other value than the first candidate is surprising. */
const CHECK = { candidates: 2, surprisingMaxProbability: 1, surprisingMinCandidate: 0 };

export const configFile = (changes: object = {}): string =>
  JSON.stringify({ check: { ...CHECK, ...changes } });

/** A test for each value; the assertion of the first is in line 5, the next ones are four lines apart. */
export const testFile = (...values: readonly (string | number)[]): string =>
  [
    'from cart import Cart\n',
    ...values.map((value, at) => `def test_${at}():\n    assert Cart().total(${at}) == ${value}\n`),
  ].join('\n\n');

/** The same in TypeScript: in line 2, and every four lines. */
export const scriptFile = (...values: readonly (string | number)[]): string =>
  values
    .map((value, at) => `test('adds ${at}', () => {\n  expect(total([${at}])).toBe(${value});\n});\n`)
    .join('\n');

export interface ReviewWorkflow extends CartWorkflow {
  /** Requests that came since the last call. */
  requestsSince(): LoggedRequest[];
}

/** `files` are on `main` before any pull request. */
export async function reviewWorkflow(files: Files = {}): Promise<ReviewWorkflow> {
  const workflow = await emptyWorkflow(files);
  await publish(workflow);
  return workflow;
}

/** Without a stored adapter: for what does not check anything. */
export async function emptyWorkflow(files: Files = {}): Promise<ReviewWorkflow> {
  const workflow = await cartWorkflow();
  workflow.commit('thresholds', { [CONFIG_FILE]: configFile(), ...files });
  let seen = 0;
  return Object.assign(workflow, {
    requestsSince() {
      const requests = workflow.server.requests.slice(seen);
      seen = workflow.server.requests.length;
      return requests;
    },
  });
}

/** A run for the pull request that ends well. */
export async function review(
  workflow: CartWorkflow,
  pull: FakePullRequest,
  options: RunOptions = {},
): Promise<Run> {
  const run = await workflow.check(pull, withModel(options));
  assertGreen(run.step);
  return run;
}

/** What is asked of the pull request's conversation and files; uploads and the stored adapter are another matter. */
export const ofPullRequest = (requests: readonly LoggedRequest[]): LoggedRequest[] =>
  requests.filter(({ path }) => /^\/graphql$|\/(issues|pulls)\//.test(path));

/** What changes something in a pull request. */
export const writesOf = (requests: readonly LoggedRequest[]): LoggedRequest[] =>
  ofPullRequest(requests).filter(
    ({ method, path, body }) =>
      method !== 'GET' && (path !== '/graphql' || /"query":"\s*mutation/.test(String(body))),
  );

/** Threads that a reader sees: neither resolved nor folded. */
export const openThreads = ({ threads }: FakePullRequest): FakeThread[] =>
  threads.filter(({ resolvedBy, comments: [first] }) => resolvedBy === null && first?.hiddenAs === null);

export const placesOf = (items: readonly { path: string; line: number }[]): string[] =>
  items.map(({ path, line }) => `${path}:${line}`);

/** What the step says it checked. */
export function checkedBy({ report }: StepResult) {
  assert.ok(report);
  return report.check.assertions;
}

/** GitHub has accepted every request. */
export const assertAccepted = (requests: readonly LoggedRequest[]): void =>
  assert.equal(
    requests.filter(({ status }) => status >= 400).map(({ method, path, status }) => [method, path, status]),
    [],
  );

/** Adapters that are stored. */
export const storedBy = (workflow: ReviewWorkflow) =>
  stateArtifacts(workflow).map(({ id, data }) => [id, data.length]);

/** Reports that were uploaded. */
export const reportsOf = ({ server }: ReviewWorkflow): FakeArtifact[] =>
  [...server.artifacts.values()].filter(({ name, isFinal }) => name === REPORT_ARTIFACT && isFinal);
