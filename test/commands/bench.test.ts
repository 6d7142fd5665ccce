/** The whole benchmark on small real repositories and a tiny pack: every method, resumed, refused, written. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench } from '../../src/commands/bench.ts';
import { readScores } from '../../src/commands/bench-file.ts';
import type { BenchOptions } from '../../src/commands/bench-options.ts';
import { UsageError } from '../../src/errors.ts';
import { METHODS } from '../../src/report/benchmark-methods.ts';
import { measureOf } from '../../src/report/benchmark-scores.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { adaptedPack } from '../helpers/tiny-adaptation.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { cartRepo } from './fixture.ts';
import { longRepo, testsOf, writeList } from './mined-repos.ts';

const test = suite('commands/bench');
const OWN = ['memory', 'refinement'] as const;

/** Two folders and a clone over file://; the third was made after the cut. */
function scene(model = adaptedPack(OWN).dir) {
  const repos = { 'octo/long': longRepo(7), 'octo/cart': cartRepo().repo, 'octo/late': longRepo(4, 50) };
  const list = writeList([
    'name\trepository\tsplit\tcreated',
    `octo/long\t${repos['octo/long'].dir}\ttest\t2020-01-01`,
    `octo/cart\t${repos['octo/cart'].dir}\ttest\t2021-01-01`,
    `octo/late\tfile://${repos['octo/late'].dir}\ttest\t2025-06-01`,
  ]);
  const folder = temporaryFolder();
  const options: BenchOptions = {
    ...{ repositories: list, out: join(folder, 'docs/benchmark.md'), work: join(folder, 'work') },
    ...{ model, perRepository: 3, maxHistory: 10, cut: '2025-01-01' },
  };
  return { repos, folder, options, scoresFile: join(folder, 'docs/benchmark/scores.json') };
}

const { options, scoresFile, folder } = scene();
let whole: Awaited<ReturnType<typeof bench>> | undefined;

test.slow('one command measures every method of every repository, and writes what it found', async () => {
  whole = await bench(options);
  assert.equal(
    [whole.repositories, whole.measured, whole.unchanged, whole.broken, whole.left],
    [3, 3, 0, [], []],
  );
  const scores = readScores(scoresFile);
  assert.equal(
    scores?.repositories.map(({ name, assertions }) => [name, assertions.length > 0]),
    [
      ['octo/long', true],
      ['octo/cart', true],
      ['octo/late', true],
    ],
  );
  assert.is(scores?.settings.own, 'memory-refinement');
  const usual = METHODS.filter(({ isExtra, isInRepo }) => !isExtra && !isInRepo).map(({ name }) => name);
  assert.equal(
    whole.rows.map(({ method }) => method),
    usual,
  );
  const text = readFileSync(options.out as string, 'utf8');
  for (const file of whole.files) assert.ok(existsSync(file), file);
  assert.match(text, /\*\*memory and refinement\*\* \(own\)/);
  assert.match(text, /## Repositories made after the training data/);
});

test.slow('every assertion has the scores of every method that applies to it', async () => {
  for (const { assertions } of readScores(scoresFile)?.repositories ?? []) {
    for (const assertion of assertions) {
      const expected = METHODS.filter(
        ({ isExtra, isInRepo }) => !isExtra && (!isInRepo || assertion.fifth === 5),
      );
      const found = Object.keys(assertion.scores).sort();
      assert.equal(
        found.filter((name) => name !== 'repository-lora'),
        expected
          .map(({ name }) => name)
          .filter((name) => name !== 'repository-lora')
          .sort(),
      );
      assert.ok(assertion.tokens > 0);
      assert.ok((measureOf(assertion, 'base', 'nll') ?? 0) > 0);
      assert.is(measureOf(assertion, 'copy', 'nll'), undefined);
    }
  }
});

test.slow(
  'the adapters of methods differ where they should, and agree where nothing is learned yet',
  async () => {
    const long = readScores(scoresFile)?.repositories[0]?.assertions ?? [];
    const nll = (method: string) => long.map((assertion) => measureOf(assertion, method, 'nll'));
    for (const other of ['shared', 'memory', 'refinement', 'all', 'other', 'mean', 'static'])
      assert.not.equal(nll(other), nll('base'), other);
    assert.not.equal(nll('memory'), nll('shared'));
    assert.not.equal(nll('memory'), nll('memory-refinement'));
    assert.not.equal(nll('other'), nll('mean'));
  },
);

test.slow(
  'run again, nothing is measured; a repository that went on is, and all are compared anew',
  async () => {
    const { options, repos, scoresFile } = scene((await tinyPack()).dir);
    const fast = { ...options, methods: ['copy', 'mean', 'other'] };
    await bench(fast);
    const before = readFileSync(scoresFile, 'utf8');
    const again = await bench(fast);
    assert.equal([again.measured, again.unchanged], [0, 3]);
    assert.is(readFileSync(scoresFile, 'utf8'), before);
    repos['octo/cart'].commit('more', { 'tests/test_more.py': testsOf({ more: 5 }) });
    const later = await bench(fast);
    assert.equal([later.measured, later.unchanged], [1, 2]);
    const [old, now] = [JSON.parse(before), readScores(scoresFile)];
    const others = (found: typeof now) => found?.repositories.map(({ against }) => against);
    assert.ok(
      others(now)?.every(
        (against, index) => (against !== null && against !== others(old)?.[index]) || index === 1,
      ),
    );
    await rejects(bench({ ...fast, perRepository: 9 }), UsageError, /perRepository 3 \(now 9\)/);
  },
);

test.slow('what was interrupted goes on: a repository that is done is not done again', async () => {
  const { options, scoresFile } = scene((await tinyPack()).dir);
  const one = { ...options, methods: ['copy'] };
  await bench(one);
  const scores = readScores(scoresFile);
  if (!scores) return assert.unreachable();
  const marked = structuredClone(scores);
  const first = marked.repositories[0]?.assertions[0];
  if (first) first.path = 'kept.py';
  marked.repositories.splice(1, 1);
  writeFileSync(scoresFile, JSON.stringify(marked));
  const report = await bench(one);
  assert.equal([report.measured, report.unchanged], [1, 2]);
  const after = readScores(scoresFile);
  assert.is(after?.repositories[0]?.assertions[0]?.path, 'kept.py');
  assert.equal(after?.repositories[1], scores.repositories[1]);
});

test.slow('a shorter list has a shorter table, and loses nothing', async () => {
  const { options, repos, scoresFile } = scene((await tinyPack()).dir);
  const one = { ...options, methods: ['copy'] };
  await bench(one);
  const list = writeList(['name\trepository', `octo/cart\t${repos['octo/cart'].dir}`]);
  const report = await bench({ ...one, repositories: list });
  assert.equal([report.repositories, report.unchanged], [1, 1]);
  assert.not.match(readFileSync(options.out as string, 'utf8'), /octo\/long/);
  assert.is(readScores(scoresFile)?.repositories.length, 3);
  assert.is((await bench({ ...one, split: 'test' })).unchanged, 3);
  await rejects(
    bench({ ...one, split: 'none' }),
    UsageError,
    /no repository of the split "none".\nIt has: test\./,
  );
});

test.slow('a repository that cannot be read is a line in the report', async () => {
  const { options } = scene((await tinyPack()).dir);
  const list = writeList([
    'name\trepository',
    `octo/cart\t${cartRepo().repo.dir}`,
    `octo/gone\tfile://${temporaryFolder()}/gone.git`,
  ]);
  const report = await bench({ ...options, repositories: list, methods: ['copy'] });
  assert.equal([report.measured, report.broken.map(({ repository }) => repository)], [1, ['octo/gone']]);
});

test.slow('--report-only writes the document from the scores, without models or repositories', async () => {
  if (!whole) return assert.unreachable();
  const before = readFileSync(options.out as string, 'utf8');
  rmSync(options.out as string);
  const report = await bench({ ...options, model: '/nowhere', clones: '/nowhere', reportOnly: true });
  assert.equal([report.measured, report.rows], [0, whole.rows]);
  assert.is(readFileSync(options.out as string, 'utf8'), before);
  const uncut = await bench({ ...options, reportOnly: true, cut: '2030-01-01' });
  assert.ok(uncut.files.length > 0);
  assert.not.match(readFileSync(options.out as string, 'utf8'), /made after the training data/);
});

test('what the pack cannot do is left out, and refused where it is asked for', async () => {
  const { dir } = await tinyPack();
  const asked = { ...options, out: join(folder, 'other.md'), model: dir };
  await rejects(bench({ ...asked, methods: ['memory'] }), UsageError, /cannot do "memory": it has no memory/);
  await rejects(bench({ ...asked, methods: ['magic'] }), UsageError, /Unknown method "magic"/);
  await rejects(bench({ ...asked, cut: 'June' }), UsageError, /"June" is no day/);
  await rejects(bench({ ...asked, out: join(folder, 'table.txt') }), UsageError, /give --out FILE\.md/);
  writeFileSync(join(folder, 'list.tsv'), '# nothing\n');
  const none = await bench({ ...asked, repositories: join(folder, 'list.tsv') });
  assert.equal(
    none.left.map(({ method }) => method),
    ['repository-lora', 'memory', 'refinement', 'memory-refinement', 'all'],
  );
  assert.equal(none.files, []);
});

test.run();
