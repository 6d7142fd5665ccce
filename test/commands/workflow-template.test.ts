/** What `init --workflow` keeps of a file that is there, and how values get into YAML. No git. */
import { parse } from 'yaml';
import {
  actionOf,
  carryOver,
  renderWorkflow,
  type TemplateName,
} from '../../src/commands/workflow-template.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/workflow-template');
const SHA = '0123456789abcdef0123456789abcdef01234567';
const OTHER_SHA = SHA.replaceAll('0', '9');
const VALUES = {
  branch: 'main',
  cron: '17 4 * * 1',
  action: `octo/code2lora@${SHA}`,
  runsOn: '[self-hosted, linux, x64, gpu]',
};
const TEMPLATES: TemplateName[] = ['cpu', 'gpu', 'comment'];
const render = (name: TemplateName, values: Partial<typeof VALUES> = {}) =>
  renderWorkflow(name, { ...VALUES, ...values });
/** Replaces, and fails where there is nothing to replace. */
function changed(text: string, from: string | RegExp, to: string): string {
  const result = text.replace(from, () => to);
  assert.is.not(result, text);
  return result;
}

test('no placeholder is left in any template', () => {
  for (const name of TEMPLATES) {
    const text = render(name).replaceAll(/\S+@[0-9a-f]{40}/g, '');
    assert.not.match(text, /@|__/);
    assert.is(actionOf(render(name)), VALUES.action);
  }
});

test('the comment waits for the workflow by the name that it has', () => {
  const [name] = parse(render('comment')).on.workflow_run.workflows;
  for (const kind of ['cpu', 'gpu'] as const) assert.is(parse(render(kind)).name, name);
});

test('no job that a pull request starts runs on a runner of the user', () => {
  const { adapter, 'pull-request': check, ...others } = parse(render('gpu')).jobs;
  assert.equal(others, {});
  assert.equal(adapter['runs-on'], ['self-hosted', 'linux', 'x64', 'gpu']);
  assert.not.match(adapter.if, /pull_request/);
  assert.is(check.if, "github.event_name == 'pull_request'");
  assert.is(check['runs-on'], 'ubuntu-latest');
  assert.equal(
    [adapter, check].map(({ steps }) => steps[1].with.device),
    ['auto', 'cpu'],
  );
});

test('a branch name that means something to YAML or to a filter means itself', () => {
  for (const [branch, filter] of [
    ['release-1.0', 'release-1.0'],
    ['null', 'null'],
    ['2.x', '2.x'],
    ["it's", "it's"],
    ['c++', 'c\\+\\+'],
    ['!x]', '\\!x\\]'],
    ['#1', '#1'],
    ['$&', '$&'],
  ] as const)
    for (const kind of ['cpu', 'gpu'] as const)
      assert.equal(parse(render(kind, { branch })).on.push.branches, [filter]);
});

test.slow("runs-on stays the user's, in every way it can be written", () => {
  for (const way of [
    'runs-on: gpu-t4',
    'runs-on: [self-hosted, gpu] # the machine in the cellar',
    "runs-on: { group: 'big ones', labels: [gpu] }",
    'runs-on:\n      - self-hosted\n      - gpu # ours',
    'runs-on: # ours\n    - self-hosted\n    - gpu',
    `runs-on: \${{ vars.RUNNER }}`,
    "runs-on: '$&'",
  ]) {
    const mine = changed(render('gpu'), /runs-on: \[self-hosted.*/, way);
    assert.is(carryOver(render('gpu'), mine), mine, way);
    const more = changed(mine, 'timeout-minutes: 60', 'timeout-minutes: 61');
    assert.is(carryOver(render('gpu'), more), mine, way);
  }
});

test('so do branches, the weekly time and the pins that a bot has moved on', () => {
  for (const kind of ['cpu', 'gpu'] as const) {
    const mine = [
      ['branches: [main]', 'branches:\n      - main\n      - next'],
      [/cron: ".*"/, "cron: '5 4 * * 1'"],
      [/(?<=actions\/checkout@).*/, `${OTHER_SHA} # v9.0.0`],
    ].reduce((text, [from, to]) => changed(text, from ?? '', String(to)), render(kind));
    const bumped = mine
      .replaceAll(/(?<=actions\/checkout@).*/g, `${OTHER_SHA} # v9.0.0`)
      .replaceAll(VALUES.action, `octo/code2lora@${OTHER_SHA} # v3.0.0`);
    assert.is(carryOver(render(kind, { branch: 'trunk' }), bumped), bumped);
  }
});

test('what is asked for in so many words is not carried over', () => {
  const mine = changed(render('gpu'), /runs-on: ubuntu-latest/, 'runs-on: our-runner');
  const wanted = render('gpu', { action: `octo/code2lora@${OTHER_SHA} # v2`, runsOn: 'gpu-t4' });
  const jobs = parse(carryOver(wanted, mine, { action: true, runsOn: true })).jobs;
  assert.equal([jobs.adapter['runs-on'], jobs['pull-request']['runs-on']], ['gpu-t4', 'our-runner']);
  for (const { steps } of Object.values<{ steps: { uses: string }[] }>(jobs))
    assert.is(steps[1]?.uses, `octo/code2lora@${OTHER_SHA}`);
});

test('a text that is indented otherwise, or no YAML, or no workflow, cannot break the result', () => {
  for (const existing of [
    render('gpu').replace(/^ +/gm, '$&$&').replace('runs-on: [', 'runs-on:\n  - a\n  - ['),
    'a: [\n "',
    '',
    '- a\n- b\n',
    'on: push\njobs: 1\n',
    'on: [push]\njobs:\n  adapter:\n',
  ]) {
    const text = carryOver(render('gpu'), existing);
    assert.is(parse(text).jobs['pull-request']['runs-on'], 'ubuntu-latest');
  }
});

test.run();
