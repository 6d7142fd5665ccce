/** action.yml against GitHub's metadata syntax (docs.github.com, "Metadata syntax reference") and our habits. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse, parseDocument } from 'yaml';
import { assert, suite } from '../helpers/suite.ts';
import { audit } from './audit.ts';

const test = suite('workflows/action-metadata');
const text = readFileSync('action.yml', 'utf8');
const metadata = parse(text);

const IDENTIFIER = '^[a-zA-Z_][a-zA-Z0-9_-]*$';
const prose = { type: 'string', minLength: 1 };
/** Of a JavaScript action. `pre` is left out on purpose: the runner does not support it for `uses: ./`. */
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'description', 'runs'],
  properties: {
    name: prose,
    author: prose,
    // the Marketplace takes no more
    description: { type: 'string', minLength: 1, maxLength: 125 },
    inputs: {
      type: 'object',
      propertyNames: { pattern: IDENTIFIER },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['description'],
        properties: {
          description: prose,
          required: { type: 'boolean' },
          // a number or a boolean reaches the action as text all the same: say it as text
          default: { type: 'string' },
          deprecationMessage: prose,
        },
      },
    },
    outputs: {
      type: 'object',
      propertyNames: { pattern: IDENTIFIER },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['description'],
        properties: { description: prose },
      },
    },
    runs: {
      type: 'object',
      additionalProperties: false,
      required: ['using', 'main'],
      properties: {
        using: { enum: ['node24'] },
        main: { type: 'string', pattern: '^dist/[\\w./-]+\\.js$' },
        post: { type: 'string', pattern: '^dist/[\\w./-]+\\.js$' },
        'post-if': prose,
      },
    },
    branding: {
      type: 'object',
      additionalProperties: false,
      required: ['icon', 'color'],
      properties: {
        icon: { type: 'string', pattern: '^[a-z-]+$' },
        color: {
          enum: ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'],
        },
      },
    },
  },
};
const validate = new Ajv2020({ strict: true }).compile(SCHEMA);

test('is valid', () => {
  assert.equal(parseDocument(text).errors, []);
  assert.ok(validate(metadata), JSON.stringify(validate.errors));
});

test('a metadata file that is not valid is found out', () => {
  const wrong: [string, (copy: typeof metadata) => void][] = [
    ['an old runtime', (copy) => (copy.runs.using = 'node20')],
    ['an input without a description', (copy) => (copy.inputs.x = { default: '1' })],
    ['a default that is no text', (copy) => (copy.inputs.x = { description: 'x', default: 1 })],
    ['a field that no runner knows', (copy) => (copy.inputs.x = { description: 'x', type: 'string' })],
    ['a name that cannot be an input', (copy) => (copy.inputs['a b'] = { description: 'x' })],
    ['a colour that is none', (copy) => (copy.branding = { icon: 'check', color: 'pink' })],
    ['a pre step', (copy) => (copy.runs.pre = 'dist/pre.js')],
  ];
  for (const [what, change] of wrong) {
    const copy = structuredClone(metadata);
    change(copy);
    assert.not.ok(validate(copy), what);
  }
});

test('no audit finds anything', () => {
  assert.equal(audit('action.yml', text), []);
});

test('every input has its default in sight, and the token is the one of the run', () => {
  for (const [name, input] of Object.entries<{ default?: string; required?: boolean }>(metadata.inputs)) {
    assert.ok(input.default !== undefined, `${name} has no default`);
    assert.not.ok(input.required, `${name}: the runner does not enforce "required"`);
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  }
  assert.is(metadata.inputs['github-token'].default, `\${{ github.token }}`);
});

test.run();
