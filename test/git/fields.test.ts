import { readFields, Splitter } from '../../src/git/fields.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/fields');
const texts = (splitter: Splitter, chunk: string) =>
  splitter.push(Buffer.from(chunk)).map(({ bytes, isCut }) => (isCut ? `${bytes}…` : bytes.toString()));

test('joins a piece that arrives in several chunks', () => {
  const splitter = new Splitter(10, 100);
  assert.equal(texts(splitter, 'one\ntw'), ['one']);
  assert.equal(texts(splitter, 'o'), []);
  assert.equal(texts(splitter, '\n\nthree\n'), ['two', '', 'three']);
  assert.equal(texts(splitter, '\n'), ['']);
});

test('keeps the beginning of a piece that is too long, and says so', () => {
  const splitter = new Splitter(10, 5);
  assert.equal(texts(splitter, 'abc'), []);
  assert.equal(texts(splitter, 'defgh'), []);
  assert.equal(texts(splitter, 'ij\n12345\n123456\n'), ['abcde…', '12345', '12345…']);
});

test('drops what came after the last NUL: git ends every field with one', async () => {
  async function* chunks() {
    yield Buffer.from('a\0é');
    yield Buffer.from([0xff, 0, 0]);
    yield Buffer.from('rest');
  }
  const fields: string[] = [];
  for await (const field of readFields(chunks())) fields.push(field);
  assert.equal(fields, ['a', 'é\uFFFD', '']);
});

test.run();
