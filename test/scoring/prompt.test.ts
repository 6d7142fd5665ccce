import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { encodePrompt, encodeTarget, firstToken, targetLimit } from '../../src/scoring/prompt.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('scoring/prompt');
const tokenizer = openTokenizer(`${(await tinyPack()).dir}/tokenizer.json`);
const settings = { tokenizer, contextTokens: 128, endToken: 0, startToken: null };
const decode = (tokens: readonly number[]) => tokenizer.decode(tokens);

test('spaces and tabs before the value belong to the value', () => {
  const prompt = encodePrompt('assert x == \t', settings);
  assert.is(decode(prompt.tokens), 'assert x ==');
  assert.is(prompt.space, ' \t');
  assert.is(decode(encodeTarget('42', prompt, settings)), ' \t42');
});

test('line breaks before the value stay in the prompt', () => {
  const prompt = encodePrompt('toBe(\n    ', settings);
  assert.is(decode(prompt.tokens), 'toBe(\n');
  assert.is(decode(encodeTarget('42', prompt, settings)), '    42');
});

test('prompt and target are tokenised apart', () => {
  const prompt = encodePrompt('a=', settings);
  assert.equal(encodeTarget('=', prompt, settings), tokenizer.encode('='));
  assert.is.not(tokenizer.encode('a==').length, prompt.tokens.length + 1);
});

test('an empty prompt is the end token', () => {
  assert.equal(encodePrompt('  ', settings), { tokens: [0], space: '  ' });
});

test('a start token comes first while the whole file fits, and is the prompt of an empty one', () => {
  const started = { ...settings, startToken: 7 };
  const plain = encodePrompt('assert x ==', settings).tokens;
  assert.equal(encodePrompt('assert x ==', started).tokens, [7, ...plain]);
  assert.equal(encodePrompt(' ', started), { tokens: [7], space: ' ' });
  const longest = tokenizer.decode(Array.from({ length: 111 }, () => tokenizer.encode('z')[0] as number));
  assert.is(encodePrompt(longest, started).tokens.length, 112);
});

test('a prompt that lost the start of its file has no start token', () => {
  const started = { ...settings, startToken: 7 };
  // One token too long by its tokens, then too long by its characters.
  for (const text of ['z'.repeat(112), 'assert a == 1\n'.repeat(5000)]) {
    const { tokens } = encodePrompt(text, started);
    assert.not.ok(tokens.includes(7), `${tokens.length} tokens`);
    assert.ok(tokens.length > 90 && tokens.length <= 112);
  }
});

test('a long prompt loses its start in steps of an eighth of the context', () => {
  assert.is(targetLimit(512), 64);
  assert.is(firstToken(448, 512), 0);
  assert.is(firstToken(449, 512), 64);
  assert.is(firstToken(512, 512), 64);
  assert.is(firstToken(513, 512), 128);
  for (let count = 0; count < 2000; count += 7) {
    const rest = count - firstToken(count, 512);
    assert.ok(rest <= 448 && rest >= Math.min(count, 385), `${count}`);
  }
});

test.slow('prompts of neighbouring places begin with the same token', () => {
  const lines = Array.from({ length: 200 }, (_, line) => `assert x${line} == ${line}\n`);
  const starts = new Set<string>();
  for (let line = 100; line < 116; line += 1) {
    const { tokens } = encodePrompt(lines.slice(0, line).join(''), settings);
    assert.ok(tokens.length <= 112);
    starts.add(decode(tokens.slice(0, 20)));
  }
  assert.ok(starts.size < 14, `${starts.size} starts`);
});

test('a very long prefix is cut at a line before it is tokenised', () => {
  const text = 'assert a == 1\n'.repeat(50_000);
  const begun = performance.now();
  const { tokens } = encodePrompt(text, settings);
  assert.ok(performance.now() - begun < 100);
  assert.equal(tokens.slice(-8), tokenizer.encode(text.slice(-28)).slice(-8));
  assert.ok(encodePrompt('a'.repeat(5000), settings).tokens.length > 90);
});

test('a long target is cut to what the context leaves', () => {
  const prompt = encodePrompt('assert x ==', settings);
  assert.is(encodeTarget('1234567890'.repeat(5), prompt, settings).length, 16);
});

test.run();
