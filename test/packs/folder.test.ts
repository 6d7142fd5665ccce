import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/errors.ts';
import {
  cachedPackFolder,
  cachedPacks,
  checkPackName,
  installPack,
  newBuildFolder,
  packHome,
  removePackFolder,
} from '../../src/packs/folder.ts';
import { assert, suite } from '../helpers/suite.ts';
import { temporaryHome } from './fixture.ts';

const test = suite('packs/folder');

test('lies where the platform keeps caches, or where CODE2LORA_HOME says', () => {
  const rootOf = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform) =>
    packHome(env, { platform, home: '/home/me' }).root;
  assert.is(rootOf({}, 'linux'), '/home/me/.cache/code2lora');
  assert.is(rootOf({ XDG_CACHE_HOME: '/big/cache' }, 'linux'), '/big/cache/code2lora');
  assert.is(rootOf({ XDG_CACHE_HOME: 'relative' }, 'linux'), '/home/me/.cache/code2lora');
  assert.is(rootOf({}, 'darwin'), '/home/me/Library/Caches/code2lora');
  assert.is(rootOf({ LOCALAPPDATA: '/local' }, 'win32'), '/local/code2lora');
  assert.is(rootOf({ CODE2LORA_HOME: '/elsewhere', XDG_CACHE_HOME: '/big' }, 'linux'), '/elsewhere');
  assert.throws(
    () => rootOf({ CODE2LORA_HOME: 'here' }, 'linux'),
    (error: Error) => error instanceof UsageError && /"here", expected an absolute path/.test(error.message),
  );
});

function complete(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), '{}');
  return folder;
}

test('lists complete packs only, and none before there is a folder', () => {
  const home = temporaryHome();
  assert.equal(cachedPacks(home), []);
  complete(join(home.packs, 'b'));
  complete(join(home.packs, 'a'));
  complete(join(home.packs, '.c.building-1'));
  mkdirSync(join(home.packs, 'empty'));
  assert.equal(
    cachedPacks(home).map(({ name }) => name),
    ['a', 'b'],
  );
  assert.is(cachedPackFolder(home, 'a'), join(home.packs, 'a'));
  for (const name of ['empty', 'none', '..', '.c.building-1', ''])
    assert.is(cachedPackFolder(home, name), undefined);
});

test('takes names that are folders everywhere, and no others', () => {
  for (const name of ['official', 'my-pack_2.0+x']) assert.is(checkPackName(name), name);
  for (const name of ['', '.', '..', '.x', '-x', 'a/b', 'a\\b', 'a b', 'x'.repeat(101)])
    assert.throws(
      () => checkPackName(name),
      (error: Error) => error instanceof UsageError,
    );
});

test('a built pack takes the place of the old one; what killed builds left goes', () => {
  const home = temporaryHome();
  complete(join(home.packs, '.a.building-99999'));
  complete(join(home.packs, '.ab.building-99999'));
  writeFileSync(join(complete(join(home.packs, 'a')), 'old'), '');
  const built = complete(newBuildFolder(home, 'a'));
  assert.equal(readdirSync(home.packs).sort(), [`.a.building-${process.pid}`, '.ab.building-99999', 'a']);
  const dir = installPack(home, { name: 'a', built });
  assert.equal(readdirSync(dir), ['manifest.json']);
  removePackFolder(home, 'a');
  assert.ok(!existsSync(dir));
  assert.equal(readdirSync(home.packs), ['.ab.building-99999']);
});

test.run();
