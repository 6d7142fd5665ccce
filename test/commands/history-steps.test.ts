import { readSteps, walkKindOf } from '../../src/commands/history-steps.ts';
import { resolveConfig } from '../../src/config.ts';
import { ModelError } from '../../src/errors.ts';
import { firstParentCommits } from '../../src/git/history.ts';
import { openRepository } from '../../src/git/run.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { evolvingPack, staticPack, useReleasedRecipe } from '../helpers/tiny-recipes.ts';
import { cartRepo } from './fixture.ts';
import { type KeptCommit, type KeptHistory, keptHistory } from './kept-history.ts';

const test = suite('commands/history-steps');
const config = resolveConfig(temporaryFolder(), {});
const open = (dir: string) => openModelPack(dir);

let made: KeptHistory | undefined;

function history(): KeptHistory {
  made ??= keptHistory();
  return made;
}

async function stepsOf(
  packFolder: string,
  {
    dir = history().repo.dir,
    after,
    previousStep,
  }: { dir?: string; after?: string; previousStep?: string } = {},
): Promise<{ sha: string; text: string | null; notices: string[] }[]> {
  const repository = await openRepository(dir);
  const commits = firstParentCommits(repository, { after, until: repository.headSha as string });
  const source = { repository, config, pack: open(packFolder) };
  const found = [];
  for await (const { commit, ...step } of readSteps(source, commits, previousStep)) {
    found.push({ sha: commit.sha, ...step });
  }
  return found;
}

function kept(steps: Awaited<ReturnType<typeof stepsOf>>) {
  const names = new Map(Object.entries(history().shas).map(([name, sha]) => [sha, name as KeptCommit]));
  return steps.flatMap(({ sha, text }) => (text === null ? [] : [[names.get(sha) ?? sha, text] as const]));
}

test.slow(
  'by the released recipe, commits with a new assertion step, with all production changes since the last',
  async () => {
    const { shas, texts } = history();
    const steps = await stepsOf(evolvingPack().dir);
    assert.is(steps.length, Object.keys(shas).length, 'every commit has its turn');
    assert.equal(Object.fromEntries(kept(steps)), texts);
    assert.equal(
      kept(steps).map(([name]) => name),
      ['first test', 'merge', 'import above', 'moved', 'tests only'],
    );
  },
);

test.slow('a walk that goes on elsewhere finds the same steps', async () => {
  const pack = evolvingPack().dir;
  const { shas } = history();
  const after = shas['comment below'];
  const rest = await stepsOf(pack, { after, previousStep: shas['first test'] });
  assert.equal(
    kept(rest),
    kept(await stepsOf(pack)).filter(([name]) => name !== 'first test'),
  );
});

test.slow('by their own text, assertions below an edit are not new', async () => {
  const steps = await stepsOf(evolvingPack({ newAssertions: 'own-text' }).dir);
  assert.equal(
    kept(steps).map(([name]) => name),
    ['first test', 'merge', 'moved', 'tests only'],
  );
});

test.slow('files that git would quote can be overlooked, as the authors do', async () => {
  const { dir } = writeTinyPack({
    change: (manifest) => {
      useReleasedRecipe(manifest);
      manifest.recipe.quotedPaths = 'skip';
    },
  });
  const found = new Map(kept(await stepsOf(dir)));
  assert.not.ok(found.has('merge'), 'its only new test has such a name');
  assert.not.ok([...found.values()].join('').includes('größe'));
  assert.match(found.get('import above') ?? '', /return sum\(self\.items\)/);
});

test.slow('our own files and form go with kept commits too', async () => {
  const { dir } = writeTinyPack({
    change: (manifest) => {
      useReleasedRecipe(manifest);
      manifest.recipe.diff.files = 'production';
    },
  });
  const found = new Map(kept(await stepsOf(dir)));
  assert.match(
    found.get('first test') ?? '',
    /^--- \/dev\/null\n\+\+\+ b\/cart\.py\n@@ -0,0 \+1,6 @@\n\+class Cart:/,
  );
  assert.match(found.get('first test') ?? '', /b\/latest\/news\.py/);
  assert.match(found.get('moved') ?? '', /^--- a\/cart\.py\n\+\+\+ b\/shop\/cart\.py\n/);
  assert.is(found.get('tests only'), '');
});

test.slow("the authors' files can step commit by commit", async () => {
  const { dir } = writeTinyPack({
    change: ({ recipe }) => void Object.assign(recipe.diff, { files: 'authors' }),
  });
  const found = kept(await stepsOf(dir, { after: history().shas.production }));
  assert.equal(
    found.map(([name]) => name),
    ['more production', 'merge', 'moved', 'production again'],
  );
  assert.match(found[1]?.[1] ?? '', /^diff --git a\/größe\.py b\/größe\.py\nnew file/);
});

test('a static model steps nothing', async () => {
  const { repo: other, shas: commits } = cartRepo();
  const steps = await stepsOf(staticPack().dir, { dir: other.dir });
  assert.equal(
    steps.map(({ sha, text }) => [sha, text]),
    commits.map((sha) => [sha, null]),
  );
});

test.slow('a production file that becomes a test, and a test that is copied or deleted', async () => {
  const other = gitRepo();
  const assertion = 'def check():\n    assert f() == 1\n    assert g() == 2\n';
  other.commit('production', { 'check.py': assertion, 'a.py': 'a = 1\n' });
  const moved = other.commit('becomes a test', { 'check.py': null, 'tests/check.py': assertion });
  const copied = other.commit('copied', { 'tests/copy.py': assertion });
  other.commit('deleted', { 'tests/copy.py': null });
  other.commit('broken', { 'tests/check.py': `${assertion}def (\n` });
  const mended = other.commit('mended', { 'tests/check.py': assertion });
  const found = kept(await stepsOf(evolvingPack().dir, { dir: other.dir }));
  assert.equal(
    found.map(([sha]) => sha),
    [moved, copied, mended],
  );
  assert.match(found[0]?.[1] ?? '', /^diff --git a\/a\.py b\/a\.py\n/, 'against the empty tree');
});

test('a combination that nobody has trained with is refused', () => {
  for (const history of [
    { base: 'first-parent' },
    { startCommit: 'skip' },
    { steps: 'production-diff' },
  ] as const) {
    assert.throws(
      () => walkKindOf(open(evolvingPack(history).dir)),
      (error: Error) => error instanceof ModelError && /walks history by/.test(error.message),
    );
  }
  assert.is(walkKindOf(open(evolvingPack().dir)), 'kept-commits');
  assert.is(walkKindOf(open(staticPack().dir)), 'newest-state');
  assert.is(walkKindOf(open(writeTinyPack().dir)), 'diffs');
});

test.run();
