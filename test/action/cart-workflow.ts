/**
 * A repository whose workflow runs the Action on the tiny model pack, and what the Action stores for it.
 *
 * Its commits are the same each time, so what one real push has stored fits every other repository made here: a
 * test that starts from stored state need not wait for the push.
 */
import { checkPush } from '../../src/commands/ci.ts';
import { STATE_ARTIFACT } from '../../src/github/artifact-names.ts';
import type { SnapshotInfo } from '../../src/report/schema.ts';
import type { StepResult } from '../helpers/fake-runner.ts';
import { type Files, temporaryFolder } from '../helpers/git-repo.ts';
import { addArtifact, addRepository, addRun } from '../helpers/github/actions.ts';
import type { FakeArtifact, FakeRun } from '../helpers/github/server.ts';
import { assert } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { type Run, type RunOptions, startWorkflow, type Workflow } from '../helpers/workflow-runs.ts';

export const { dir: model } = await tinyPack();
export const FORK = 'mallory/cart';
export const MAIN = 'refs/heads/main';

const CART = 'class Cart:\n    def __init__(self):\n        self.items = []\n';
const START: Files = { 'code2lora.config.json': '{"check": {"candidates": 1}}', 'cart.py': CART };
const HISTORY: readonly Files[] = [
  { 'cart.py': `${CART}\n    def total(self):\n        return sum(self.items)\n` },
  { 'tests/test_cart.py': 'from cart import Cart\n\n\ndef test_total():\n    assert Cart().total() == 0\n' },
  { 'discount.py': 'def discount(price, percent):\n    return price * (100 - percent) // 100\n' },
];

export interface CartWorkflow extends Workflow {
  /** Of `main` when it was made, oldest first. */
  shas: string[];
  head: string;
}

/** Nothing is stored yet. */
export async function cartWorkflow(): Promise<CartWorkflow> {
  const workflow = await startWorkflow(START);
  addRepository(workflow.server, FORK, { isFork: true });
  for (const files of HISTORY) workflow.commit('change', files);
  const shas = workflow.repo.git('rev-list', '--reverse', 'main').split('\n');
  return Object.assign(workflow, { shas, head: shas.at(-1) as string });
}

/** A run for `main` with the tiny pack. */
export const push = (workflow: Workflow, options: RunOptions = {}): Promise<Run> =>
  workflow.push(withModel(options));

/** A push to `main` of a commit that need not be its newest any more. */
export const pushOf = ({ start, shas }: CartWorkflow, sha: string, options: RunOptions = {}): Promise<Run> =>
  start(
    { event: 'push', sha, ref: MAIN, payload: { before: shas[0], after: sha, deleted: false } },
    withModel(options),
  );

export const withModel = (options: RunOptions = {}): RunOptions => ({
  ...options,
  inputs: { model, ...options.inputs },
});

let stored: Promise<Buffer> | undefined;

/** The zip that the Action uploads for the newest commit; one real run in a process. */
export function storedState(): Promise<Buffer> {
  stored ??= storeOnce();
  return stored;
}

async function storeOnce(): Promise<Buffer> {
  await using workflow = await cartWorkflow();
  const { step } = await push(workflow);
  assertGreen(step);
  return (stateArtifacts(workflow)[0] as FakeArtifact).data;
}

export interface Publication {
  run?: Partial<FakeRun>;
  artifact?: Partial<FakeArtifact>;
}

/** A good artifact of a push of the newest commit, unless told otherwise. */
export async function publish(
  { server, repository, head }: CartWorkflow,
  { run = {}, artifact = {} }: Publication = {},
): Promise<FakeArtifact> {
  const { id } = addRun(server, { repository, headSha: head, ...run });
  const data = artifact.data ?? (await storedState());
  return addArtifact(server, { run: id, name: STATE_ARTIFACT, ...artifact, data });
}

/** State artifacts whose upload was finished, newest first. */
export const stateArtifacts = ({ server }: Workflow): FakeArtifact[] =>
  [...server.artifacts.values()]
    .filter(({ name, isFinal }) => name === STATE_ARTIFACT && isFinal)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));

/** The snapshot that a walk from the first commit gives, made in this process. */
export async function walked({ repo }: Workflow, head: string, pack = model): Promise<SnapshotInfo> {
  const place = { repo: repo.dir, stateFolder: temporaryFolder(), inMemory: true };
  const { snapshot } = await checkPush({ ...place, model: pack, device: 'cpu', head, before: null });
  return snapshot;
}

/** Exit status 0, no message, and no command but those that we know of. */
export function assertGreen(step: StepResult): void {
  assert.is(step.status, 0, step.stdout + step.stderr);
  assert.equal(messagesOf(step, 'error'), []);
  assertNoStrangeCommands(step);
}

/** Exit status 1 and one message. */
export function assertFailed(step: StepResult, message: RegExp): void {
  assert.is(step.status, 1, step.stdout + step.stderr);
  const errors = messagesOf(step, 'error');
  assert.is(errors.length, 1, step.stdout);
  assert.match(errors[0] ?? '', message);
  assertNoStrangeCommands(step);
}

export const messagesOf = ({ annotations }: StepResult, wanted: string): string[] =>
  annotations.filter(({ level }) => level === wanted).map(({ message }) => message);

/** The artifact library writes `debug`. */
function assertNoStrangeCommands({ otherCommands, stderr }: StepResult): void {
  assert.equal(
    otherCommands.filter((name) => name !== 'debug'),
    [],
  );
  assert.is(stderr, '');
}

/**
 * Makes the waiting of a run short: a second takes 20 ms. Shorter pauses and the clocks of time limits stay as they
 * are, so what is sent and how often is the same.
 */
export const HURRIED = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    'const wait = setTimeout;' +
      'globalThis.setTimeout = (run, ms, ...rest) => wait(run, ms >= 900 && ms < 60000 ? ms / 50 : ms, ...rest);',
  )}`,
} as const;
