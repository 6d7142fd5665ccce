/** A patch → the lines at head that GitHub calls the RIGHT side. */
import { headLines } from '../../src/github/patch-lines.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('patch lines');

const read = (patch: string) => [...headLines(patch.split('\n'))];

test('counts added and context lines, over several hunks', () => {
  const patch =
    '@@ -1,3 +1,4 @@\n one\n-two\n+TWO\n+two and a half\n three\n@@ -10 +11 @@ def f():\n-ten\n+TEN';
  assert.equal(read(patch), [
    [1, 'one'],
    [2, 'TWO'],
    [3, 'two and a half'],
    [4, 'three'],
    [11, 'TEN'],
  ]);
});

test('a deleted file has no lines', () => {
  assert.equal(read('@@ -1,2 +0,0 @@\n-one\n-two'), []);
});

test('passes over the mark for a missing newline', () => {
  const patch = '@@ -1 +1 @@\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file';
  assert.equal(read(patch), [[1, 'new']]);
});

test('takes the carriage return for the line ending that it is, and only the last one', () => {
  assert.equal(read('@@ -0,0 +1,2 @@\n+a\r\n+b\r\r'), [
    [1, 'a'],
    [2, 'b\r'],
  ]);
});

test('keeps content that looks like a patch', () => {
  assert.equal(read('@@ -0,0 +1,4 @@\n+@@ -5 +5 @@\n+diff --git a/x b/x\n+-- a\n+\\ No newline'), [
    [1, '@@ -5 +5 @@'],
    [2, 'diff --git a/x b/x'],
    [3, '-- a'],
    [4, '\\ No newline'],
  ]);
});

test('reads no further than the hunk says', () => {
  assert.equal(read('@@ -1 +1 @@\n+one\n+two\n three'), [[1, 'one']]);
});

test.run();
