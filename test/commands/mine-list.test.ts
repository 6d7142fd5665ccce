/** The list of repositories: what its lines mean, splits that follow from names, shards that follow from lines. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Listed, readRepositoryList, splitOf, takeShard } from '../../src/commands/mine-list.ts';
import { UsageError } from '../../src/errors.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/mine-list');
const folder = temporaryFolder();

function listOf(text: string): Listed[] {
  const path = join(folder, 'list.tsv');
  writeFileSync(path, text);
  return readRepositoryList(path);
}

/** Fails unless the list is refused with a message like this. */
function refuses(text: string, message: RegExp): void {
  try {
    listOf(text);
  } catch (error) {
    assert.instance(error, UsageError);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`${JSON.stringify(text)} was read`);
}

test('a line is a name on GitHub, an address or a folder', () => {
  const listed = listOf(
    [
      'octo/cart',
      'https://gitlab.example/group/team/shop.git',
      'git@git.example:octo/till.git',
      'ssh://git@git.example:2222/~octo/rack',
      'file:///srv/git/octo/bin.git/',
      './clones/shelf.git',
      '/srv/work/box',
    ].join('\n'),
  );
  assert.equal(
    listed.map(({ name, from }) => [name, 'folder' in from ? from.folder : from.place]),
    [
      ['octo/cart', 'github.com/octo/cart.git'],
      ['team/shop', 'gitlab.example/group/team/shop.git'],
      ['octo/till', 'git.example/octo/till.git'],
      ['~octo/rack', 'git.example/~octo/rack.git'],
      ['octo/bin', 'local/srv/git/octo/bin.git'],
      ['shelf', join(folder, 'clones', 'shelf.git')],
      ['box', '/srv/work/box'],
    ],
  );
});

test('columns are repository, split and commit, or what the first line calls them', () => {
  const facts = (text: string) => listOf(text).map(({ name, split, revision }) => [name, split, revision]);
  const wanted = [
    ['octo/a', 'held-out', 'abc123'],
    ['octo/b', splitOf('octo/b'), null],
  ];
  assert.equal(facts('# ours\n\nocto/a\theld-out\tabc123\r\nocto/b\n'), wanted);
  assert.equal(
    facts(
      '\uFEFFrole\tlanguage\trepository\tlicence\tcommit\nheld-out\tpython\tocto/a\tMIT\tabc123\n\t\tocto/b\n',
    ),
    wanted,
  );
  assert.equal(facts('name\trepository\tsplit\nocto/a\t./here\ttrain\n'), [['octo/a', 'train', null]]);
  assert.equal(facts('# nothing\n'), []);
});

test('what cannot be understood is refused with its line', () => {
  refuses('octo/a\njust-a-word\n', /list\.tsv, line 2: "just-a-word" is no repository/);
  refuses('https://me:secret@git.example/o/r', /"https:\/\/me:…@git\.example\/o\/r" is no repository/);
  refuses('https://git.example/o/../../r', /is no repository/);
  refuses('octo/..', /"octo\/\.\." is no repository/);
  refuses('./with blank\n', /line 1: "with blank" cannot be the name[\s\S]*column "name"/);
  refuses('name\trepository\n../up\tocto/a\n', /line 2: "\.\.\/up" cannot be the name/);
  refuses('octo/a\tfor training\n', /"for training" is no split/);
  refuses('octo/a\nocto/b\nhttps://github.com/Octo/A.git', /line 3: "Octo\/A" stands in line 1 too/);
  assert.throws(() => readRepositoryList(join(folder, 'none.tsv')), /Cannot read the list .*none\.tsv/);
});

test('the split follows from the name, eight to one to one, whatever its case', () => {
  const counts: Record<string, number> = {};
  for (let index = 0; index < 5000; index += 1) {
    const split = splitOf(`octo/repository-${index}`);
    counts[split] = (counts[split] ?? 0) + 1;
  }
  for (const [split, share] of Object.entries({ train: 0.8, validation: 0.1, test: 0.1 }))
    assert.ok(Math.abs((counts[split] ?? 0) / 5000 - share) < 0.02, `${split}: ${counts[split]}`);
  assert.is(splitOf('Octo/Cart'), splitOf('octo/cart'));
  // documented, and data sets depend on it
  assert.equal(['octo/cart', 'octo/a', 'octo/11'].map(splitOf), ['train', 'validation', 'test']);
});

test('shards are even, and together the list', () => {
  const entries = Array.from({ length: 23 }, (_, index) => index);
  for (const count of [1, 4, 23, 40]) {
    const shards = Array.from({ length: count }, (_, index) => takeShard(entries, `${index + 1}/${count}`));
    assert.equal(
      shards.flat().sort((a, b) => a - b),
      entries,
    );
    const sizes = shards.map(({ length }) => length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }
  assert.equal(takeShard(entries, undefined), entries);
  for (const shard of ['0/4', '5/4', '1', '1/0', '-1/4', 'a/b', '1/4/2'])
    assert.throws(() => takeShard(entries, shard), /is no shard/);
});

test.run();
