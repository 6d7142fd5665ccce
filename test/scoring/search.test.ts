import { greatest, type Hypothesis, search } from '../../src/scoring/search.ts';
import { createVocabulary, joinedProbability, stopProbability } from '../../src/scoring/vocabulary.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/search');

/** Token 0 ends the text. */
const TOKENS = ['', '4', '2', '42', ')', '"', 'a', '")', ' ', ',', '[', ']', '\n', '\uFFFD', ' )'];
const tokenizer = {
  encode: () => [],
  decode: (ids: readonly number[]) => ids.map((id) => TOKENS[id] as string).join(''),
  tokenText: (id: number) => TOKENS[id] as string,
  vocabularySize: TOKENS.length,
};
const vocabulary = createVocabulary(tokenizer, { endToken: 0 });

type Distribution = Record<string, number>;

/** A row from probabilities by token text; `end` is the end token, the rest is impossible. */
function row(distribution: Distribution): Float32Array {
  const probabilities = TOKENS.map((text, token) => distribution[token === 0 ? 'end' : text] ?? 0);
  return Float32Array.from(probabilities, Math.log);
}

/** Searches in a model that is a table: text so far → distribution of the next token. */
function searchTable(table: Record<string, Distribution>, { count = 5, maxTokens = 8 } = {}) {
  const widths: number[] = [];
  const expand = async (hypotheses: readonly Hypothesis[]) => {
    widths.push(hypotheses.length);
    return hypotheses.map(({ text }) => row(table[text] ?? { end: 1 }));
  };
  const settings = { vocabulary, language: 'typescript', count, maxTokens, expand } as const;
  return search(row(table[''] as Distribution), settings).then((result) => ({ ...result, widths }));
}

const near = (value: number | undefined, expected: number) =>
  assert.ok(Math.abs((value ?? Number.NaN) - expected) < 1e-6, `${value} is not ${expected}`);

test('multiplies the tokens and the probability of stopping', async () => {
  const { candidates, greedy } = await searchTable({
    '': { '4': 0.8, a: 0.2 },
    '4': { '2': 0.5, end: 0.3, ')': 0.1, ' )': 0.05, a: 0.05 },
    '42': { end: 0.6, ',': 0.2, a: 0.2 },
    a: { '\n': 0.9, '4': 0.1 },
  });
  const byText = Object.fromEntries(candidates.map(({ text, probability }) => [text, probability]));
  near(byText['42'], 0.8 * 0.5 * 0.8);
  near(byText['4'], 0.8 * (0.3 + 0.1 + 0.05));
  near(byText.a, 0.2 * 0.9);
  assert.equal(candidates.map(({ text }) => text).slice(0, 3), ['4', '42', 'a']);
  assert.is(greedy, '42');
});

test('adds up the paths to the same text', async () => {
  const { candidates } = await searchTable({
    '': { '4': 0.5, '42': 0.3, ' ': 0.2 },
    '4': { '2': 1 },
    ' ': { '42': 1 },
  });
  assert.is(candidates.length, 1);
  assert.is(candidates[0]?.text, '42');
  near(candidates[0]?.probability, 1);
});

test('cuts a token that holds the end in its middle', async () => {
  const { candidates, greedy } = await searchTable({
    '': { '"': 1 },
    '"': { a: 1 },
    '"a': { '")': 0.7, '"': 0.3 },
    '"a"': { ')': 0.5, a: 0.5 },
  });
  near(candidates.find(({ text }) => text === '"a"')?.probability, 0.7 + 0.3 * 0.5);
  assert.is(greedy, '"a"');
});

test('does not stop inside of brackets', async () => {
  const { candidates, greedy } = await searchTable({
    '': { '[': 1 },
    '[': { '4': 1 },
    '[4': { ',': 0.6, end: 0.2, ')': 0.2 },
    '[4,': { '2': 1 },
    '[4,2': { ']': 1 },
  });
  assert.equal(
    candidates.map(({ text }) => text),
    ['[4,2]'],
  );
  near(candidates[0]?.probability, 0.6);
  assert.is(greedy, '[4,2]');
});

test('an empty value and parts of characters are no candidates', async () => {
  const { candidates } = await searchTable({
    '': { end: 0.2, ')': 0.2, '\uFFFD': 0.3, '4': 0.3 },
    '\uFFFD': { end: 1 },
  });
  assert.equal(
    candidates.map(({ text }) => text),
    ['4'],
  );
});

test('follows the greedy path even where another one wins', async () => {
  const { candidates, greedy, widths } = await searchTable(
    {
      '': { '4': 0.6, a: 0.4 },
      '4': { '4': 0.3, '2': 0.25, a: 0.25, '"': 0.2 },
      '44': { '2': 0.6, '4': 0.4 },
    },
    { count: 1 },
  );
  assert.is(candidates[0]?.text, 'a');
  near(candidates[0]?.probability, 0.4);
  assert.is(greedy, '442');
  assert.ok(Math.max(...widths) <= 3);
});

test('gives the greedy text up to the last allowed token when it does not end', async () => {
  const endless = { '': { '4': 1 }, '4': { '4': 1 }, '44': { '4': 1 }, '444': { '4': 1 } };
  const { candidates, greedy, widths } = await searchTable(endless, { maxTokens: 3 });
  assert.equal(candidates, []);
  assert.is(greedy, '444');
  assert.is(widths.length, 3);
});

test('a value of exactly the allowed length can still end', async () => {
  const table = { '': { '4': 1 }, '4': { '2': 1 }, '42': { end: 1 } };
  const { candidates, greedy } = await searchTable(table, { maxTokens: 2 });
  assert.equal(
    candidates.map(({ text }) => text),
    ['42'],
  );
  assert.is(greedy, '42');
});

test('sums the end token and all terminators', () => {
  const values = row({ end: 0.1, ')': 0.2, ' )': 0.05, ',': 0.05, '")': 0.3, '4': 0.3 });
  near(stopProbability(values, { vocabulary, language: 'typescript' }), 0.4);
});

test('sums the tokens that hold the last token and the end in one', () => {
  const values = row({ '"': 0.3, '")': 0.5, ')': 0.1, end: 0.1 });
  near(joinedProbability(values, { token: TOKENS.indexOf('"'), vocabulary, language: 'python' }), 0.5);
  near(joinedProbability(values, { token: TOKENS.indexOf('4'), vocabulary, language: 'python' }), 0);
});

test('finds the greatest values, the first of equal ones first', () => {
  assert.equal(greatest(Float32Array.of(1, 5, 3, 5, 2), 3), [1, 3, 2]);
  assert.equal(greatest(Float32Array.of(1, 2), 5), [1, 0]);
});

test.run();
