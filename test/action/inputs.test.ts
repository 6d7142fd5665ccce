/** The inputs as the runner hands them over, in the environment. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { INPUT_DEFAULTS, readInputs } from '../../src/action/inputs.ts';
import { INITIAL_OUTPUTS } from '../../src/action/outputs.ts';
import { UsageError } from '../../src/errors.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('inputs');

/** Reads with these inputs set; the others are not there at all. */
function read(inputs: Record<string, string> = {}) {
  const set = { 'github-token': 'token', ...inputs };
  const variables = Object.keys(INPUT_DEFAULTS).map((name) => [`INPUT_${name.toUpperCase()}`, undefined]);
  const values = Object.entries(set).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return withEnvironment(Object.fromEntries([...variables, ...values]), async () => readInputs());
}

const action = parse(readFileSync('action.yml', 'utf8'));

test('action.yml declares what is read, with the same defaults', () => {
  const declared = Object.entries<{ default: unknown }>(action.inputs).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  assert.equal(Object.fromEntries(declared), INPUT_DEFAULTS);
});

test('action.yml declares what is set', () => {
  assert.equal(Object.keys(action.outputs).sort(), Object.keys(INITIAL_OUTPUTS).sort());
});

test('every input and output is described, and the runtime is the current one', () => {
  for (const item of [...Object.values(action.inputs), ...Object.values(action.outputs)] as {
    description: string;
  }[])
    assert.match(item.description, /^[A-Z`].{15,}\.$/s);
  assert.equal(action.runs, { using: 'node24', main: 'dist/action.js' });
});

test('without a word from the workflow the defaults hold', async () => {
  const inputs = await read();
  assert.equal(
    [inputs.device, inputs.failOn, inputs.comment, inputs.maxSuggestions, inputs.stateArtifact],
    ['auto', 'never', true, 5, 'code2lora-state'],
  );
  assert.equal([inputs.base, inputs.retentionDays, inputs.sarif], [undefined, undefined, undefined]);
  assert.equal([inputs.maxMemory, inputs.maxHistory], [undefined, undefined]);
});

test('an empty input is one that was not given', async () => {
  const inputs = await read({ comment: '', 'max-suggestions': '', device: ' ' });
  assert.equal([inputs.comment, inputs.maxSuggestions, inputs.device], [true, 5, 'auto']);
});

test('takes what is valid', async () => {
  const inputs = await read({
    comment: 'False',
    'max-suggestions': '0',
    'retention-days': '30',
    'max-memory': '3G',
    'max-history': '200',
    'fail-on': 'open',
    base: 'origin/main',
    device: 'webgpu',
    junit: 'results/junit.xml',
  });
  assert.equal(
    [
      inputs.comment,
      inputs.maxSuggestions,
      inputs.retentionDays,
      inputs.maxMemory,
      inputs.maxHistory,
      inputs.failOn,
      inputs.base,
      inputs.device,
      inputs.junit,
    ],
    [false, 0, 30, '3G', 200, 'open', 'origin/main', 'webgpu', 'results/junit.xml'],
  );
});

for (const [name, value, expected] of [
  ['fail-on', 'sometimes', /^Input "fail-on" is "sometimes"\.\nExpected one of never, surprising, open\.$/],
  ['comment', 'yes', /^Input "comment" is "yes"\.\nExpected true or false\.$/],
  ['max-suggestions', '-1', /^Input "max-suggestions" is "-1"\.\nExpected a whole number from 0 to 50\.$/],
  ['max-suggestions', '1e1', /whole number/],
  ['retention-days', '0', /^Input "retention-days" is "0"\.\nExpected a whole number from 1 to 400\.$/],
  ['max-memory', 'lots', /^Input "max-memory": "lots" is not an amount of memory\.\nExpected .*3G/],
  ['max-memory', '1M', /at least 128 MB/],
  ['max-history', '0', /^Input "max-history" is "0"\.\nExpected a number of commits, or "all"\.$/],
  ['max-history', 'most', /a number of commits/],
  ['device', 'gpu', /^Input "device": unknown device "gpu"\.\nKnown devices: auto, cpu/],
  ['base', '--output=/etc/passwd', /^Input "base" is .*\nExpected the name of a commit/],
  ['head', 'a b', /^Input "head" is "a b"/],
  [
    'state-artifact',
    '../state',
    /^Input "state-artifact" is "..\/state"\.\nExpected the name of an artifact/,
  ],
  ['github-token', '', /^Input "github-token" is ""\.\nExpected a token/],
] as const) {
  test(`refuses ${name} "${value}"`, () => rejects(read({ [name]: value }), UsageError, expected));
}

test.run();
