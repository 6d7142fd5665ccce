/**
 * Builds dist/: bundles, type declarations, tree-sitter grammars and queries, JSON schemas, licences of what is
 * bundled.
 *
 *   cli.js, hook.js, index.js, chunks/   the package: native packages stay outside and are installed with it
 *   action.js, action/, native/          the GitHub Action: brings no node_modules, so nothing stays outside
 *
 * Same sources and lockfile, same bytes.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { bundleAction, bundlePackage, SETTINGS } from './bundle.js';
import { writeNativePackages } from './native-packages.js';

const OUT = process.argv[2] ?? 'dist';
const GRAMMARS = [
  'web-tree-sitter/web-tree-sitter.wasm',
  ...['python', 'javascript', 'typescript', 'tsx'].map(
    (language) => `@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`,
  ),
];
/** Their exported schemas. */
const SCHEMAS = {
  report: 'src/report/schema.ts',
  status: 'src/report/status-schema.ts',
  health: 'src/report/health-schema.ts',
  config: 'src/config.ts',
};

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const bundledFiles = [...(await bundlePackage(OUT)), ...(await bundleAction(OUT))];
chmodSync(join(OUT, 'cli.js'), 0o755);
for (const folder of ['assertions/queries', 'commands/workflows'])
  cpSync(join('src', folder), join(OUT, basename(folder)), { recursive: true });
mkdirSync(join(OUT, 'grammars'));
for (const file of GRAMMARS) cpSync(join('node_modules', file), join(OUT, 'grammars', basename(file)));
await writeSchemas();
const nativePackages = writeNativePackages(join(OUT, 'native'));
writeLicences([
  ...bundledFiles.flatMap(packageFolder),
  ...GRAMMARS.flatMap((file) => packageFolder(join('node_modules', file))),
  ...nativePackages,
]);
emitTypes();
printSizes();

/** Runs the schema modules once, from a temporary bundle, and writes every exported schema with an $id. */
async function writeSchemas() {
  const temporary = join(OUT, '.schemas');
  const build = await rolldown({
    input: SCHEMAS,
    external: [/^node:/],
    ...SETTINGS,
  });
  await build.write({ dir: temporary, format: 'esm' });
  await build.close();
  mkdirSync(join(OUT, 'schemas'));
  for (const name of Object.keys(SCHEMAS)) {
    const exported = await import(pathToFileURL(join(temporary, `${name}.js`)).href);
    for (const schema of Object.values(exported).filter((value) => value?.$id)) {
      const { $id, ...rest } = schema;
      const text = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id, ...rest };
      writeFileSync(join(OUT, 'schemas', $id), `${JSON.stringify(text, null, 2)}\n`);
    }
  }
  rmSync(temporary, { recursive: true });
}

/** The folder of the package that a file belongs to; none for a file of ours. */
function packageFolder(file) {
  const match = /^(.*?node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(
    file.replaceAll('\\', '/'),
  );
  return match ? [match[1]] : [];
}

/** The licence text of every package whose code is inside a bundle or copied. */
function writeLicences(folders) {
  const texts = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (name === undefined || texts.has(`${name} ${version}`)) continue;
    const files = readdirSync(folder).filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry));
    const found = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const text = found.length > 0 ? found.join('\n\n') : '(no licence file in the package)';
    texts.set(`${name} ${version}`, `${name} ${version} (${license})\n\n${text}\n`);
  }
  const sorted = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  writeFileSync(join(OUT, 'THIRD-PARTY-LICENSES.txt'), sorted.join(`\n${'-'.repeat(80)}\n\n`));
}

function emitTypes() {
  const tsc = 'node_modules/typescript/bin/tsc';
  const options = ['--project', 'tsconfig.build.json', '--outDir', join(OUT, 'types')];
  execFileSync(process.execPath, [tsc, ...options], { stdio: 'inherit' });
  keepPublicTypes(join(OUT, 'types'));
}

/** Removes the declarations that the public ones do not lead to. */
function keepPublicTypes(folder) {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.ts'/g)) {
      visit(join(dirname(file), `${target}.d.ts`));
    }
  };
  visit(join(folder, 'index.d.ts'));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !reached.has(path)) rmSync(path);
  }
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory() && readdirSync(path).length === 0) rmdirSync(path);
  }
}

/** One line for each thing in dist/, so that a size that jumps is seen. */
function printSizes() {
  const size = (path) =>
    statSync(path).isDirectory()
      ? readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0)
      : statSync(path).size;
  for (const name of [...readdirSync(OUT), '']) {
    console.log(`${(size(join(OUT, name)) / 1e6).toFixed(2).padStart(7)} MB  ${name || 'in all'}`);
  }
}
