/**
 * For every setting that could change a diff: a real repository, the hostile setting in the user's own
 * configuration (HOME), and byte-equal texts. That the setting is hostile at all is shown with plain git.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { historyChanges, readProductionDiffs } from '../../src/git/diff.ts';
import { firstParentCommits } from '../../src/git/history.ts';
import { openRepository } from '../../src/git/run.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/diff-arguments');

const method = (name: string) =>
  `    def ${name}(self):\n        self.calls += 1\n        return ${name}\n\n`;
const python = (names: string[]) => `class A:\n${names.map(method).join('')}`;
const documented = (name: string) => `/**\n * ${name}\n */\nfunction ${name}() {}\n\n`;
const many = 'abcdefghijklmnopqrstuvwxyz'.split('');

/** Renames, moved and blank lines, far and near hunks, a driver's function names, a submodule, odd paths. */
function richRepo() {
  const made = gitRepo();
  made.commit('root', {
    'src/a.py': python(many),
    'src/ünï.py': 'x = 1\n\n\n',
    'src/z.ts': 'first\n',
    'src/b.py': python(['b', 'c']),
    'src/doc.js': documented('a'),
    'src/algo.js': 'y\nu3\nx\nu2\nu4\nx\nu1\ny\n',
  });
  made.commit('change', {
    'src/a.py': python([...many.slice(0, 4), 'new', ...many.slice(4, 9), ...many.slice(10)]),
    'src/ünï.py': 'x = 1\n\n\ny = 2 \n',
    'src/z.ts': null,
    'src/moved.ts': 'first\n',
    'src/b.py': null,
    'lib/b.py': python(['b', 'c', 'd']),
    'src/doc.js': documented('b') + documented('a'),
    'src/algo.js': 'y\nu3\nu1\nx\nx\ny\nu2\nu4\n',
  });
  const sha = made.git('rev-parse', 'HEAD');
  made.git('update-index', '--add', '--cacheinfo', `160000,${sha},module`);
  made.git('commit', '--quiet', '--message', 'module');
  return made;
}

const made = richRepo();
const script = join(temporaryFolder(), 'program.sh');
writeFileSync(script, '#!/bin/sh\necho HOSTILE\n', { mode: 0o755 });
const order = join(temporaryFolder(), 'order');
writeFileSync(order, 'src/z*\nsrc/u*\nlib/*\n');

interface Hostile {
  config: [string, string][];
  attributes?: string;
  /** Plain git reads it only where our command does not: nothing to show. */
  quiet?: boolean;
}

const driver = 'src/* diff=hostile\nlib/* diff=hostile\n';
const HOSTILE: Record<string, Hostile> = {
  'core.quotePath': { config: [['core.quotePath', 'true']], quiet: true },
  'core.abbrev': { config: [['core.abbrev', '40']] },
  'color.ui': { config: [['color.ui', 'always']] },
  'diff.colorMoved and diff.wsErrorHighlight': {
    config: [
      ['color.diff', 'always'],
      ['diff.colorMoved', 'zebra'],
      ['diff.wsErrorHighlight', 'all'],
    ],
  },
  'diff.context': { config: [['diff.context', '9']] },
  'diff.interHunkContext': { config: [['diff.interHunkContext', '30']] },
  'diff.noprefix': { config: [['diff.noprefix', 'true']] },
  'diff.mnemonicPrefix': { config: [['diff.mnemonicPrefix', 'true']], quiet: true },
  'diff.srcPrefix and diff.dstPrefix': {
    config: [
      ['diff.srcPrefix', 'x/'],
      ['diff.dstPrefix', 'y/'],
    ],
    quiet: true, // git 2.45 and newer
  },
  'diff.renames off': { config: [['diff.renames', 'false']] },
  'diff.renames copies': { config: [['diff.renames', 'copies']], quiet: true },
  'diff.renameLimit': { config: [['diff.renameLimit', '1']], quiet: true },
  'diff.algorithm': { config: [['diff.algorithm', 'patience']] },
  'diff.indentHeuristic': { config: [['diff.indentHeuristic', 'false']] },
  'diff.suppressBlankEmpty': { config: [['diff.suppressBlankEmpty', 'true']] },
  'diff.orderFile': { config: [['diff.orderFile', order]] },
  'diff.relative': { config: [['diff.relative', 'true']], quiet: true },
  'diff.external': { config: [['diff.external', script]], quiet: true },
  'diff.submodule': { config: [['diff.submodule', 'log']] },
  'diff.ignoreSubmodules': { config: [['diff.ignoreSubmodules', 'all']], quiet: true },
  'log settings': {
    config: [
      ['log.showSignature', 'true'],
      ['log.decorate', 'full'],
      ['log.date', 'relative'],
      ['log.diffMerges', 'off'],
      ['log.showRoot', 'false'],
      ['log.mailmap', 'true'],
      ['format.pretty', 'oneline'],
    ],
  },
  'i18n.logOutputEncoding': { config: [['i18n.logOutputEncoding', 'UTF-16']], quiet: true },
  'core.pager': { config: [['core.pager', script]], quiet: true },
  'a textconv of an attribute': {
    config: [['diff.hostile.textconv', script]],
    attributes: driver,
  },
  'a program of an attribute': {
    config: [['diff.hostile.command', script]],
    attributes: driver,
    quiet: true,
  },
  'function names of an attribute': { config: [['diff.hostile.xfuncname', '^ *self']], attributes: driver },
  'an attribute that says binary': { config: [], attributes: '*.py -diff\n' },
  'a driver that says binary': { config: [['diff.hostile.binary', 'true']], attributes: driver },
  'an algorithm of an attribute': {
    config: [['diff.hostile.algorithm', 'patience']],
    attributes: driver,
    quiet: true, // git 2.40 and newer
  },
  'line ends and encodings': {
    config: [
      ['core.autocrlf', 'true'],
      ['core.eol', 'crlf'],
    ],
    attributes: '* text eol=crlf working-tree-encoding=UTF-16\n',
    quiet: true,
  },
};

function homeWith({ config, attributes }: Hostile): string {
  const home = temporaryFolder();
  mkdirSync(join(home, '.config/git'), { recursive: true });
  if (attributes) writeFileSync(join(home, '.config/git/attributes'), attributes);
  const settings = config.map(([name, value]) => {
    const [, section = '', subsection, key = ''] = /^([^.]+)(?:\.(.+))?\.([^.]+)$/.exec(name) ?? [];
    return `[${section}${subsection ? ` "${subsection}"` : ''}]\n\t${key} = ${value}\n`;
  });
  writeFileSync(join(home, '.gitconfig'), settings.join(''));
  return home;
}

/** What we read, and what plain git prints. */
async function read(home: string) {
  const env = { HOME: home, XDG_CONFIG_HOME: undefined, GIT_CONFIG_GLOBAL: undefined };
  return withEnvironment(env, async () => {
    const repo = await openRepository(join(made.dir, 'src'));
    const ours: unknown[] = [];
    for await (const diff of readProductionDiffs(repo, firstParentCommits(repo, { until: 'HEAD' })))
      ours.push(diff);
    for await (const item of historyChanges(repo, { until: 'HEAD' })) ours.push(item);
    return ours;
  });
}

function plainGit(home: string): string {
  const files = ['.gitconfig', '.config/git/attributes'].map((name) => join(home, name));
  const settings = [`include.path=${files[0]}`, `core.attributesFile=${files[1]}`];
  return made.git(...settings.flatMap((setting) => ['-c', setting]), 'log', '-p', '--format=%s');
}

const baseline = read(homeWith({ config: [] }));

test.slow('all the settings together change nothing', async () => {
  const all = Object.values(HOSTILE);
  const config = all.flatMap((hostile) => hostile.config);
  const attributes = all.map((hostile) => hostile.attributes ?? '').join('');
  assert.ok(isDeepStrictEqual(await read(homeWith({ config, attributes })), await baseline));
});

for (const [name, hostile] of Object.entries(HOSTILE)) {
  test.slow(`${name} changes nothing`, async () => {
    assert.ok(isDeepStrictEqual(await read(homeWith(hostile)), await baseline));
  });
}

test.slow('the settings are hostile: they change what plain git prints', () => {
  const plain = plainGit(homeWith({ config: [] }));
  const loud = Object.entries(HOSTILE).filter(([, { quiet }]) => !quiet);
  const harmless = loud.filter(([, hostile]) => plainGit(homeWith(hostile)) === plain);
  assert.equal(
    harmless.map(([name]) => name),
    [],
  );
});

test('the text tells all that the settings could change', async () => {
  const [root, change] = (await baseline) as { text: string }[];
  assert.match(root?.text ?? '', /^\+\+\+ b\/src\/ünï\.py$/m);
  assert.match(change?.text ?? '', /^--- a\/src\/b\.py\n\+\+\+ b\/lib\/b\.py\n@@ [-\d, +]+ @@\n/m);
  assert.ok((change?.text.match(/^@@/gm)?.length ?? 0) > 3);
});

test('attributes in the work tree change nothing either', async () => {
  const expected = await baseline;
  made.write({ '.gitattributes': '*.py -diff\n*.ts diff=python\n' });
  assert.ok(isDeepStrictEqual(await read(homeWith({ config: [] })), expected));
  made.write({ '.gitattributes': null, '.git/info/attributes': '*.py -diff\n' });
  assert.ok(isDeepStrictEqual(await read(homeWith({ config: [] })), expected));
});

test.run();
