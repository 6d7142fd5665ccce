/** ONNX Runtime into a tool cache: real HTTP, real tarballs, the manifest that the build wrote. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create } from 'tar';
import { nativeFilesFor, nativeMachine, readNativeManifest } from '../../src/action/native-manifest.ts';
import { type InstallOptions, installNativePackages, registryOf } from '../../src/action/native-packages.ts';
import { ModelError, UsageError } from '../../src/errors.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { nativeFile, packTarball, type Registry, startRegistry } from './npm-registry.ts';

const test = suite('native packages');
const SHIPPED = resolve(process.env.CODE2LORA_ACTION ?? '.', 'dist/native');
const PACKAGE = 'onnxruntime-node';
const LIBRARY = 'bin/linux/x64/library.so';
const MACHINE = { platform: 'linux', arch: 'x64', glibc: '2.31' };
const SCRIPT = "module.exports = 'script';\n";
const CONTENT = randomBytes(200_000);

/** What the build writes, for a package of three small files. */
function shippedFolder(): string {
  const folder = temporaryFolder();
  const scripts = [nativeFile(`${PACKAGE}/index.js`, SCRIPT)];
  const binding = nativeFile(`${PACKAGE}/bin/linux/x64/binding.node`, 'binding');
  const libraries = [nativeFile(`${PACKAGE}/${LIBRARY}`, CONTENT)];
  const manifest = {
    ...{ name: PACKAGE, version: '9.9.9', tarball: 'p/-/p-9.9.9.tgz', scripts },
    platforms: { 'linux-x64': { binding, libraries } },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const [path, content] of [
    ['index.js', SCRIPT],
    ['bin/linux/x64/binding.node', 'binding'],
  ] as const) {
    mkdirSync(dirname(join(folder, 'packages', PACKAGE, path)), { recursive: true });
    writeFileSync(join(folder, 'packages', PACKAGE, path), content);
  }
  return folder;
}

interface Setting extends InstallOptions {
  lines: string[];
}

function setting({ url }: { url: string }, changes: Partial<InstallOptions> = {}): Setting {
  const lines: string[] = [];
  return {
    shipped: shippedFolder(),
    toolCache: temporaryFolder(),
    temporaryFolder: temporaryFolder(),
    registry: url,
    machine: MACHINE,
    secondMs: 1,
    log: (line) => void lines.push(line),
    lines,
    ...changes,
  };
}

const goodTarball = () => packTarball({ 'package/README.md': 'read me', [`package/${LIBRARY}`]: CONTENT });
const libraryIn = (folder: string) => join(folder, 'node_modules', PACKAGE, LIBRARY);
const answer = (status: number) => (_: unknown, response: ServerResponse) =>
  void response.writeHead(status).end('no');

async function withRegistry<T>(work: (registry: Registry) => Promise<T>, tarball?: Buffer): Promise<T> {
  await using registry = await startRegistry(tarball ?? (await goodTarball()));
  return await work(registry);
}

test.slow('installs what was shipped and what was downloaded, as npm would lay it out', () =>
  withRegistry(async (registry) => {
    const options = setting(registry);
    const folder = await installNativePackages(options);
    assert.is(folder, join(options.toolCache, 'code2lora-onnxruntime/9.9.9/linux-x64'));
    assert.equal(readFileSync(libraryIn(folder)), CONTENT);
    assert.is(readFileSync(join(folder, 'node_modules', PACKAGE, 'index.js'), 'utf8'), SCRIPT);
    assert.equal(registry.requests, ['/p/-/p-9.9.9.tgz']);
    assert.equal(readdirSync(dirname(folder)), ['linux-x64'], 'nothing else is left behind');
    assert.is(statSync(folder).mode & 0o777, 0o755, 'other users can read it');
  }),
);

test('asks for nothing the second time', async () => {
  const options = await withRegistry(async (registry) => {
    const options = setting(registry);
    await installNativePackages(options);
    return options;
  });
  assert.ok(existsSync(libraryIn(await installNativePackages(options))), 'the registry is gone');
});

test.slow('a damaged file is seen, and mended', () =>
  withRegistry(async (registry) => {
    const options = setting(registry);
    const folder = await installNativePackages(options);
    writeFileSync(libraryIn(folder), 'damaged');
    await installNativePackages(options);
    assert.equal(readFileSync(libraryIn(folder)), CONTENT);
    assert.match(options.lines.join('\n'), /library\.so is damaged/);
  }),
);

test.slow('stops reading when it has what it needs', async () => {
  const rest = randomBytes(30_000_000);
  const tarball = await packTarball({ [`package/${LIBRARY}`]: CONTENT, 'package/rest.bin': rest });
  await withRegistry(async (registry) => {
    await installNativePackages(setting(registry));
    assert.ok(
      registry.sent() > CONTENT.length && registry.sent() < rest.length / 2,
      `${registry.sent()} bytes`,
    );
  }, tarball);
});

test('other content is refused, and nothing of it stays', async () => {
  const tarball = await packTarball({ [`package/${LIBRARY}`]: randomBytes(CONTENT.length) });
  await withRegistry(async (registry) => {
    const options = setting(registry);
    await rejects(installNativePackages(options), ModelError, /SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}/);
    assert.is(registry.requests.length, 1, 'asking again would not help');
    assert.equal(readdirSync(join(options.toolCache, 'code2lora-onnxruntime/9.9.9')), []);
  }, tarball);
});

test.slow('another size, a link in the place of the file and a missing file are refused', async () => {
  for (const content of ['short', { link: '/etc/passwd' }, undefined]) {
    const files = {
      'package/a.txt': 'a',
      ...(content === undefined ? {} : { [`package/${LIBRARY}`]: content }),
    };
    await withRegistry(
      (registry) =>
        rejects(installNativePackages(setting(registry)), ModelError, /it has no file package\/bin\/linux/),
      await packTarball(files),
    );
  }
});

test('what is no tarball is refused', () =>
  withRegistry(
    (registry) => rejects(installNativePackages(setting(registry)), ModelError, /incorrect header check/),
    Buffer.from('<html>please log in</html>'),
  ));

test('waits for a registry that fails for a moment', async () => {
  const hangUp = (_: unknown, response: ServerResponse) => void response.socket?.destroy();
  await using registry = await startRegistry(await goodTarball(), [answer(503), hangUp]);
  const options = setting(registry);
  assert.ok(existsSync(libraryIn(await installNativePackages(options))));
  assert.is(registry.requests.length, 3);
  assert.match(options.lines[0] ?? '', /the server answered 503; trying again \(2 of 3\)/);
});

test.slow('a transfer that breaks off is tried again', async () => {
  const tarball = await goodTarball();
  const half = (_: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': tarball.length });
    response.write(tarball.subarray(0, tarball.length / 2), () => response.socket?.destroy());
  };
  await using registry = await startRegistry(tarball, [half]);
  assert.ok(existsSync(libraryIn(await installNativePackages(setting(registry)))));
});

test('a package that the registry does not have is not asked for again', async () => {
  await using registry = await startRegistry(await goodTarball(), [answer(404)]);
  await rejects(installNativePackages(setting(registry)), ModelError, /the server answered 404/);
  assert.is(registry.requests.length, 1);
});

test('without network it says how to prepare the runner', () =>
  rejects(
    installNativePackages(setting({ url: 'http://127.0.0.1:9/' })),
    ModelError,
    /Cannot download ONNX Runtime from http:\/\/127\.0\.0\.1:9\/.*ECONNREFUSED.*\n.*prepare the runner once/,
  ));

test('two jobs at once both end with a whole one', () =>
  withRegistry(async (registry) => {
    const options = setting(registry);
    const folders = await Promise.all([1, 2, 3].map(() => installNativePackages(options)));
    assert.is(new Set(folders).size, 1);
    assert.equal(readdirSync(dirname(folders[0] as string)), ['linux-x64']);
    assert.equal(readFileSync(libraryIn(folders[0] as string)), CONTENT);
  }));

test('a tool cache that cannot be written is gone around', () =>
  withRegistry(async (registry) => {
    const options = setting(registry);
    // a file where a folder should be: permissions do not stop the superuser
    writeFileSync(join(options.toolCache, 'code2lora-onnxruntime'), '');
    const folder = await installNativePackages(options);
    assert.ok(folder.startsWith(options.temporaryFolder));
    assert.match(options.lines.join('\n'), /cannot be written: ONNX Runtime is kept for this job only/);
  }));

test("the registry comes from npm's settings", () => {
  assert.is(registryOf({}), 'https://registry.npmjs.org/');
  assert.is(registryOf({ npm_config_registry: 'https://npm.example/a' }), 'https://npm.example/a/');
  assert.is(registryOf({ NPM_CONFIG_REGISTRY: 'http://mirror:4873/' }), 'http://mirror:4873/');
  assert.throws(
    () => registryOf({ npm_config_registry: 'mirror' }),
    (error: Error) => error instanceof UsageError,
  );
});

const RUN_A_MODEL = `
import { loadPackagesFrom } from '${pathToFileURL('src/runtime/packages.ts')}';
import { timeProbe } from '${pathToFileURL('src/runtime/device-probe.ts')}';
import { packagePath } from '${pathToFileURL('src/runtime/packages.ts')}';
loadPackagesFrom(process.argv[1]);
await timeProbe('cpu', { width: 8 });
process.stdout.write(packagePath('onnxruntime-node/package.json'));
`;

/** Computes something with what lies in a folder; a process of its own, because a library is loaded once. */
function runModel(folder: string): void {
  const command = ['--import', 'tsx', '--input-type=module', '--eval', RUN_A_MODEL, folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  assert.is(status, 0, stderr);
  assert.ok(stdout.startsWith(folder), stdout);
}

/** Its own files and sizes, in the order of the real one, without what other platforms have. */
async function realTarball(): Promise<Buffer> {
  const folder = temporaryFolder();
  const { libraries } = nativeFilesFor(readNativeManifest(SHIPPED), nativeMachine());
  const paths = libraries.map(({ path }) => path.replace(PACKAGE, 'package'));
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join('node_modules', path.replace('package', PACKAGE)), join(folder, path));
  }
  const file = join(folder, 'packed.tgz');
  await create({ cwd: folder, file, gzip: { level: 1 }, portable: true }, paths);
  return readFileSync(file);
}

test.slow('runs a model with the real libraries, taken out of a tarball', async () => {
  const tarball = await realTarball();
  await withRegistry(async (registry) => {
    const options = setting(registry, { shipped: SHIPPED, machine: nativeMachine() });
    runModel(await installNativePackages(options));
  }, tarball);
});

if (process.env.CODE2LORA_TEST_NETWORK === '1') {
  test.slow('runs a model with what the registry of npm has', async () => {
    const options = setting({ url: registryOf(process.env) }, { shipped: SHIPPED, machine: nativeMachine() });
    runModel(await installNativePackages(options));
  });
}

test.run();
