import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAuthorsSource } from '../../src/git/authors-paths.ts';
import { type PlainDiffOptions, readPlainDiff } from '../../src/git/plain-diff.ts';
import { openRepository } from '../../src/git/run.ts';
import { type Files, gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/plain-diff');
const OPTIONS = { isWanted: () => true, contextLines: 3, maxBytes: 1 << 20 };
const lines = (count: number, text = 'x') =>
  Array.from({ length: count }, (_, index) => `    ${text} = ${index}\n`).join('');

const shared = gitRepo();
const opened = openRepository(shared.dir);

function setAttributes(text: string): void {
  const folder = join(shared.dir, '.git', 'info');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'attributes'), text);
}

/** Two commits on a branch of their own. */
let branches = 0;
function commits(before: Files, after: Files): { base: string; commit: string } {
  const [base = '', commit = ''] = shared.branch(`case-${branches++}`, [before, after]);
  return { base, commit };
}

const read = async (ends: { base: string | null; commit: string }, options: Partial<PlainDiffOptions> = {}) =>
  readPlainDiff(await opened, ends, { ...OPTIONS, ...options });

/** What git itself prints without any setting, but for quotes and the length of ids. */
function ofGit({ base, commit }: { base: string | null; commit: string }, ...options: string[]): string {
  const plain = ['-c', 'core.quotePath=false', '-c', 'core.abbrev=7', 'diff', '--no-color', ...options];
  const text = shared.git(...plain, base ?? '4b825dc642cb6eb9a060e54bf8d69288fbee4904', commit);
  return text === '' ? '' : `${text}\n`;
}

test.slow(
  'is what git diff prints: headers, modes, renames, names behind @@, missing last newlines',
  async () => {
    const body = `import os\n\n\nclass Cart:\n${lines(9)}\n    def total(self):  \n${lines(9)}\n\ndef end():\n${lines(12)}`;
    const before: Files = {
      'a.py': body,
      'moved.py': body.replace('Cart', 'Moved'),
      'same.py': `same\n${lines(5)}`,
      'gone.md': 'gone\n',
      'empty.py': '',
      'no end.py': 'one\ntwo',
      'größe.py': 'x = 1\r\ny = 2\r\n',
      'tool.py': 'tool\n',
      'b"q.py': 'quoted\n',
      '__init__.py': '',
    };
    const after: Files = {
      'a.py': body
        .replace('x = 0\n', 'x = 00\n')
        .replace(/x = 8\n\n\ndef/, 'x = 88\n\n\ndef')
        .replace(/x = 11/, 'x'),
      'moved.py': null,
      'pkg/moved.py': body.replace('Cart', 'Moved').replace(/x = 6/g, 'y = 6'),
      'same.py': null,
      'pkg/same.py': `same\n${lines(5)}`,
      'gone.md': null,
      'empty.py': 'x',
      'new.rst': `_title\n${lines(3)}`,
      'no end.py': 'one\nthree',
      'größe.py': 'x = 1\ny = 3\r\n',
      'tool.py': { executable: 'tool\n' },
      'b"q.py': 'quoted\nmore\n',
      '__init__.py': null,
      'pkg/__init__.py': '',
      'link.py': { link: 'a.py' },
    };
    const ends = commits(before, after);
    const { text, notices } = await read(ends);
    assert.is(text, ofGit(ends));
    assert.equal(notices, []);
    assert.match(text, /@@ def end\(\):\n/);
    assert.match(text, /rename from __init__\.py/);
    assert.match(text, /\\ No newline at end of file/);
    for (const contextLines of [0, 1, 8]) {
      assert.is((await read(ends, { contextLines })).text, ofGit(ends, `-U${contextLines}`));
    }
    assert.is((await read({ ...ends, base: null })).text, ofGit({ ...ends, base: null }));
  },
);

test('a name behind @@ has 80 bytes of its line, and stays until there is another one', async () => {
  const long = `def ${'ü'.repeat(60)}():\n`;
  const before = { 'a.py': `${long}${lines(20)}${lines(20, 'y')}$sigil\n${lines(8, 'z')}` };
  const after = {
    'a.py': before['a.py'].replace('x = 10\n', 'x\n').replace('y = 10\n', 'y\n').replace('z = 7', 'z'),
  };
  const ends = commits(before, after);
  const { text } = await read(ends);
  assert.is(text, ofGit(ends));
  assert.is(text.match(/@@ def ü{38}\n/g)?.length, 2);
});

test('binary content is one sentence, whatever attributes say', async () => {
  const ends = commits(
    { 'data.py': 'a\0b\n', 'text.py': 'a\n', 'was.py': `\0${lines(9)}` },
    { 'data.py': 'a\0c\n', 'text.py': 'b\n', 'new.py': '\0', 'was.py': `\0${lines(9).replace('8', '88')}` },
  );
  const expected = ofGit(ends);
  assert.match(expected, /Binary files a\/data\.py and b\/data\.py differ\n/);
  assert.match(expected, /Binary files \/dev\/null and b\/new\.py differ\n/);
  assert.is((await read(ends)).text, expected);
  setAttributes('*.py -diff\n');
  const here = ofGit(ends);
  const { text } = await read(ends);
  setAttributes('');
  assert.is.not(here, expected, 'the attribute matters to git');
  assert.is(text, expected);
});

test.slow('settings of the user change nothing', async () => {
  const ends = commits(
    { 'a.py': `def a():\n${lines(20)}` },
    { 'a.py': null, 'b.py': `def a():\n${lines(20).replace('x = 10', 'y')}` },
  );
  const expected = (await read(ends)).text;
  assert.match(expected, /^diff --git a\/a\.py b\/b\.py\nsimilarity index/);
  const settings = { noprefix: 'true', context: '9', renames: 'false', algorithm: 'patience' };
  for (const [name, value] of Object.entries({ ...settings, 'python.xfuncname': 'x = [0-9]' })) {
    shared.git('config', `diff.${name}`, value);
  }
  setAttributes('*.py diff=python\n');
  const { text } = await read(ends);
  const here = ofGit(ends);
  shared.git('config', '--remove-section', 'diff');
  shared.git('config', '--remove-section', 'diff.python');
  setAttributes('');
  assert.is.not(here, expected, 'the settings matter to git');
  assert.is(text, expected);
});

test('only files that are wanted by their new name are in it', async () => {
  const moved = `def a():\n${lines(20)}`;
  const ends = commits(
    { 'tests/helper.py': moved, 'src/moved.py': moved.replace('a()', 'b()'), 'src/a.py': 'a\n', 'x.ts': '1' },
    {
      ...{ 'tests/helper.py': null, 'src/helper.py': `${moved}x\n`, 'src/moved.py': null },
      ...{ 'tests/moved.py': moved.replace('a()', 'b()'), 'src/a.py': null, 'x.ts': '2' },
    },
  );
  const { text, paths } = await read(ends, { isWanted: isAuthorsSource });
  assert.equal(paths, ['src/a.py', 'src/helper.py']);
  assert.match(text, /rename from tests\/helper\.py\nrename to src\/helper\.py\n/);
  const sections = ofGit(ends).split(/^(?=diff --git )/m);
  assert.is(
    text,
    sections.filter((section) => /^diff --git .* b\/src\/(a|helper)\.py/.test(section)).join(''),
  );
});

test('a long text is cut at the end of a line, and says so', async () => {
  const ends = commits({ 'a.py': 'a\n' }, { 'a.py': lines(100), 'b.py': lines(100) });
  const whole = await read(ends);
  const { text, notices } = await read(ends, { maxBytes: 1000 });
  assert.ok(text.length > 900 && text.length < 1200);
  assert.ok(whole.text.startsWith(text) && text.endsWith('\n'));
  assert.match(notices[0] ?? '', /cut after 1000 bytes \(history\.maxDiffBytes\)/);
});

test.run();
