import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyTokenizer } from '../helpers/tiny-tokenizer.ts';

const test = suite('runtime/tokenizer');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-tokenizer-'));
test.after(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'tokenizer.json');
writeFileSync(path, JSON.stringify(tinyTokenizer().file));
const tokenizer = openTokenizer(path);

test('gives back the text: spaces before points, tabs, line ends, any script, emoji', () => {
  for (const text of [' . , a .', 'a\r\n\tb  \n\n c', 'é 漢字 😀 ‍', "don't", '\u0000\u007f', '']) {
    assert.is(tokenizer.decode(tokenizer.encode(text)), text);
  }
});

test('composes characters before it encodes, as Qwen2 does', () => {
  assert.equal(tokenizer.encode('e\u0301'), tokenizer.encode('é'));
});

test('uses the merges', () => {
  assert.equal(tokenizer.encode('assert x == 1').map(tokenizer.tokenText), [
    'assert',
    ' ',
    'x',
    ' ==',
    ' ',
    '1',
  ]);
});

test('encodes the text of a special token as ordinary characters', () => {
  const ids = tokenizer.encode('a<|endoftext|>b');
  assert.not.ok(ids.includes(0));
  assert.is(tokenizer.decode(ids), 'a<|endoftext|>b');
});

test('decodes special tokens and unknown ids to nothing, parts of characters to U+FFFD', () => {
  assert.is(tokenizer.tokenText(0), '');
  assert.is(tokenizer.tokenText(99_999), '');
  assert.is(tokenizer.decode([]), '');
  const [first] = tokenizer.encode('é');
  assert.is(tokenizer.tokenText(first as number), '\ufffd');
});

test('knows the size of its vocabulary', () => {
  assert.is(tokenizer.vocabularySize, tinyTokenizer().vocabularySize);
});

test('names the file when it is missing, not JSON or not a tokeniser', () => {
  for (const content of [undefined, '{', '[]', '{"model":{"type":"Nonsense"}}', 'null']) {
    const broken = join(folder, 'broken.json');
    rmSync(broken, { force: true });
    if (content !== undefined) writeFileSync(broken, content);
    assert.throws(
      () => openTokenizer(broken),
      (error: unknown) =>
        error instanceof ModelError && /Cannot read the tokeniser .*broken.json/.test(error.message),
    );
  }
});

test.run();
