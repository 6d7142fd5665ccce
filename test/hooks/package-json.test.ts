import { reverseChange } from '../../src/hooks/file-edits.ts';
import { addToPrepare, listsPackage } from '../../src/hooks/package-json.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('hooks/package-json');

/** [text before, text after] */
const CASES: Record<string, [string, string]> = {
  'two spaces': [
    '{\n  "name": "a",\n  "scripts": {\n    "test": "uvu"\n  }\n}\n',
    '{\n  "name": "a",\n  "scripts": {\n    "test": "uvu",\n    "prepare": "husky"\n  }\n}\n',
  ],
  'tabs, no line end': [
    '{\n\t"scripts": {\n\t\t"a": "b"\n\t}\n}',
    '{\n\t"scripts": {\n\t\t"a": "b",\n\t\t"prepare": "husky"\n\t}\n}',
  ],
  'windows line ends': [
    '{\r\n  "scripts": {\r\n    "a": "b"\r\n  }\r\n}\r\n',
    '{\r\n  "scripts": {\r\n    "a": "b",\r\n    "prepare": "husky"\r\n  }\r\n}\r\n',
  ],
  'one line': ['{"scripts":{"a":"b"},"n":1.50}', '{"scripts":{"a":"b","prepare": "husky"},"n":1.50}'],
  'no scripts': ['{\n  "name": "a"\n}\n', '{\n  "name": "a",\n  "scripts": { "prepare": "husky" }\n}\n'],
  'empty scripts': ['{ "scripts": {} }\n', '{ "scripts": {"prepare": "husky"} }\n'],
  empty: ['{}', '{"scripts": { "prepare": "husky" }}'],
  'a prepare script': [
    '{ "scripts": { "prepare": "npm run build", "x": "y" } }',
    '{ "scripts": { "prepare": "npm run build && husky", "x": "y" } }',
  ],
  'braces and quotes in strings': [
    '{ "scripts": { "a": "echo \\"}{\\" \\\\" } , "b": [1, {"prepare": 2}] }',
    '{ "scripts": { "a": "echo \\"}{\\" \\\\", "prepare": "husky" } , "b": [1, {"prepare": 2}] }',
  ],
};

for (const [name, [before, after]] of Object.entries(CASES)) {
  test(`adds husky and keeps the rest of the text: ${name}`, () => {
    assert.is(addToPrepare(before, 'husky'), after);
    assert.is(addToPrepare(after, 'husky'), after);
    assert.is(reverseChange(after, before, after), before);
  });
}

test('leaves alone what it does not understand', () => {
  for (const text of [
    '',
    'not json',
    '[]',
    '{ "scripts": { "prepare": 1 } }',
    '{ "scripts": [] }',
    '{"scripts":{"a":"b"},"scripts":{"c":"d"}}',
  ]) {
    assert.is(addToPrepare(text, 'husky'), undefined, text);
  }
});

test('undoes its change in a text that has changed elsewhere', () => {
  const [before, after] = CASES['two spaces'] ?? ['', ''];
  assert.is(
    reverseChange(after.replace('"a"', '"renamed"'), before, after),
    before.replace('"a"', '"renamed"'),
  );
  assert.is(reverseChange(after.replace('husky', 'other'), before, after), undefined);
});

test('finds a package in the dependency lists only', () => {
  assert.ok(listsPackage('{"devDependencies":{"husky":"9"}}', 'husky'));
  assert.not(listsPackage('{"scripts":{"husky":"9"}}', 'husky'));
  assert.not(listsPackage('broken', 'husky'));
});

test.run();
