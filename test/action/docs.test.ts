/** The README tells what action.yml says. */
import { readFileSync } from 'node:fs';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('documentation of the Action');
const { withTables } = (await import(new URL('../../scripts/action-docs.js', import.meta.url).href)) as {
  withTables: (readme: string, action: string) => string;
};
const readme = readFileSync('README.md', 'utf8');
const action = readFileSync('action.yml', 'utf8');

test('the tables of inputs and outputs in the README are current', () => {
  assert.is(withTables(readme, action), readme, 'run "node scripts/action-docs.js"');
});

test('a changed default would be seen', () => {
  assert.is.not(withTables(readme, action.replace('default: auto', 'default: cpu')), readme);
});

test('a README without the markers is an error', () => {
  assert.throws(() => withTables('# code2lora', action), /no place for the inputs/);
});

test.run();
