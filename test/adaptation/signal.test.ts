import { openSignalReader, signalCharacters } from '../../src/adaptation/signal.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { encodePrompt, encodeTarget } from '../../src/scoring/prompt.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyAdaptation, writeAdaptedPack } from '../helpers/tiny-adaptation.ts';

const test = suite('adaptation/signal');
const PROMPT_TOKENS = 12;
const adaptation = tinyAdaptation(['gru']);
const pack = openModelPack(
  writeAdaptedPack({ ...adaptation, signal: { ...adaptation.signal, promptTokens: PROMPT_TOKENS } }).dir,
);
const reader = openSignalReader(pack);
const { contextTokens, endToken, startToken } = pack.manifest.baseModel;
const tokenizer = openTokenizer(pack.path('tokenizer.json'));
const settings = { tokenizer, contextTokens, endToken, startToken };
const read = (prefix: string, target: string) => reader.read([{ prefix, target, isWhole: true }]);

test('reads prompt and value as the scorer does: white space belongs to the value, which then ends', () => {
  const prefix = 'def test_total():\n    assert total(cart) == ';
  const [example] = read(prefix, '42');
  const prompt = encodePrompt(prefix, settings);
  assert.is(prompt.space, ' ');
  assert.equal(example?.prompt, prompt.tokens.slice(-PROMPT_TOKENS));
  assert.equal(example?.target, [...encodeTarget('42', prompt, settings), endToken]);
});

test('a long text gives the same tokens from its end alone', () => {
  const text = Array.from({ length: 400 }, (_, line) => `x${line} = ${line * 17}\n`).join('');
  const prefix = `${text}assert x == `;
  const [whole] = read(prefix, '1');
  const cut = prefix.slice(-signalCharacters(PROMPT_TOKENS));
  assert.ok(cut.length < prefix.length);
  assert.equal(reader.read([{ prefix: cut, target: '1', isWhole: false }])[0], whole);
});

test('a prompt that begins its file begins with the start token, where the pack has one', () => {
  const started = writeAdaptedPack({ ...adaptation, parts: ['gru'] });
  const opened = openModelPack(started.dir);
  opened.manifest.baseModel.startToken = 1;
  const own = openSignalReader(opened);
  const text = { prefix: 'assert x ==', target: ' 1' };
  const [whole, cut] = own.read([true, false].map((isWhole) => ({ ...text, isWhole })));
  assert.equal(whole?.prompt, [1, ...(cut?.prompt ?? [])]);
});

test('what the scorer would cut is left out, and the others keep their order', () => {
  const texts = ['1', 'x + '.repeat(200), '"two"'].map((target) => ({
    prefix: 'assert y == ',
    ...{ target, isWhole: true },
  }));
  const examples = reader.read(texts);
  assert.equal(examples, [...read('assert y == ', '1'), ...read('assert y == ', '"two"')]);
});

test.run();
