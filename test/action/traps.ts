/**
 * What a stranger can put into a pull request so that a program of theirs is run: by git, by a tool that looks for its
 * settings, by a loader that looks for packages.
 *
 * In: a folder. Out: files of a commit; whatever of it is run leaves a file in the folder, named after the way.
 */
import { join } from 'node:path';
import type { Files } from '../helpers/git-repo.ts';
import { TEST_FILE, testFile } from './review-workflow.ts';

/** Text that leaves a file in `folder` when it is run, for each way of being run. */
const TRAPS = {
  shell: (folder: string, name: string) => `#!/bin/sh\necho > '${join(folder, name)}'\ncat\n`,
  script: (folder: string, name: string) =>
    `require('node:fs').writeFileSync('${join(folder, name)}', '');\n`,
  module: (folder: string, name: string) =>
    `import { writeFileSync } from 'node:fs';\nwriteFileSync('${join(folder, name)}', '');\n`,
  python: (folder: string, name: string) => `open('${join(folder, name)}', 'w').close()\n`,
};

/**
 * Programs that git starts where its settings and attributes name them; the settings are those of a file that the
 * clone has to include.
 */
export function gitTraps(sprung: string): Files {
  const programs = (folder: string, names: readonly string[]): Files =>
    Object.fromEntries(names.map((name) => [`${folder}/${name}`, { executable: TRAPS.shell(sprung, name) }]));
  return {
    '.gitattributes': '* diff=evil filter=evil merge=evil\n',
    '.gitconfig': [
      '[diff "evil"]\n\tcommand = ./trap/command\n\ttextconv = ./trap/textconv\n\tcachetextconv = true',
      '[filter "evil"]\n\tclean = ./trap/clean\n\tsmudge = ./trap/smudge',
      '[merge "evil"]\n\tdriver = ./trap/driver',
      '[diff]\n\texternal = ./trap/external',
      '[core]\n\tfsmonitor = .githooks/fsmonitor\n\thooksPath = .githooks\n\tpager = ./trap/pager\n\tsshCommand = ./trap/ssh',
      '[pager]\n\tlog = ./trap/pager\n\tdiff-tree = ./trap/pager\n\tcat-file = ./trap/pager',
      '[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ./trap/gpg',
      '[alias]\n\tcat-file = !./trap/alias\n\trev-list = !./trap/alias\n\tlog = !./trap/alias',
      '[credential]\n\thelper = ./trap/credential',
    ].join('\n'),
    ...programs('trap', ['command', 'textconv', 'clean', 'smudge', 'driver', 'external']),
    ...programs('trap', ['pager', 'ssh', 'gpg', 'alias', 'credential']),
    ...programs('.githooks', ['post-checkout', 'post-index-change', 'reference-transaction', 'fsmonitor']),
  };
}

/** Files that some tool or other would run or load when it finds them. */
export function codeTraps(sprung: string): Files {
  const { shell, script, module, python } = TRAPS;
  const scripts = ['preinstall', 'postinstall', 'prepare', 'test', 'start'];
  const command = (name: string) => `sh -c 'echo > "${join(sprung, name)}"'`;
  return {
    'package.json': JSON.stringify({
      name: 'cart',
      scripts: Object.fromEntries(scripts.map((name) => [name, command(name)])),
    }),
    'code2lora.config.js': script(sprung, 'config.js'),
    'code2lora.config.mjs': module(sprung, 'config.mjs'),
    'code2lora.config.ts': module(sprung, 'config.ts'),
    'conftest.py': python(sprung, 'conftest'),
    'sitecustomize.py': python(sprung, 'sitecustomize'),
    'tests/conftest.py': python(sprung, 'conftest-of-tests'),
    [TEST_FILE]: testFile(1) + python(sprung, 'test-file'),
    'tests/run.test.ts': `${module(sprung, 'run.test.ts')}test('a', () => expect(1).toBe(2));\n`,
    '.npmrc': 'registry=http://127.0.0.1:9/evil\nnode-options=--require ./preload.js\n',
    '.env': 'NODE_OPTIONS=--require ./preload.js\n',
    'preload.js': script(sprung, 'preload'),
    git: { executable: shell(sprung, 'git') },
    node: { executable: shell(sprung, 'node') },
    ...Object.fromEntries(
      ['onnxruntime-node', '@actions/core', '@actions/artifact', 'lmdb', 'web-tree-sitter'].flatMap(
        (name) => [
          [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
          [`node_modules/${name}/index.js`, script(sprung, name.replace('/', '-'))],
        ],
      ),
    ),
  };
}

/** A folder that git takes for a repository without a work tree, with settings that start a program. */
export function embeddedRepository(sprung: string, core: string): Files {
  const settings = [
    `[core]\n\trepositoryformatversion = 1\n\t${core}`,
    '[extensions]\n\tpartialClone = origin',
    `[remote "origin"]\n\turl = file://${sprung}\n\tpromisor = true`,
    `\tuploadpack = echo > '${join(sprung, 'uploadpack')}'; false\n`,
  ];
  return {
    'sub/HEAD': 'ref: refs/heads/main\n',
    'sub/objects/.keep': '',
    'sub/refs/.keep': '',
    'sub/config': settings.join('\n'),
  };
}
