/** Annotations, summary, files and log of the built Action, with more findings and worse names than anybody has. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { checkout } from '../helpers/workflow-runs.ts';
import {
  assertFailed,
  assertGreen,
  cartWorkflow,
  messagesOf,
  push,
  stateArtifacts,
  withModel,
} from './cart-workflow.ts';

const test = suite('reporting');

/** Calls everything surprising that it would not have written itself. */
const { dir: suspicious } = writeTinyPack({
  change({ calibration }) {
    calibration.surprisingMaxProbability = 1;
    calibration.surprisingMinCandidate = 0;
  },
});

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

test.slow('findings fail the step when annotations, summary, files and state are out', async () => {
  await using workflow = await cartWorkflow();
  const surprising = times(12, (i) => `  expect(price(${i})).toBe(${i}${i});\n`);
  const open = times(12, (i) => `  expect(tax(${i})).toBe();\n`);
  const sha = workflow.commit('tests', {
    'test/price.test.js': `test('all', () => {\n${surprising}${open}});\n`,
  });
  const workspace = checkout(workflow.repo, sha);
  const { step } = await push(workflow, {
    workspace,
    payload: { before: workflow.head },
    inputs: { model: suspicious, 'fail-on': 'open', sarif: 'out/check.sarif', junit: 'out/check.xml' },
  });
  assertFailed(step, /^24 assertions are surprising or open, and the input "fail-on" is "open"/);
  assert.equal([step.outputs.surprising, step.outputs.open, step.outputs.findings], ['12', '12', '24']);
  assert.is(messagesOf(step, 'warning').length, 10);
  // what the tiny pack proposes for open values is never likely enough to be shown
  assert.equal(messagesOf(step, 'notice'), []);
  for (const { file, level } of step.annotations)
    if (level !== 'error') assert.is(file, 'test/price.test.js');
  assert.match(step.summary, /^### code2lora/);
  assert.is(step.outputs['adapter-artifact'], String(stateArtifacts(workflow)[0]?.id));

  const sarif = JSON.parse(readFileSync(join(workspace, 'out/check.sarif'), 'utf8')) as Log;
  // one of the twelve has no other candidate
  assert.is(sarif.runs[0]?.results?.length, 11);
  assert.match(readFileSync(join(workspace, 'out/check.xml'), 'utf8'), /<testsuites[^>]* failures="24"/);
  assert.equal(readdirSync(join(workspace, 'out')).sort(), ['check.sarif', 'check.xml']);
});

test.slow('a link of the checkout does not lead a file out of the workspace', async () => {
  await using workflow = await cartWorkflow();
  const outside = temporaryFolder();
  const pull = workflow.open({ results: { link: outside } });
  const { step } = await workflow.check(pull, withModel({ inputs: { sarif: 'results/check.sarif' } }));
  assertFailed(step, /^"results\/check\.sarif" is not a file inside of the workspace\.\nName one below/);
  assert.equal(readdirSync(outside), []);
  assert.ok(existsSync(step.outputs.report ?? ''));
});

test.slow('names of files, tests and commits never begin a command of the runner', async () => {
  await using workflow = await cartWorkflow();
  const command = '::error::owned';
  workflow.commit(`${command}\n\n##[error]owned`, { [`src/\n${command}.py`]: 'x = 1\n' });
  const path = `test/a\n${command}\r##[error]owned.test.js`;
  const body = `  expect(x).toBe();\n  expect('\\n${command} ##[error]owned').toBe('${command}');\n`;
  const pull = workflow.open({
    [path]: `test(\`\n${command}\r::set-output name=x::y\`, () => {\n${body}});\n`,
  });
  const { step } = await workflow.check(pull, { inputs: { model: suspicious, comment: 'false' } });
  assertGreen(step);
  assert.is(step.outputs.findings, '2');
  assert.equal(
    step.annotations.map(({ level, file }) => [level, file]),
    [['warning', path]],
  );
  assert.equal(step.groups, ['Prepare', 'Check', 'Report', 'Upload the report']);
  assert.equal(step.secrets.includes('owned'), false);
});

test.run();
