import { isAuthorsSource, isAuthorsTest, isQuotedPath } from '../../src/git/authors-paths.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/authors-paths');

test('sources are Python, Markdown and reStructuredText, but for folders that are skipped and all "test"s', () => {
  const sources = ['a.py', 'README.md', 'docs/index.RST', 'src/größe.py', 'x.min.py', 'builder/a.py'];
  for (const path of sources) assert.ok(isAuthorsSource(path), path);
  const others = ['a.ts', 'setup.cfg', '.py', 'docs/.md', 'a.pyi', 'build/a.py', 'x/node_modules/a.py'];
  const tests = ['tests/a.py', 'latest/a.py', 'attestation.md', 'src/Contest/x.py'];
  for (const path of [...others, ...tests]) assert.not.ok(isAuthorsSource(path), path);
});

test('tests are Python files with "test" anywhere in their path', () => {
  for (const path of ['test_a.py', 'latest/a.py', 'x/TESTS/conf.PY']) assert.ok(isAuthorsTest(path), path);
  for (const path of ['a.py', 'tests/a.md', 'venv/test_a.py', 'tests/.py'])
    assert.not.ok(isAuthorsTest(path), path);
});

test('knows the paths that git puts in quotes', () => {
  for (const path of ['größe.py', 'a"b.py', 'a\\b.py', 'a\tb.py', 'a\x7f.py'])
    assert.ok(isQuotedPath(path), path);
  for (const path of ['a b.py', "it's!#[x]~.py", 'src/A-1_.py']) assert.not.ok(isQuotedPath(path), path);
});

test.run();
