import { gitEnvironment } from '../../src/git/environment.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('git/environment');

test('drops what a hook exports and what starts programs', () => {
  const hook = {
    GIT_DIR: '/x',
    GIT_INDEX_FILE: '.git/index',
    GIT_PREFIX: '',
    GIT_EDITOR: ':',
    git_work_tree: '/y',
  };
  const config = {
    GIT_CONFIG_PARAMETERS: "'diff.noprefix'='true'",
    GIT_CONFIG_COUNT: '1',
    GIT_EXTERNAL_DIFF: 'x',
  };
  const env = gitEnvironment({
    ...hook,
    ...config,
    EDITOR: 'vi',
    PAGER: 'less',
    PATH: '/bin',
    HOME: '/root',
  });
  for (const name of [...Object.keys(hook), ...Object.keys(config), 'EDITOR', 'PAGER'])
    assert.not.ok(name in env, name);
  assert.is(env.PATH, '/bin');
  assert.is(env.HOME, '/root');
});

test('keeps where configuration and credentials are', () => {
  const env = gitEnvironment({
    GIT_CONFIG_GLOBAL: '/c',
    GIT_SSH_COMMAND: 'ssh -i key',
    GIT_CEILING_DIRECTORIES: '/',
  });
  assert.is(env.GIT_CONFIG_GLOBAL, '/c');
  assert.is(env.GIT_SSH_COMMAND, 'ssh -i key');
  assert.is(env.GIT_CEILING_DIRECTORIES, '/');
});

test('never asks, never locks, and sees no replaced objects', () => {
  const env = gitEnvironment({ GIT_OPTIONAL_LOCKS: '1', GIT_NO_REPLACE_OBJECTS: '0', LC_ALL: 'de_DE.UTF-8' });
  const { GIT_OPTIONAL_LOCKS, GIT_NO_REPLACE_OBJECTS, GIT_TERMINAL_PROMPT, LC_ALL } = env;
  assert.equal(
    [GIT_OPTIONAL_LOCKS, GIT_NO_REPLACE_OBJECTS, GIT_TERMINAL_PROMPT, LC_ALL],
    ['0', '1', '0', 'C'],
  );
});

test.run();
