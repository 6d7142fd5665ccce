import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRepository } from '../../src/git/run.ts';
import { setUpHusky } from '../../src/hooks/husky.ts';
import { detectHooks, hasConfigHooks, liveHooks } from '../../src/hooks/managers.ts';
import { type Files, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import './program.ts';

const test = suite('hooks/managers');

async function detectIn(files: Files, settings: Record<string, string> = {}) {
  const repo = gitRepo();
  repo.write(files);
  for (const [name, value] of Object.entries(settings)) repo.git('config', name, value);
  return { repo, setup: await detectHooks(await openRepository(repo.dir)) };
}

test('nobody: hooks lie in the git folder', async () => {
  const { repo, setup } = await detectIn({ '.git/hooks/pre-push': { executable: '#!/bin/sh\n' } });
  assert.is(setup.manager, 'none');
  assert.is(setup.hooksDir, join(repo.dir, '.git', 'hooks'));
  assert.is(setup.hooksPath, null);
  assert.match(setup.evidence.join('\n'), /core.hooksPath is not set\nhooks there: pre-push/);
});

test.slow('husky: the folder of core.hooksPath holds its stubs', async () => {
  const { repo } = await detectIn({});
  setUpHusky(repo.dir);
  const setup = await detectHooks(await openRepository(repo.dir));
  assert.is(setup.manager, 'husky');
  assert.is(setup.hooksDir, join(repo.dir, '.husky', '_'));
  assert.match(setup.evidence.join('\n'), /core\.hooksPath = \.husky\/_ \(local, file:.*config\)/);
  assert.match(setup.evidence.join('\n'), /_\/h is husky's/);
});

test.slow('husky without its folder: a clone before npm install, a linked work tree', async () => {
  const { setup } = await detectIn({}, { 'core.hooksPath': '.husky/_' });
  assert.is(setup.manager, 'husky');
  assert.is(setup.hooksDirState, 'missing');
});

const FILES: Record<string, string> = {
  'lefthook.yml': 'lefthook',
  '.lefthook.yaml': 'lefthook',
  '.config/lefthook.toml': 'lefthook',
  '.pre-commit-config.yaml': 'pre-commit',
  '.simple-git-hooks.json': 'simple-git-hooks',
  'hk.pkl': 'hk',
  '.overcommit.yml': 'overcommit',
};
for (const [file, manager] of Object.entries(FILES)) {
  const add = file.startsWith('lefthook') ? test : test.slow;
  add(`${manager}: there is ${file}`, async () => {
    const { repo, setup } = await detectIn({ [file]: '' });
    assert.is(setup.manager, manager);
    assert.is(setup.configFile, join(repo.dir, file));
  });
}

test.slow('simple-git-hooks: there is an entry in package.json', async () => {
  const { setup } = await detectIn({ 'package.json': '{ "simple-git-hooks": { "pre-commit": "x" } }' });
  assert.is(setup.manager, 'simple-git-hooks');
});

test.slow("the repository's own core.hooksPath", async () => {
  const { setup } = await detectIn({ '.githooks/pre-commit': '' }, { 'core.hooksPath': '.githooks' });
  assert.is(setup.manager, 'hooks-path');
  assert.is(setup.hooksPath?.scope, 'local');
});

test('core.hooksPath of the user: says where it was set', async () => {
  const config = join(temporaryFolder(), 'gitconfig');
  const hooks = temporaryFolder();
  writeFileSync(config, `[core]\n\thooksPath = ${hooks}\n`);
  const before = process.env.GIT_CONFIG_GLOBAL;
  process.env.GIT_CONFIG_GLOBAL = config;
  try {
    const { setup } = await detectIn({ 'lefthook.yml': '' });
    assert.is(setup.manager, 'global-hooks-path');
    assert.equal(setup.hooksPath, { value: hooks, scope: 'global', origin: `file:${config}` });
  } finally {
    process.env.GIT_CONFIG_GLOBAL = before;
  }
});

test('hooks switched off', async () => {
  const { setup } = await detectIn({}, { 'core.hooksPath': '/dev/null' });
  assert.is(setup.hooksDirState, 'not-a-folder');
});

test.slow('a linked work tree shares the hooks of the main one', async () => {
  const { repo } = await detectIn({});
  repo.commit('one', { a: '1' });
  const linked = join(temporaryFolder(), 'linked');
  repo.git('worktree', 'add', '--quiet', '--detach', linked);
  const setup = await detectHooks(await openRepository(linked));
  assert.is(setup.isLinkedWorktree, true);
  assert.is(setup.hooksDir, join(repo.dir, '.git', 'hooks'));
});

test('samples and files that are not executable are no live hooks', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'post-merge'));
  for (const name of ['pre-commit.sample', 'post-commit'])
    writeFileSync(join(folder, name), '', { mode: 0o755 });
  writeFileSync(join(folder, 'pre-push'), '', { mode: 0o644 });
  assert.equal(
    liveHooks(folder),
    process.platform === 'win32' ? ['post-commit', 'pre-push'] : ['post-commit'],
  );
  assert.equal(liveHooks(join(folder, 'missing')), []);
});

test('hooks in the configuration came with git 2.54', () => {
  assert.not(hasConfigHooks([2, 53]));
  assert.ok(hasConfigHooks([2, 54]));
  assert.ok(hasConfigHooks([3, 0]));
});

test.run();
