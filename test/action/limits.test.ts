/** The inputs that bound the work reach the commands of the built Action. */
import { assert, suite } from '../helpers/suite.ts';
import { assertFailed, assertGreen, cartWorkflow, push, stateArtifacts } from './cart-workflow.ts';

const test = suite('limits of the Action');

test.slow('"max-history" begins so many commits ago, and the next run goes on from there', async () => {
  await using workflow = await cartWorkflow();
  const inputs = { 'max-history': '2' };
  const { step } = await push(workflow, { inputs });
  assertGreen(step);
  assert.is(step.report?.adapter.advancedBy, 2);
  const start = workflow.shas[1]?.slice(0, 10);
  assert.ok(
    step.report?.check.notices.some((line) => line.startsWith(`what came before ${start} is read as`)),
  );
  const next = await push(workflow, { inputs });
  assertGreen(next.step);
  assert.is(next.step.outputs['restored-from'], step.outputs['adapter-artifact']);
  const whole = await push(workflow);
  assertGreen(whole.step);
  assert.match(whole.step.stdout, /it began at the newest 2 commits, here it is the whole history/);
});

test.slow('"max-memory" that is too little ends the step with the numbers', async () => {
  await using workflow = await cartWorkflow();
  const { step } = await push(workflow, { inputs: { model: 'nano', 'max-memory': '130M' } });
  assertFailed(step, /^The model pack "nano" needs about \d+ MB .* allowed are 130 MB \(--max-memory\)/);
  assert.equal(stateArtifacts(workflow), []);
});

test.run();
