import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findToken } from '../../src/commands/github-token.ts';
import { UsageError } from '../../src/errors.ts';
import { withEnvironment } from '../helpers/environment.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('commands/github-token');

/** A program `gh` in front of PATH that knows the token of one host, as the real one answers. */
function withGh<T>(host: string, token: string, run: () => Promise<T>): Promise<T> {
  const folder = temporaryFolder();
  const lines = [
    '#!/bin/sh',
    `[ "$1 $2 $3 $4" = "auth token --hostname ${host}" ] && echo ${token} && exit 0`,
    'echo "no oauth token found" >&2; exit 1',
  ];
  writeFileSync(join(folder, 'gh'), lines.join('\n'));
  chmodSync(join(folder, 'gh'), 0o755);
  return withEnvironment({ PATH: `${folder}${delimiter}${process.env.PATH}` }, run);
}

test('GITHUB_TOKEN comes before GH_TOKEN, and an empty one counts as none', async () => {
  assert.is(await findToken('github.com', { GITHUB_TOKEN: 'a', GH_TOKEN: 'b' }), 'a');
  assert.is(await findToken('corp.ghe.com', { GITHUB_TOKEN: '', GH_TOKEN: ' b\n' }), 'b');
});

test('another server gets its own token only', async () => {
  const env = { GITHUB_TOKEN: 'a', GH_ENTERPRISE_TOKEN: 'e' };
  assert.is(await findToken('git.corp.example', env), 'e');
  assert.is(
    await findToken('git.corp.example', { ...env, GITHUB_API_URL: 'https://git.corp.example/api/v3' }),
    'a',
  );
});

if (process.platform !== 'win32') {
  test('without a variable, gh is asked for the token of that host', () =>
    withGh('github.com', 'from-gh', async () => {
      assert.is(await findToken('github.com', {}), 'from-gh');
      await rejects(findToken('git.corp.example', {}), UsageError, /no token for git\.corp\.example/);
    }));
}

test('without gh it says what to do', () =>
  withEnvironment({ PATH: temporaryFolder() }, () =>
    rejects(
      findToken('github.com', {}),
      UsageError,
      /neither GITHUB_TOKEN nor GH_TOKEN is set.*\n.*"Actions: read"/,
    ),
  ));

test.run();
