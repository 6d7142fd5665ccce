/** What retrieval and resolved imports put before a prompt: a real repository, what it knew, and room for all of it. */
import type { Assertion } from '../../src/assertions/assertion.ts';
import { openDependencies } from '../../src/commands/bench-dependencies.ts';
import { openPromptRoom } from '../../src/commands/bench-prompt.ts';
import { openRetrieval, splitLines } from '../../src/commands/bench-retrieval.ts';
import { openKnownFiles } from '../../src/commands/bench-tree.ts';
import { historyAssertions } from '../../src/commands/mine-history.ts';
import type { Commit } from '../../src/git/history.ts';
import { DEFAULT_PATH_RULES as rules } from '../../src/git/paths.ts';
import { openRepository } from '../../src/git/run.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { encodePrompt } from '../../src/scoring/prompt.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { TINY, tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('commands/bench-context');
const pack = openModelPack((await tinyPack()).dir);
const room = openPromptRoom(pack);

const CART = [
  'class Cart:\n    def total(self):\n        return sum(self.prices)\n',
  'def discount(price):\n    return price - 1\n',
  'def unrelated():\n    return 0\n',
].join('\n\n');

const repo = gitRepo();
repo.commit('production', {
  'src/shop/cart.py': CART,
  'src/shop/__init__.py': 'from .cart import Cart, discount\n',
  'tests/test_old.py': 'def test_old():\n    assert discount(4) == 3\n',
  'notes.md': 'discount discount discount\n',
});
repo.commit('tests', {
  'src/shop/tax.py': 'def tax(price):\n    return price // 5\n',
  'tests/test_old.py': 'def test_old():\n    assert discount(4) == 777\n',
  'tests/test_new.py':
    'from shop import discount\nimport shop.tax\n\n\ndef test_new():\n    assert shop.tax.tax(10) + discount(8) == 9\n',
});
const { commit, assertions } = await lastCommit();
const asked = assertions.find(({ path }) => path.endsWith('test_new.py')) as Assertion;

async function lastCommit(): Promise<{ commit: Commit; assertions: Assertion[] }> {
  const repository = await openRepository(repo.dir);
  let last: { commit: Commit; assertions: Assertion[] } | undefined;
  for await (const { commit, files } of historyAssertions(repository, { range: { until: 'HEAD' }, rules })) {
    last = { commit, assertions: [] };
    for await (const { assertions } of files) last.assertions.push(...assertions);
  }
  return last as { commit: Commit; assertions: Assertion[] };
}

test.slow('known is production code at the commit, and tests before it', async () => {
  await using files = openKnownFiles(await openRepository(repo.dir), rules);
  const known = await files.at(commit);
  assert.equal(
    known.map(({ path, kind }) => `${kind} ${path}`),
    [
      'production src/shop/__init__.py',
      'production src/shop/cart.py',
      'production src/shop/tax.py',
      'test tests/test_old.py',
    ],
  );
  const old = known.find(({ kind }) => kind === 'test');
  assert.match(old ? await files.read(old) : '', /== 3/, 'not 777, which the commit itself wrote');
});

test.slow('imports are followed to the definition, through packages that pass names on', async () => {
  await using files = openKnownFiles(await openRepository(repo.dir), rules);
  const wide = { count: (text: string) => text.length / 4, pieceTokens: 500 };
  const pieces = await openDependencies(files, wide).piecesFor(commit, asked);
  assert.equal(pieces, [
    '# src/shop/cart.py\ndef discount(price):\n    return price - 1',
    '# src/shop/tax.py\ndef tax(price):\n    return price // 5',
  ]);
});

test.slow('a definition that is too long for its room comes as its signature', async () => {
  await using files = openKnownFiles(await openRepository(repo.dir), rules);
  const narrow = { count: (text: string) => text.length, pieceTokens: 20 };
  const pieces = await openDependencies(files, narrow).piecesFor(commit, asked);
  assert.equal(pieces, ['# src/shop/cart.py\ndef discount(price):', '# src/shop/tax.py\ndef tax(price):']);
});

test.slow('retrieval finds what is like the end of the prompt, and nothing that stands in it', async () => {
  await using files = openKnownFiles(await openRepository(repo.dir), rules);
  const retrieval = openRetrieval(files, { pieceTokens: 60 });
  const pieces = await retrieval.piecesFor(commit, asked.prefix);
  assert.equal(
    pieces.map((piece) => piece.split('\n')[0]),
    ['# src/shop/__init__.py', '# tests/test_old.py', '# src/shop/tax.py'],
  );
  assert.match(pieces[1] ?? '', /== 3$/, 'as it was before the commit');
  const tax = 'def tax(price):\n    return price // 5';
  assert.ok(pieces[2]?.endsWith(tax));
  const again = await retrieval.piecesFor(commit, `${tax}\n\n${asked.prefix}`);
  assert.is(again.length, 3);
  assert.not.ok(again.some((piece) => piece.includes(tax)));
});

test('pieces are whole lines of a size', () => {
  assert.equal(splitLines('aa\nbb\n\ncccccccc\ndd', 5), ['aa\nbb', 'ccccc', 'dd']);
});

test('pieces and the end of the file fit into what the model reads, pieces first', () => {
  const { tokenizer: file, contextTokens, endToken, startToken } = pack.manifest.baseModel;
  const settings = { tokenizer: openTokenizer(pack.path(file)), contextTokens, endToken, startToken };
  const prefix = Array.from({ length: 300 }, (_, line) => `line ${line} of the file`).join('\n');
  const pieces = Array.from({ length: 9 }, (_, piece) => `piece ${piece}\n${'more of it\n'.repeat(2)}`);
  const prompt = room.withPieces(pieces, `${prefix}\nassert total == `);
  const read = settings.tokenizer.decode(encodePrompt(prompt, settings).tokens);
  assert.ok(read.startsWith('piece 0'), read.slice(0, 40));
  assert.ok(prompt.endsWith('line 299 of the file\nassert total == '));
  assert.is(read, prompt.trimEnd(), 'nothing is cut');
  const before = prompt.slice(0, prompt.indexOf('line '));
  assert.ok(room.count(before) <= room.pieceTokens && room.count(prompt) <= TINY.contextTokens);
});

test('without pieces, or with a short file, nothing is lost', () => {
  assert.is(room.withPieces([], 'a == '), 'a == ');
  assert.is(room.withPieces(['piece'], 'a == '), 'piece\n\na == ');
  const long = `x = "${'word '.repeat(900)}`;
  const kept = room.withPieces([], long);
  assert.ok(kept.length > 0 && long.endsWith(kept) && room.count(kept) <= TINY.contextTokens);
});

test.run();
