import { UsageError } from '../../src/errors.ts';
import {
  classifyPath,
  DEFAULT_PATH_RULES,
  expandBraces,
  languageOf,
  type PathClass,
  type PathRules,
  productionPathspecs,
} from '../../src/git/paths.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/paths');

const EXAMPLES: Record<PathClass, string[]> = {
  production: [
    'setup.py',
    'tinydb/queries.py',
    'tinydb/types.pyi',
    'src/app.ts',
    'src/View.tsx',
    'lib/a.mts',
    'lib/a.cts',
    'index.js',
    'index.mjs',
    'index.cjs',
    'a.jsx',
    'SRC/UPPER.PY',
    '.config/tool.js',
    'types/index.d.ts',
    // the paper drops every path with "test" in it; these are production code
    'latest/api.py',
    'src/attestation.py',
    'contest/rank.ts',
    'src/testament.js',
    'greatest.py',
    'src/inspect.ts',
    'specs.py',
    'special/spectrum.js',
    // names that are output in one place and source in another
    'src/build/index.ts',
    'src/out/writer.ts',
    'coverage/control.py',
    'src/min.ts',
    'src/distance.js',
    'app/[slug]/(group)/page.tsx',
    'app/models/migrations.py',
  ],
  test: [
    'test_database.py',
    'pkg/test_a.py',
    'pkg/a_test.py',
    'pkg/conftest.py',
    'app/tests.py',
    'tests/helpers.py',
    'Tests/Helpers.py',
    'pkg/testing/mock.py',
    'test/deep/er/x.js',
    'src/a.test.ts',
    'src/a.spec.tsx',
    'src/a.SPEC.js',
    'src/a.test-d.ts',
    'src/a.e2e-spec.ts',
    'src/a.test-prop.ts',
    'app/_tests.py',
    'runtests.py',
    'src/a-test.js',
    'src/a_test.ts',
    'src/test-server.mjs',
    'test.js',
    'src/__tests__/a.js',
    'src/__mocks__/fs.js',
    'spec/a.js',
    'specs/a.ts',
    'source/_tests/x.ts',
    'integration-tests/run.py',
    'packages/a/src/test-utils/x.ts',
    'cypress/e2e/a.cy.js',
    'tests/data.json',
  ],
  excluded: [
    'README.md',
    'package.json',
    'a.py.txt',
    'python',
    'src/node_modules/x/index.js',
    'vendor/lib.js',
    'a/third_party/b/c.py',
    '.venv/lib/site-packages/a.py',
    'venv/a.py',
    'dist/index.js',
    'packages/a/dist/index.js',
    'build/a.js',
    'packages/a/build/a.js',
    'out/a.js',
    'coverage/lcov-report/sorter.js',
    '__pycache__/a.py',
    'js/jquery.min.js',
    'src/api_pb2.py',
    'src/api.pb.ts',
    'src/schema.generated.ts',
    'src/__generated__/a.ts',
    'pkg/_version.py',
    'app/migrations/0001_initial.py',
    'fixtures/a.js',
    'test/fixtures/a.test.js',
    'src/__snapshots__/a.ts',
  ],
};

for (const [expected, paths] of Object.entries(EXAMPLES) as [PathClass, string[]][]) {
  test(`knows ${expected} files`, () => {
    for (const path of paths) {
      assert.is(`${path}: ${classifyPath(path)}`, `${path}: ${expected}`);
    }
  });
}

test('git and picomatch agree on every example', () => {
  const repo = gitRepo();
  const paths = Object.values(EXAMPLES).flat();
  const odd = [
    'a b.py',
    ' lead.py',
    'quote".py',
    'tab\t.py',
    'ünï.py',
    'x.pyc',
    'a.py/b.txt',
    '-.py',
    'a\nb.ts',
  ];
  repo.bulk(1, () => ({ files: Object.fromEntries([...paths, ...odd].map((path) => [path, `${path}\n`])) }));
  const listed = repo.git('ls-files', '-z', '--', ...productionPathspecs(DEFAULT_PATH_RULES));
  const byGit = listed.split('\0').filter(Boolean).sort();
  const byUs = [...paths, ...odd].filter((path) => classifyPath(path) === 'production').sort();
  assert.equal(byGit, byUs);
  assert.ok(byGit.includes('a\nb.ts') && byGit.includes(' lead.py') && byGit.includes('ünï.py'));
});

test('own rules replace the defaults; exclude wins over test, test over production', () => {
  const rules: PathRules = { production: ['src/**'], test: ['src/check/**'], exclude: ['**/old.*'] };
  const classes = ['src/a.rs', 'src/check/a.rs', 'src/check/old.rs', 'lib/a.py', 'src/test_a.py'];
  assert.equal(
    classes.map((path) => classifyPath(path, rules)),
    ['production', 'test', 'excluded', 'excluded', 'production'],
  );
});

test('refuses a glob that git would read differently, and names it', () => {
  for (const glob of ['**/*.[jt]s', '!src/**', '/src/**', 'src/@(a|b)', 'a**/b', '{a,{b,c}}', 'a\\*', '']) {
    const rules = { production: ['**/*.py'], test: [], exclude: [glob] };
    assert.throws(
      () => classifyPath('a.py', rules),
      (error: unknown) => error instanceof UsageError && error.message.includes(`"${glob}" in exclude`),
    );
  }
  assert.throws(() => productionPathspecs({ production: [], test: [], exclude: [] }), /no production glob/);
});

test('expands braces', () => {
  assert.equal(expandBraces('{a,b}/x.{c,d}'), ['a/x.c', 'a/x.d', 'b/x.c', 'b/x.d']);
  assert.equal(expandBraces('plain'), ['plain']);
});

test('knows the language by the extension', () => {
  const paths = ['a.py', 'a.PYI', 'a.ts', 'a.d.mts', 'a.cts', 'a.tsx', 'a.js', 'a.mjs', 'a.cjs', 'a.jsx'];
  assert.equal(paths.map(languageOf), [
    ...['python', 'python', 'typescript', 'typescript', 'typescript', 'tsx'],
    ...['javascript', 'javascript', 'javascript', 'javascript'],
  ]);
  assert.equal(['py', 'a', 'a.', 'a.py/x', 'a.constructor', 'a.json'].map(languageOf), Array(6).fill(null));
});

test.run();
