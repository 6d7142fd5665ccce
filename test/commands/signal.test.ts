import { evenlySpaced, readSignals, readStartSignal } from '../../src/commands/signal.ts';
import { resolveConfig } from '../../src/config.ts';
import { openRepository } from '../../src/git/run.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { adaptedPack } from '../helpers/tiny-adaptation.ts';

const test = suite('commands/signal');
const pack = openModelPack(adaptedPack(['memory']).dir);
const config = resolveConfig(temporaryFolder(), {});

async function signals(repo: GitRepo, from: string, until: string) {
  const repository = await openRepository(repo.dir);
  const found = [];
  for await (const signal of readSignals({ repository, config, pack }, { from, until })) found.push(signal);
  return found.map(({ commit, texts }) => ({ commit, targets: texts.map(({ target }) => target) }));
}

async function startSignal(repo: GitRepo, commit: string) {
  const signal = await readStartSignal({ repository: await openRepository(repo.dir), config, pack }, commit);
  return signal && { commit: signal.commit, targets: signal.texts.map(({ target }) => target) };
}

const MUTED = 'assert f() == 7  # code2lora-ignore\nassert f() == 8\n';

const asserts = (...values: (string | number)[]) =>
  values.map((value, index) => `def test_${index}():\n    assert f(${index}) == ${value}\n`).join('\n\n');

test.slow('gives what each commit added or changed itself, without what is open or muted', async () => {
  const repo = gitRepo();
  const shas = [
    repo.commit('root', { 'tests/test_a.py': asserts(1, 2), 'a.py': 'x = 1\n' }),
    repo.commit('code', { 'a.py': 'x = 2\n' }),
    repo.commit('change', {
      'tests/test_a.py': asserts(1, 3, '...'),
      'test/b.test.ts': 'expect(f()).toBe(5);\n',
    }),
    repo.commit('muted', { 'tests/test_c.py': MUTED }),
    repo.commit('move', {
      'tests/test_c.py': null,
      'tests/test_d.py': `

${MUTED}`,
    }),
  ];
  const found = await signals(repo, shas[0] as string, shas[4] as string);
  assert.equal(
    found.map(({ commit }) => commit),
    shas,
  );
  assert.equal(
    found.map(({ targets }) => targets),
    [['1', '2'], [], ['5', '3'], ['8'], []],
  );
  assert.equal(await signals(repo, shas[3] as string, shas[3] as string), [found[3]]);
});

test.slow('takes at most so many of a commit, over all of it', async () => {
  const repo = gitRepo();
  const sha = repo.commit('many', { 'tests/test_a.py': asserts(...Array(12).keys()) });
  const [signal] = await signals(repo, sha, sha);
  assert.equal(signal?.targets, ['0', '3', '6', '9'], 'the pack reads four a commit');
});

test.slow('a start begins with the tree of its first parent; a root commit has none', async () => {
  const repo = gitRepo();
  const root = repo.commit('root', { 'tests/test_a.py': asserts(1, 2, 3) });
  repo.git('switch', '--quiet', '--create', 'side');
  repo.commit('side', { 'tests/test_side.py': asserts(99) });
  repo.git('switch', '--quiet', 'main');
  const second = repo.commit('second', { 'tests/test_b.py': asserts(...Array(9).keys()) });
  repo.git('merge', '--quiet', '--no-ff', '--no-edit', 'side');
  const merge = repo.git('rev-parse', 'HEAD');
  assert.is(await startSignal(repo, root), null);
  assert.equal(await startSignal(repo, second), { commit: root, targets: ['1', '2', '3'] });
  assert.equal(await startSignal(repo, merge), {
    commit: second,
    targets: ['1', '3', '1', '3', '5', '7'],
  });
  const [merged] = await signals(repo, merge, merge);
  assert.equal(merged?.targets, ['99'], 'a merge brings what its branch has');
});

test('evenly spaced is the first of each stretch', () => {
  assert.equal(evenlySpaced([...Array(10).keys()], 4), [0, 2, 5, 7]);
  assert.equal(evenlySpaced([1, 2], 4), [1, 2]);
});

test.run();
