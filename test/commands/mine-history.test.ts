/** What a walk finds, held against a comparison of each commit with its parent that remembers nothing. */
import { historyAssertions } from '../../src/commands/mine-history.ts';
import { selectRange } from '../../src/commands/selection.ts';
import { DEFAULT_PATH_RULES } from '../../src/git/paths.ts';
import { openRepository } from '../../src/git/run.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { testsOf } from './mined-repos.ts';

const test = suite('commands/mine-history');
const rules = DEFAULT_PATH_RULES;

/** A test file is renamed, its mode changed, deleted, brought back, broken; a side branch is merged. */
function livelyRepo() {
  const repo = gitRepo();
  repo.commit('start', { 'tests/test_a.py': testsOf({ a: 1, b: 2, c: 3 }), 'a.py': 'A = 1\n' });
  repo.commit('another value', { 'tests/test_a.py': testsOf({ a: 1, b: 20, c: 3 }) });
  repo.git('mv', 'tests/test_a.py', 'tests/test_renamed.py');
  repo.commit('renamed and one more', { 'tests/test_renamed.py': testsOf({ a: 1, b: 20, c: 3, d: 4 }) });
  repo.commit('executable', {
    'tests/test_renamed.py': { executable: testsOf({ a: 1, b: 20, c: 3, d: 4 }) },
  });
  repo.commit('no test', { 'a.py': 'A = 2\n' });
  repo.commit('deleted', { 'tests/test_renamed.py': null });
  repo.commit('back', { 'tests/test_renamed.py': testsOf({ a: 1, b: 20, c: 3, d: 4 }) });
  repo.commit('open and broken', {
    'tests/test_open.py': 'def test_open():\n    assert total == \n',
    'tests/test_broken.py': `${testsOf({ e: 5 })}\ndef test_(:\n`,
  });
  repo.git('switch', '--quiet', '--create', 'side', 'HEAD~2');
  repo.commit('side', { 'test/side.test.ts': "test('s', () => {\n  expect(side()).toBe(7);\n});\n" });
  repo.git('switch', '--quiet', 'main');
  repo.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'side');
  repo.commit('after the merge', { 'tests/test_renamed.py': testsOf({ a: 1, b: 2, c: 3, d: 4 }) });
  return repo;
}

test.slow(
  'each commit has what it has and its first parent has not, however little is remembered',
  async () => {
    const repository = await openRepository(livelyRepo().dir);
    const range = { until: String(repository.headSha) };
    for (const maxRemembered of [0, 4, 200_000]) {
      const found: number[] = [];
      for await (const { commit, files } of historyAssertions(repository, { range, rules, maxRemembered })) {
        const ends = { base: commit.parentSha, head: commit.sha, rules };
        const { assertions, notices } = await selectRange(repository, ends);
        const walked = { assertions: [] as unknown[], notices: [] as string[] };
        for await (const file of files) {
          walked.assertions.push(...file.assertions);
          walked.notices.push(...file.notices);
        }
        const written = assertions.filter(({ open }) => !open);
        assert.equal(walked, { assertions: written, notices }, commit.subject);
        found.push(written.length);
      }
      assert.equal(found, [3, 1, 1, 0, 0, 0, 4, 1, 1, 1]);
    }
  },
);

test.slow('a part of the history needs nothing of what is before it', async () => {
  const repo = livelyRepo();
  const repository = await openRepository(repo.dir);
  const range = { after: repo.git('rev-parse', 'HEAD~1'), until: repo.git('rev-parse', 'HEAD') };
  const found: unknown[] = [];
  for await (const { files } of historyAssertions(repository, { range, rules }))
    for await (const { path, assertions } of files)
      found.push([path, ...assertions.map(({ target }) => target)]);
  assert.equal(found, [['tests/test_renamed.py', '2']]);
});

test.run();
