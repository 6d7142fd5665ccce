/** Hooks in git's configuration need git 2.54; with an older one only the refusal can be tested. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import { readConfigHooks, removeConfigHooks, writeConfigHooks } from '../../src/hooks/config-hooks.ts';
import { setUpHusky } from '../../src/hooks/husky.ts';
import { planInstall } from '../../src/hooks/install.ts';
import { hasConfigHooks, readGitVersion } from '../../src/hooks/managers.ts';
import { HOOKS } from '../../src/hooks/templates.ts';
import { applyUninstall, planUninstall } from '../../src/hooks/uninstall.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { buildProgram, contentOf, install, openOnce, taskEvents, until } from './program.ts';

const test = suite('hooks/config-hooks');
const version = await readGitVersion('.');
const program = { node: process.execPath, hook: '/x/hook.js' };

test('a command stands in the configuration before its event: an event alone stops git', async () => {
  const { dir } = gitRepo();
  await writeConfigHooks(dir);
  const sections = readFileSync(join(dir, '.git', 'config'), 'utf8')
    .split('[hook "')
    .slice(1);
  assert.is(sections.length, HOOKS.length);
  for (const [index, section] of sections.entries()) {
    assert.match(
      section,
      new RegExp(`^code2lora-${HOOKS[index]}"\\]\\s+command = .*\\s+event = ${HOOKS[index]}\\s*$`),
    );
  }
});

test.slow('written twice it stands there once; removed, the configuration is as before', async () => {
  const repo = gitRepo();
  repo.git('config', 'hook.other.command', 'true');
  const path = join(repo.dir, '.git', 'config');
  const before = readFileSync(path, 'utf8');
  await writeConfigHooks(repo.dir);
  const once = readFileSync(path, 'utf8');
  await writeConfigHooks(repo.dir);
  assert.is(readFileSync(path, 'utf8'), once);
  assert.equal(await readConfigHooks(repo.dir), [...HOOKS]);
  await removeConfigHooks(repo.dir);
  assert.is(readFileSync(path, 'utf8'), before);
});

if (!hasConfigHooks(version)) {
  test('refuses with an older git, and says what to do', async () => {
    const repo = await openOnce(gitRepo().dir);
    await rejects(
      planInstall(repo, { program, mode: 'git-config' }),
      UsageError,
      /came with git 2\.54.*--mode hooks-dir/s,
    );
  });
} else {
  test.slow('wakes the worker side by side with husky, and leaves no byte behind', async () => {
    const repo = gitRepo();
    repo.commit('first', { 'package.json': '{}', '.husky/post-commit': 'touch from-husky\n' });
    setUpHusky(repo.dir);
    const before = contentOf(repo.dir);
    const { mode } = await install(repo.dir, { program: await buildProgram(), mode: 'git-config' });
    assert.is(mode, 'git-config');
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    const args = [...identity, 'commit', '--quiet', '--allow-empty', '-m', 'x'];
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: repo.dir, encoding: 'utf8' });
    assert.equal([status, stdout, stderr], [0, '', '']);
    const stateFolder = join(repo.dir, '.git', 'code2lora');
    const head = repo.git('rev-parse', 'HEAD');
    const isDone = () =>
      taskEvents(stateFolder).some(({ event, heads }) => event === 'end' && heads.includes(head));
    await until('the task', isDone);
    repo.git('switch', '--quiet', '--create', 'other');
    const wasAsked = () =>
      taskEvents(stateFolder).some(({ requests }) => requests?.some(({ hook }) => hook === 'post-checkout'));
    await until('the switch', wasAsked);
    repo.git('clean', '--quiet', '--force');
    (await import('node:fs')).rmSync(join(stateFolder, 'fake-task.log'));
    await applyUninstall(await planUninstall(await openOnce(repo.dir)));
    repo.git('switch', '--quiet', 'main');
    assert.equal(contentOf(repo.dir), before);
  });
}

test.run();
