import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import { hubSettings } from '../../src/packs/hub-settings.ts';
import { assert, suite } from '../helpers/suite.ts';
import { temporaryHome } from './fixture.ts';

const test = suite('packs/hub-settings');
const home = mkdtempSync(join(temporaryHome().root, 'x'));
const read = (env: NodeJS.ProcessEnv, offline = false) => hubSettings(env, { offline, home });

test('without any variable it is the public Hub, nobody in particular, and the usual cache', () => {
  assert.equal(read({}), {
    url: 'https://huggingface.co',
    token: null,
    isOffline: false,
    cacheFolder: join(home, '.cache', 'huggingface', 'hub'),
  });
});

test('finds the token as the Hub’s own tools do: two variables, then the file of a login', () => {
  const path = join(home, 'token');
  writeFileSync(path, 'hf_file\n');
  assert.is(read({ HF_HOME: home }).token, 'hf_file');
  assert.is(read({ HF_TOKEN_PATH: path }).token, 'hf_file');
  assert.is(read({ HF_HOME: home, HUGGING_FACE_HUB_TOKEN: 'hf_old' }).token, 'hf_old');
  assert.is(read({ HF_HOME: home, HUGGING_FACE_HUB_TOKEN: 'hf_old', HF_TOKEN: 'hf_new' }).token, 'hf_new');
});

test('a token is taken without what a copy adds to it, and never shown when it cannot be one', () => {
  assert.is(read({ HF_TOKEN: ' hf_new\r\n' }).token, 'hf_new');
  assert.is(read({ HF_TOKEN: '  ', HUGGING_FACE_HUB_TOKEN: 'hf_old' }).token, 'hf_old');
  for (const HF_TOKEN of ['hf_secret\nhf_secret', 'hf_secrét', 'hf_secret\u0000'])
    assert.throws(
      () => read({ HF_TOKEN }),
      (error: Error) =>
        error instanceof UsageError && /^HF_TOKEN holds/.test(error.message) && !/secr/.test(error.message),
    );
});

test('finds the cache by any of its variables', () => {
  assert.is(read({ XDG_CACHE_HOME: '/x' }).cacheFolder, '/x/huggingface/hub');
  assert.is(read({ HF_HOME: '/h', XDG_CACHE_HOME: '/x' }).cacheFolder, '/h/hub');
  assert.is(read({ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }).cacheFolder, '/old');
  assert.is(read({ HF_HUB_CACHE: '/c', HUGGINGFACE_HUB_CACHE: '/old' }).cacheFolder, '/c');
});

test('is offline by option or variable', () => {
  for (const value of ['1', 'true', 'YES', 'on']) assert.is(read({ HF_HUB_OFFLINE: value }).isOffline, true);
  for (const value of ['', '0', 'false']) assert.is(read({ HF_HUB_OFFLINE: value }).isOffline, false);
  assert.is(read({}, true).isOffline, true);
});

test('a password does not belong into the address, and is not shown', () => {
  assert.throws(
    () => read({ HF_ENDPOINT: 'https://me:secret@mirror.example' }),
    (error: Error) =>
      error instanceof UsageError && /into HF_TOKEN/.test(error.message) && !/secret|me:/.test(error.message),
  );
});

test('takes a mirror, and refuses what is no address', () => {
  assert.is(read({ HF_ENDPOINT: 'https://mirror.example/hf/' }).url, 'https://mirror.example/hf');
  for (const HF_ENDPOINT of ['mirror.example', 'file:///x'])
    assert.throws(
      () => read({ HF_ENDPOINT }),
      (error: Error) => error instanceof UsageError && /HF_ENDPOINT is/.test(error.message),
    );
});

test.run();
