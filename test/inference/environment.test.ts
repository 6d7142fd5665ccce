import { processEnvironment } from '../../src/inference/environment.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('inference/environment');

test('keeps what drivers and the native library read, and no secret', () => {
  const kept = {
    PATH: '/bin',
    HOME: '/h',
    VK_DRIVER_FILES: 'x',
    XDG_RUNTIME_DIR: '/run',
    LD_LIBRARY_PATH: '/l',
    lc_all: 'C',
  };
  const secret = {
    GITHUB_TOKEN: 't',
    HF_TOKEN: 't',
    AWS_SECRET_ACCESS_KEY: 'k',
    NODE_OPTIONS: '--inspect',
    INPUT_TOKEN: 't',
  };
  assert.equal(processEnvironment({ ...kept, ...secret, MY_PATH: 'x' }, 'darwin'), kept);
});

test('asks for large pages on Linux, beside what the user has set', () => {
  const tunables = (env: NodeJS.ProcessEnv) => processEnvironment(env, 'linux').GLIBC_TUNABLES;
  assert.is(tunables({}), 'glibc.malloc.hugetlb=1');
  const own = 'glibc.malloc.arena_max=2';
  assert.is(tunables({ GLIBC_TUNABLES: own }), `${own}:glibc.malloc.hugetlb=1`);
  assert.is(tunables({ GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0' }), 'glibc.malloc.hugetlb=0');
});

test.run();
