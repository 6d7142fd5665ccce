import { apiUrlOf, isRepositoryName, parseRemote } from '../../src/github/address.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('github/address');

test('reads every form of a remote address that git takes', () => {
  const forms = [
    'https://github.com/o/r.git',
    'https://github.com/o/r',
    'https://github.com/o/r/',
    'https://user:s3cret@github.com/o/r.git',
    'https://x-access-token:s3cret@github.com:443/o/r.git',
    'ssh://git@github.com/o/r.git',
    'ssh://git@ssh.github.com:443/o/r.git',
    'git@github.com:o/r.git',
    'git@GitHub.com:o/r',
    'git@github.com:/o/r.git',
    'git://github.com/o/r.git\n',
  ];
  for (const form of forms) assert.equal(parseRemote(form), { host: 'github.com', repository: 'o/r' }, form);
});

test('keeps dots, and the host of a server of one’s own', () => {
  assert.equal(parseRemote('https://git.corp.example/a-b/c.d.git'), {
    host: 'git.corp.example',
    repository: 'a-b/c.d',
  });
  assert.equal(parseRemote('org-1234@corp.ghe.com:o/r.git'), { host: 'corp.ghe.com', repository: 'o/r' });
});

test('a folder, a path of another depth and nonsense are no repository of GitHub', () => {
  const others = [
    '/srv/git/r.git',
    '../r',
    'C:\\work\\r',
    'file:///srv/o/r',
    'https://github.com/o',
    'https://host/a/b/c',
    '',
  ];
  for (const other of others) assert.is(parseRemote(other), null, other);
});

test('a repository is owner and name', () => {
  assert.ok(isRepositoryName('o/r.js'));
  for (const bad of ['o', 'o/r/x', 'https://github.com/o/r', 'o/r?x']) assert.not.ok(isRepositoryName(bad));
});

test('knows where the API of a host is', () => {
  assert.is(apiUrlOf('github.com'), 'https://api.github.com');
  assert.is(apiUrlOf('corp.ghe.com'), 'https://api.corp.ghe.com');
  assert.is(apiUrlOf('git.corp.example'), 'https://git.corp.example/api/v3');
});

test.run();
