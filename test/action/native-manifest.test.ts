/** Which files each platform needs: the manifest that the build wrote, held against the real package. */
import { readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type NativeMachine, nativeFilesFor, readNativeManifest } from '../../src/action/native-manifest.ts';
import { installNativePackages } from '../../src/action/native-packages.ts';
import { ModelError } from '../../src/errors.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { nativeFile, startRegistry } from './npm-registry.ts';

const test = suite('native manifest');
const SHIPPED = resolve(process.env.CODE2LORA_ACTION ?? '.', 'dist/native');

for (const [machine, message] of [
  [{ platform: 'darwin', arch: 'x64' }, /no build of ONNX Runtime for darwin-x64\.\nUse a runner with Linux/],
  [
    { platform: 'linux', arch: 'x64', glibc: null },
    /linux-x64 without glibc \(Alpine\?\)\.\n.*ubuntu-latest/,
  ],
  [{ platform: 'linux', arch: 'arm64', glibc: '2.27' }, /glibc 2\.27; it needs 2\.28 or newer/],
  [{ platform: 'linux', arch: 'riscv64', glibc: '2.40' }, /for linux-riscv64/],
] as const) {
  test(`says before any download that there is no build: ${JSON.stringify(machine)}`, () =>
    refusesBeforeAnyDownload(machine, message));
}

test('glibc 2.28 and 3.0 are new enough', () => {
  for (const glibc of ['2.28', '2.100', '3.0'])
    assert.ok(nativeFilesFor(readNativeManifest(SHIPPED), { platform: 'linux', arch: 'x64', glibc }));
});

const FILES = {
  'linux-x64': ['libonnxruntime.so.1'],
  'linux-arm64': ['libonnxruntime.so.1'],
  'darwin-arm64': ['libonnxruntime.1.dylib'],
  'win32-x64': ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll'],
  'win32-arm64': ['DirectML.dll', 'dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll'],
};

test('the build lists the libraries of every platform, as they are in the package', () => {
  const manifest = readNativeManifest(SHIPPED);
  const found = Object.entries(manifest.platforms).map(([key, { libraries }]) => [
    key,
    libraries.map(({ path }) => basename(path)),
  ]);
  assert.equal(Object.fromEntries(found), FILES);
  for (const { binding, libraries } of Object.values(manifest.platforms))
    for (const { path, bytes } of [binding, ...libraries])
      assert.is(statSync(join('node_modules', path)).size, bytes);
});

test('what is shipped is what the manifest says', () => {
  const { scripts, platforms } = readNativeManifest(SHIPPED);
  for (const file of [...scripts, ...Object.values(platforms).map(({ binding }) => binding)])
    assert.equal(nativeFile(file.path, readFileSync(join(SHIPPED, 'packages', file.path))), file);
});

async function refusesBeforeAnyDownload(machine: NativeMachine, message: RegExp): Promise<void> {
  await using registry = await startRegistry(Buffer.alloc(0));
  const [toolCache, temporary] = [temporaryFolder(), temporaryFolder()];
  const options = {
    shipped: SHIPPED,
    toolCache,
    temporaryFolder: temporary,
    registry: registry.url,
    machine,
  };
  await rejects(installNativePackages({ ...options, log() {} }), ModelError, message);
  assert.equal(registry.requests, []);
}

test.run();
