import { spliceValue } from '../../src/assertions/assertion.ts';
import { parses } from '../../src/assertions/extract.ts';
import { mutateAssertion } from '../../src/assertions/mutate.ts';
import { isSameValue } from '../../src/assertions/mutate-same.ts';
import type { Mutation } from '../../src/assertions/mutation.ts';
import { createRandom } from '../../src/runtime/random.ts';
import { assert, suite } from '../helpers/suite.ts';
import { readOne } from './read.ts';

const test = suite('assertions/mutate');
const SEEDS = Array.from({ length: 60 }, (_, index) => `seed ${index}`);

const PYTHON_FILE = `from shapes import Color
LIMIT = 250
names = ["apple", 'banana split', f"{LIMIT} pears"]
result = total(names)
expected = Color.RED
other = Color.BLUE
`;
const SCRIPT_FILE = `const names = ['apple', "banana split", \`\${limit} pears\`];
const result = total(names), expected = Color.RED, other = Color.BLUE;
`;

const python = (target: string) => ({ path: 'test_a.py', text: `${PYTHON_FILE}assert f(x) == ${target}\n` });
const script = (target: string) => ({
  path: 'a.test.ts',
  text: `${SCRIPT_FILE}expect(f(x)).toEqual(${target});\n`,
});

async function mutate(
  { path, text }: { path: string; text: string },
  seed: string,
): Promise<Mutation | null> {
  return mutateAssertion(await readOne(path, text), createRandom(seed));
}

/** What the seeds give, each once. */
async function allOf(source: { path: string; text: string }): Promise<Mutation[]> {
  const assertion = await readOne(source.path, source.text);
  const made = SEEDS.flatMap((seed) => mutateAssertion(assertion, createRandom(seed)) ?? []);
  return [...new Map(made.map((mutation) => [mutation.value, mutation])).values()];
}

const valuesOf = async (source: { path: string; text: string }): Promise<string[]> =>
  (await allOf(source)).map(({ value }) => value).sort();

test('the same seed gives the same mistake, and seeds give others', async () => {
  const source = python('"a pear"');
  assert.equal(await mutate(source, 'a'), await mutate(source, 'a'));
  assert.ok((await allOf(source)).length > 5);
});

test('a number keeps its form: whole, or with as many decimals', async () => {
  for (const value of await valuesOf(python('41'))) assert.match(value, /^-?\d+$/);
  for (const value of await valuesOf(python('0.50'))) assert.match(value, /^-?\d+\.\d\d$/);
  assert.equal(new Set((await allOf(python('41'))).map(({ how }) => how)).size, 6);
  const some = await valuesOf(python('41'));
  for (const value of ['40', '42', '-41', '82', '0', '250']) assert.ok(some.includes(value), value);
});

test('zero has no other sign, and twice zero is zero', async () => {
  const hows = new Set((await allOf(python('0'))).map(({ how }) => how));
  assert.equal(hows.has('other sign') || hows.has('doubled') || hows.has('zero'), false);
});

test('a large number does not lose its last digits', async () => {
  const values = await valuesOf(python('9007199254740993'));
  assert.ok(values.includes('9007199254740994') && values.includes('18014398509481986'));
});

test('numbers in other notations change by a digit', async () => {
  for (const value of await valuesOf(script('0x1F'))) assert.match(value, /^0x\d[F\d]$|^0x\dF$/);
  for (const value of await valuesOf(python('1e3'))) assert.match(value, /^\de3$|^250$/);
  for (const value of await valuesOf(script('10n'))) assert.match(value, /^-?\d+n$/);
});

test('a boolean becomes the other one; nothing becomes another nothing', async () => {
  assert.equal(await valuesOf(python('True')), ['False']);
  assert.equal(await valuesOf(script('false')), ['true']);
  assert.ok((await valuesOf(python('None'))).includes('False'));
  assert.ok((await valuesOf(script('undefined'))).includes('null'));
});

test('a string keeps its quotes, its escapes and what it computes', async () => {
  for (const value of await valuesOf(python(String.raw`'tab\t and {x}'`))) {
    assert.match(value, /^'.*'$/);
    assert.ok(value.includes(String.raw`\t`) || value.includes('banana') || value === `'apple'`, value);
  }
  for (const value of await valuesOf(python('f"{count} pears"'))) {
    assert.ok(value.startsWith('f"') && /\{count\}|apple|banana/.test(value), value);
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  for (const value of await valuesOf(script('`${count} pears`'))) assert.match(value, /^`.*`$/);
});

test('a string becomes another word, case, character, or another string of the file', async () => {
  const hows = new Set((await allOf(python("'one pear'"))).map(({ how }) => how));
  assert.equal([...hows].sort(), ['another of the file', 'one character off', 'other case', 'other word']);
});

test('a name becomes one that looks alike, a member another member', async () => {
  assert.equal(await valuesOf(python('expected')), ['names', 'other', 'result', 'shapes', 'x']);
  assert.equal(await valuesOf(script('Color.RED')), ['Color.BLUE']);
  assert.ok((await valuesOf(python('str'))).includes('int'));
});

test('an exception becomes one that is neither above nor below it', async () => {
  const raises = (name: string) => ({ path: 'test_a.py', text: `with pytest.raises(${name}):\n    f()\n` });
  const values = await valuesOf(raises('KeyError'));
  assert.ok(values.includes('ValueError'));
  for (const related of ['LookupError', 'Exception', 'KeyError'])
    assert.ok(!values.includes(related), related);
  assert.ok(!(await valuesOf(raises('OSError'))).includes('FileNotFoundError'));
  for (const value of await valuesOf(raises('UserWarning'))) assert.match(value, /Warning$/);
  assert.ok(!(await valuesOf(script('TypeError'))).includes('Error'));
});

test('of a larger value one part changes; keys and what is called stay', async () => {
  for (const value of await valuesOf(python("{'apple': 1}"))) assert.match(value, /^\{'apple': -?\d+\}$/);
  for (const value of await valuesOf(script('total([7])'))) assert.match(value, /^total\(\[\d+\]\)$/);
  for (const value of await valuesOf(python('-x[1] + 5'))) assert.match(value, /^-x\[\d+\] \+ \d+$/);
  assert.ok((await valuesOf(python('[]'))).includes('{}'));
});

test('never gives the written value in another spelling', async () => {
  const same: [string, string][] = [
    ['1_000', '1000'],
    ['1.0', '1'],
    ['0x10', '16'],
    ['-0', '0'],
    ['"it\'s"', `'it\\'s'`],
    ['[1, 2, ]', '[1,2]'],
    ['u"a"', "'a'"],
    ['IOError', 'OSError'],
  ];
  for (const [a, b] of same) assert.ok(isSameValue(a, b, 'python'), `${a} and ${b}`);
  for (const [a, b] of [
    ['"a"', '"A"'],
    ['1', '-1'],
    ['b"a"', '"a"'],
    ['9007199254740993', '9007199254740992'],
  ] as const)
    assert.not.ok(isSameValue(a, b, 'python'), `${a} and ${b}`);
});

test.slow('what it writes is another value, of the same kind, in a file that parses', async () => {
  const values = [
    [
      '41',
      '-1.5',
      'None',
      'True',
      '"a b"',
      "r'\\d+ x'",
      '"""two words"""',
      'expected',
      'Color.RED',
      '[1, "b"]',
    ],
    ['(1, 2)', "{'a': None}", 'total(1, key="v")', '[x for x in names if x > 1]', '(lambda: 3)()', '{}'],
  ].flat();
  for (const target of values) {
    const source = python(target);
    const assertion = await readOne(source.path, source.text);
    for (const { value } of await allOf(source)) {
      assert.not.ok(isSameValue(value, target, 'python'), `${target} became ${value}`);
      const changed = spliceValue(source.text, assertion, value);
      assert.ok(await parses(source.path, changed), `${target} became ${value}`);
    }
  }
});

test('leaves alone what is open, a whole condition, and what has no part to change', async () => {
  const whole = { path: 'test_a.py', text: 'assert is_valid(x)\n' };
  const open = { path: 'test_a.py', text: 'assert x ==\n' };
  for (const source of [whole, open, python('f()'), script('/a "b"+/'), script('f(/a 1/)')])
    assert.is(await mutate(source, 'a'), null, source.text);
});

test.run();
