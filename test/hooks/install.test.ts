import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import { setUpHusky } from '../../src/hooks/husky.ts';
import { type InstallOptions, planInstall, readInstallation } from '../../src/hooks/install.ts';
import { HOOKS, renderBlock } from '../../src/hooks/templates.ts';
import { applyUninstall, planUninstall, type UninstallOptions } from '../../src/hooks/uninstall.ts';
import { type Files, type GitRepo, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { contentOf, install, openOnce } from './program.ts';

const test = suite('hooks/install');
const program = { node: process.execPath, hook: join(temporaryFolder(), 'hook.js') };
const HUSKY_MANIFEST =
  '{\n\t"name": "x",\n\t"scripts": {\n\t\t"prepare": "npm run build"\n\t},\n\t"devDependencies": { "husky": "^9.1.7" }\n}';

function repoWith(files: Files = {}): GitRepo {
  const repo = gitRepo();
  repo.write(files);
  return repo;
}

const plan = async (repo: GitRepo, options: Partial<InstallOptions> = {}) =>
  planInstall(await openOnce(repo.dir), { program, ...options });

async function uninstall(repo: GitRepo, options: UninstallOptions = {}) {
  const undo = await planUninstall(await openOnce(repo.dir), options);
  await applyUninstall(undo);
  return undo;
}

const read = (repo: GitRepo, path: string) => readFileSync(join(repo.dir, path), 'utf8');

/** Name of the case → files of the repository, and what else to do to it. */
const SETUPS: Record<
  string,
  {
    files?: Files;
    prepare?: (repo: GitRepo) => void;
    options?: Partial<InstallOptions>;
    mode: string;
    isCommon?: boolean;
  }
> = {
  'an empty repository': { mode: 'hooks-dir', isCommon: true },
  'hooks of its own': {
    files: {
      '.git/hooks/post-commit': { executable: '#!/bin/bash\necho one\n\n' },
      '.git/hooks/post-merge': { executable: 'echo no line end' },
      '.git/hooks/post-rewrite': { executable: '#!/bin/sh\nexec other\n' },
      '.git/hooks/post-checkout': { executable: '#!/usr/bin/env python3\nprint()\n' },
      '.git/hooks/post-applypatch': '#!/bin/sh\nnever runs\n',
      '.git/hooks/pre-commit.sample': 'x',
    },
    mode: 'hooks-dir',
  },
  'bytes that are no text in any encoding': {
    files: { '.git/hooks/post-commit': Buffer.from('#!/bin/sh\necho \xe4\xff\xfe\n', 'latin1') },
    prepare: ({ dir }) => chmodSync(join(dir, '.git/hooks/post-commit'), 0o750),
    mode: 'hooks-dir',
  },
  'hooks in a folder of its own': {
    files: { '.githooks/post-commit': { executable: '#!/bin/sh\necho one\n' } },
    prepare: (repo) => repo.git('config', 'core.hooksPath', '.githooks'),
    mode: 'hooks-dir',
  },
  husky: {
    files: { '.husky/post-commit': 'echo one\n', '.husky/pre-commit': 'npm test\n', 'package.json': '{}' },
    prepare: ({ dir }) => setUpHusky(dir),
    mode: 'husky',
    isCommon: true,
  },
  'husky in package.json, not set up yet': { files: { 'package.json': HUSKY_MANIFEST }, mode: 'husky' },
  'husky on request': { files: { 'package.json': '{}' }, options: { mode: 'husky' }, mode: 'husky' },
  'a package.json without husky': { files: { 'package.json': '{}' }, mode: 'hooks-dir' },
  lefthook: {
    files: { 'lefthook.yml': '# ours\npre-commit:\n  jobs:\n    - run: npm test' },
    options: { write: true },
    mode: 'lefthook',
    isCommon: true,
  },
  'pre-commit': {
    files: { '.pre-commit-config.yaml': 'repos:\n  - repo: local\n    hooks: []\n' },
    options: { write: true },
    mode: 'pre-commit',
  },
  'simple-git-hooks': { files: { 'package.json': '{"simple-git-hooks":{}}' }, mode: 'by-hand' },
};

for (const [name, { files = {}, prepare, options = {}, mode, isCommon = false }] of Object.entries(SETUPS)) {
  const add = isCommon ? test : test.slow;
  add(`install and uninstall leave every byte as it was: ${name}`, async () => {
    const repo = repoWith(files);
    prepare?.(repo);
    const before = contentOf(repo.dir);
    assert.is((await plan(repo, options)).mode, mode);
    assert.equal(contentOf(repo.dir), before, 'a plan writes nothing');

    await install(repo.dir, { program, ...options });
    const installed = contentOf(repo.dir);
    assert.is.not(Object.keys(installed).length, Object.keys(before).length);
    const again = await install(repo.dir, { program, ...options });
    assert.equal(again.edits, [], 'a second init changes nothing');
    await uninstall(repo);
    assert.equal(contentOf(repo.dir), before);
    await uninstall(repo);
    assert.equal(contentOf(repo.dir), before);
  });
}

test('every hook gets its block, new ones are executable, and each says its own name', async () => {
  const repo = repoWith();
  await install(repo.dir, { program });
  for (const hook of HOOKS) {
    assert.is(read(repo, `.git/hooks/${hook}`), `#!/bin/sh\n${renderBlock(hook)}`);
    assert.match(read(repo, `.git/hooks/${hook}`), new RegExp(`launch.sh" ${hook} `));
  }
  assert.is(readInstallation(join(repo.dir, '.git', 'code2lora'))?.mode, 'hooks-dir');
});

test('committed files hold no path of this machine', async () => {
  const repo = repoWith({ 'package.json': HUSKY_MANIFEST, 'lefthook.yml': '' });
  rmSync(join(repo.dir, 'lefthook.yml'));
  await install(repo.dir, { program });
  for (const hook of HOOKS) assert.not.match(read(repo, `.husky/${hook}`), /\/(tmp|usr|home|Users)\//);
  assert.match(read(repo, 'package.json'), /"prepare": "npm run build && husky"/);
});

test('paths with spaces and quotes survive the launcher', async () => {
  const repo = repoWith();
  await install(repo.dir, { program: { node: "/it's here/node", hook: '/a b/$(x)/hook.js' } });
  assert.match(
    read(repo, '.git/code2lora/launch.sh'),
    /node='\/it'\\''s here\/node' hook='\/a b\/\$\(x\)\/hook\.js'/,
  );
});

test('explains a hook that is left alone, with the lines to add', async () => {
  const repo = repoWith({ '.git/hooks/post-commit': { executable: '#!/usr/bin/env python3\n' } });
  symlinkSync('/bin/true', join(repo.dir, '.git/hooks/post-merge'));
  const { byHand, edits } = await plan(repo);
  assert.match(byHand.join('\n'), /post-commit was left alone: it is run by .*python3.*\n# >>> code2lora/);
  assert.match(byHand.join('\n'), /post-merge was left alone: it is a symbolic link/);
  assert.is(edits.length, 1 + HOOKS.length - 2);
});

test.slow('keeps what the user wrote into a hook after init', async () => {
  const repo = repoWith({ '.git/hooks/post-commit': { executable: '#!/bin/sh\necho one' } });
  await install(repo.dir, { program });
  for (const hook of ['post-commit', 'post-merge']) {
    writeFileSync(join(repo.dir, '.git/hooks', hook), `${read(repo, `.git/hooks/${hook}`)}echo two\n`);
  }
  await install(repo.dir, { program });
  await uninstall(repo);
  assert.is(read(repo, '.git/hooks/post-commit'), '#!/bin/sh\necho one\necho two\n');
  assert.is(read(repo, '.git/hooks/post-merge'), '#!/bin/sh\necho two\n');
  assert.not(existsSync(join(repo.dir, '.git/hooks/post-rewrite')));
});

test.slow('undoes its part of a package.json that has changed since', async () => {
  const repo = repoWith({ 'package.json': HUSKY_MANIFEST });
  await install(repo.dir, { program });
  writeFileSync(join(repo.dir, 'package.json'), read(repo, 'package.json').replace('"x"', '"renamed"'));
  await uninstall(repo);
  assert.is(read(repo, 'package.json'), HUSKY_MANIFEST.replace('"x"', '"renamed"'));
});

test.slow('husky stays, with its prepare script, when other hooks need it by now', async () => {
  const repo = repoWith({ 'package.json': HUSKY_MANIFEST });
  await install(repo.dir, { program });
  repo.write({ '.husky/pre-commit': 'npm test\n' });
  const { notes } = await uninstall(repo);
  assert.match(notes.join(), /husky stays set up: it runs pre-commit/);
  assert.is(repo.git('config', 'core.hooksPath'), '.husky/_');
  assert.match(read(repo, 'package.json'), /build && husky/);
  assert.not(existsSync(join(repo.dir, '.husky/post-commit')));
});

test.slow('our lines that came with the clone stay, unless they are to go for everybody', async () => {
  const repo = repoWith({
    '.husky/post-commit': `echo one\n${renderBlock('post-commit')}`,
    'package.json': '{}',
  });
  setUpHusky(repo.dir);
  await install(repo.dir, { program });
  const { notes } = await uninstall(repo);
  assert.match(notes.join('\n'), /post-commit has our lines, but not from this clone/);
  assert.match(read(repo, '.husky/post-commit'), />>> code2lora/);
  await uninstall(repo, { shared: true });
  assert.is(read(repo, '.husky/post-commit'), 'echo one\n');
});

test.slow('an installation whose record was lost can be removed', async () => {
  const repo = repoWith({ '.git/hooks/post-commit': { executable: '#!/bin/sh\necho one\n' } });
  const before = contentOf(repo.dir);
  await install(repo.dir, { program });
  rmSync(join(repo.dir, '.git/code2lora/install.json'));
  await uninstall(repo);
  assert.equal(contentOf(repo.dir), before);
});

test.slow('another way of installing takes the first one back', async () => {
  const repo = repoWith({ 'package.json': '{}' });
  const before = contentOf(repo.dir);
  assert.is((await install(repo.dir, { program })).offersHusky, true);
  await uninstall(repo);
  await install(repo.dir, { program, mode: 'husky' });
  await uninstall(repo);
  assert.equal(contentOf(repo.dir), before);

  await install(repo.dir, { program });
  repo.write({ 'lefthook.yml': '' });
  await install(repo.dir, { program, write: true });
  assert.not(existsSync(join(repo.dir, '.git/hooks/post-commit')));
  assert.match(read(repo, 'lefthook.yml'), /post-commit:/);
  await uninstall(repo);
  assert.is(read(repo, 'lefthook.yml'), '');
});

test('refuses to let husky silence hooks that run now', async () => {
  const repo = repoWith({
    'package.json': HUSKY_MANIFEST,
    '.git/hooks/pre-push': { executable: '#!/bin/sh\n' },
  });
  assert.is((await plan(repo)).mode, 'hooks-dir');
  await rejects(plan(repo, { mode: 'husky' }), UsageError, /pre-push/);
});

test.slow('does not touch hooks of all repositories, and says how to add a line', async () => {
  const repo = repoWith();
  const hooks = temporaryFolder();
  const config = join(temporaryFolder(), 'gitconfig');
  writeFileSync(config, `[core]\n\thooksPath = ${hooks}\n`);
  const before = process.env.GIT_CONFIG_GLOBAL;
  process.env.GIT_CONFIG_GLOBAL = config;
  try {
    const { mode, byHand } = await install(repo.dir, { program });
    assert.is(mode, 'by-hand');
    assert.match(byHand.join(), /core\.hooksPath is .*global.*gitconfig.*all your repositories/s);
    assert.not(existsSync(join(hooks, 'post-commit')));
    await uninstall(repo);
  } finally {
    process.env.GIT_CONFIG_GLOBAL = before;
  }
});

test.slow('does nothing where no hook could run, and says why', async () => {
  const off = repoWith();
  off.git('config', 'core.hooksPath', '/dev/null');
  const lost = repoWith();
  lost.git('config', 'core.hooksPath', '.githooks');
  for (const [repo, reason] of [
    [off, /switched off.*\/dev\/null.*local/],
    [lost, /no such folder/],
    [gitRepo({ bare: true }), /bare/],
  ] as const) {
    const { mode, byHand, edits } = await install(repo.dir, { program });
    assert.is(mode, 'none');
    assert.equal(edits, []);
    assert.match(byHand.join(), reason);
    assert.not(existsSync(join(repo.dir, '.git', 'code2lora')));
  }
});

test.slow('in a linked work tree the hooks of all work trees are meant', async () => {
  const repo = repoWith();
  repo.commit('one', { 'package.json': HUSKY_MANIFEST });
  const linked = join(temporaryFolder(), 'linked');
  repo.git('worktree', 'add', '--quiet', '--detach', linked);
  const before = contentOf(repo.dir);
  const { mode } = await install(linked, { program });
  assert.is(mode, 'hooks-dir', 'husky here would take the hooks of the main work tree away');
  assert.ok(existsSync(join(repo.dir, '.git/hooks/post-commit')));
  await applyUninstall(await planUninstall(await openOnce(linked)));
  assert.equal(contentOf(repo.dir), before);
});

test('changes nothing at all when a file has changed since the plan', async () => {
  const repo = repoWith();
  const { applyInstall } = await import('../../src/hooks/install.ts');
  const old = await plan(repo);
  repo.write({ '.git/hooks/post-applypatch': { executable: '#!/bin/sh\n' } });
  const before = contentOf(repo.dir);
  await rejects(applyInstall(old), UsageError, /changed since the plan/);
  assert.equal(contentOf(repo.dir), before);
});

test.slow('warns of a copy that npx may remove', async () => {
  const { notes } = await plan(repoWith(), {
    program: { ...program, hook: '/home/me/.npm/_npx/1a/node_modules/code2lora/dist/hook.js' },
  });
  assert.match(notes.join(), /npx's copy/);
});

test.run();
