/** A machine of one's own keeps things between jobs, and jobs are stopped: what the built Action makes of both. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { INITIAL_OUTPUTS } from '../../src/action/outputs.ts';
import { readState } from '../../src/github/state-artifact.ts';
import { encodeState } from '../../src/snapshots/state-file.ts';
import { openSnapshotStore } from '../../src/snapshots/store.ts';
import { forged } from '../github/state-fixture.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { checkout } from '../helpers/workflow-runs.ts';
import { assertGreen, type CartWorkflow, cartWorkflow, push, storedState, walked } from './cart-workflow.ts';

const test = suite('machine');

/** The right snapshot of HEAD by id, commit and shapes; only its numbers are somebody else's. */
async function leaveBehind(stateFolder: string, { shas }: CartWorkflow): Promise<void> {
  const { snapshot } = await readState(await storedState(), 'the artifact');
  const wrong = forged({ snapshot, shas }, { hiddenState: snapshot.hiddenState.map((value) => -value) });
  openSnapshotStore(stateFolder).put(wrong, encodeState(wrong));
  assert.is(wrong.manifest.id, snapshot.manifest.id);
}

/** Every file below a folder with its content. */
const contentOf = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), 'latin1')]),
  );

test.slow(
  'what earlier jobs left in the checkout and in RUNNER_TEMP is neither read nor changed',
  async () => {
    await using workflow = await cartWorkflow();
    const workspace = checkout(workflow.repo, workflow.head);
    const temporary = temporaryFolder();
    await leaveBehind(join(workspace, '.git/code2lora'), workflow);
    await leaveBehind(join(temporary, 'code2lora-Ab3xYz/state'), workflow);
    await leaveBehind(join(temporary, 'state'), workflow);
    const before = [workspace, temporary].map(contentOf);
    const { step } = await push(workflow, { workspace, env: { RUNNER_TEMP: temporary } });
    assertGreen(step);
    assert.is(step.report?.adapter.advancedBy, 3);
    assert.equal(step.report?.check.snapshot, await walked(workflow, workflow.head));
    assert.equal(contentOf(workspace), before[0]);
    const left = contentOf(temporary);
    for (const [path, content] of before[1] ?? []) assert.is(left.get(path), content);
  },
);

/** Ends the process, as the runner does with a job that is cancelled, when the line is written. */
const killedAt = (line: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    'const write = process.stdout.write;' +
      `process.stdout.write = function (text, ...rest) { if (String(text).includes(${JSON.stringify(line)}))` +
      " process.kill(process.pid, 'SIGKILL'); return write.call(this, text, ...rest); };",
  )}`,
});

test.slow('a run that is killed in the middle has set every output, and stored nothing', async () => {
  await using workflow = await cartWorkflow();
  const { step } = await push(workflow, { env: killedAt('::group::Store the adapter') });
  assert.is(step.status, null);
  assert.match(step.stdout, /Checked 1 assertion/);
  assert.equal(step.outputs, { ...INITIAL_OUTPUTS });
  assert.is(workflow.server.artifacts.size, 0);
});

test.run();
