/**
 * Writes dist/native/: onnxruntime-node without its large libraries, and where those are to be had.
 *
 * The libraries of all platforms have 286 MB, so the Action fetches those of its platform from the npm registry,
 * once for each machine. Everything it takes from there is pinned here by size and SHA-256, read from the package
 * that `npm ci` has checked against the lockfile. What is small (the JavaScript, the bindings) is shipped.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const PACKAGES = 'node_modules';
const BINARIES = 'onnxruntime-node/bin/napi-v6';
const BINDING = 'onnxruntime_binding.node';

/** Returns the folders of the packages, for the licences. */
export function writeNativePackages(out) {
  const { name, version } = JSON.parse(readFileSync(join(PACKAGES, 'onnxruntime-node/package.json'), 'utf8'));
  const scripts = [
    ...filesOf('onnxruntime-node', (path) => /^(package\.json|dist\/[^/]+\.js)$/.test(path)),
    ...filesOf('onnxruntime-common', (path) => /^(package\.json|dist\/cjs\/.+\.js(on)?)$/.test(path)),
  ].map(describe);
  const platforms = Object.fromEntries(platformFolders().map(({ key, folder }) => [key, platform(folder)]));
  const shipped = [...scripts, ...Object.values(platforms).map(({ binding }) => binding)];
  for (const { path } of shipped) {
    mkdirSync(join(out, 'packages', dirname(path)), { recursive: true });
    copyFileSync(join(PACKAGES, path), join(out, 'packages', path));
  }
  const manifest = { name, version, tarball: `${name}/-/${name}-${version}.tgz`, scripts, platforms };
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return ['onnxruntime-node', 'onnxruntime-common'].map((folder) => join(PACKAGES, folder));
}

function platformFolders() {
  return readdirSync(join(PACKAGES, BINARIES))
    .sort()
    .flatMap((system) =>
      readdirSync(join(PACKAGES, BINARIES, system))
        .sort()
        .map((arch) => ({ key: `${system}-${arch}`, folder: `${BINARIES}/${system}/${arch}` })),
    );
}

function platform(folder) {
  const binding = describe(`${folder}/${BINDING}`);
  // An install script may have put CUDA's providers there, which are not in the package.
  const libraries = readdirSync(join(PACKAGES, folder)).filter(
    (file) => file !== BINDING && !file.includes('_providers_'),
  );
  const described = libraries.sort().map((file) => describe(`${folder}/${file}`));
  return { binding, libraries: withoutCopies(described, readFileSync(join(PACKAGES, binding.path))) };
}

/** macOS's library is in the package twice; the one is enough that the binding names. */
function withoutCopies(files, binding) {
  return files.filter(
    (file) =>
      binding.includes(basename(file.path)) ||
      files.filter(({ sha256 }) => sha256 === file.sha256).length === 1,
  );
}

function filesOf(folder, isWanted) {
  return readdirSync(join(PACKAGES, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .replaceAll('\\', '/')
        .slice(PACKAGES.length + 1),
    )
    .filter((path) => isWanted(path.slice(folder.length + 1)))
    .sort();
}

function describe(path) {
  const content = readFileSync(join(PACKAGES, path));
  return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}
