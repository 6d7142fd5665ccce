/**
 * Builds dist/: bundles, type declarations, tree-sitter queries, JSON schemas, licences of what is bundled.
 *
 * Plain JavaScript packages are bundled, so that a cold start reads one file instead of hundreds. Native
 * and WebAssembly packages stay outside and are installed with ours. Same sources and lockfile, same bytes.
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
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const OUT = process.argv[2] ?? 'dist';
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
// typebox is a dependency for the sake of our types only; its code is bundled like that of the others.
const external = Object.keys(manifest.dependencies)
  .filter((name) => name !== 'typebox')
  .map((name) => new RegExp(`^${name}(/|$)`));
const settings = { external: [...external, /^node:/], platform: 'node', transform: { target: 'node20' } };

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const bundledFiles = await bundle({ cli: 'src/cli.ts', hook: 'src/hook.ts', index: 'src/index.ts' });
chmodSync(join(OUT, 'cli.js'), 0o755);
cpSync('src/assertions/queries', join(OUT, 'queries'), { recursive: true });
await writeSchemas();
writeLicences(bundledFiles);
emitTypes();

async function bundle(input) {
  const build = await rolldown({ input, ...settings });
  const { output } = await build.write({
    dir: OUT,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    comments: { legal: false },
  });
  await build.close();
  return [...new Set(output.flatMap((chunk) => chunk.moduleIds ?? []))];
}

/** Runs the schema modules once, from a temporary bundle, and writes every exported schema with an $id. */
async function writeSchemas() {
  const temporary = join(OUT, '.schemas');
  const build = await rolldown({
    input: { report: 'src/report/schema.ts', config: 'src/config.ts' },
    ...settings,
  });
  await build.write({ dir: temporary, format: 'esm' });
  await build.close();
  mkdirSync(join(OUT, 'schemas'));
  for (const name of ['report', 'config']) {
    const exported = await import(pathToFileURL(join(temporary, `${name}.js`)).href);
    for (const schema of Object.values(exported).filter((value) => value?.$id)) {
      const { $id, ...rest } = schema;
      const text = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id, ...rest };
      writeFileSync(join(OUT, 'schemas', $id), `${JSON.stringify(text, null, 2)}\n`);
    }
  }
  rmSync(temporary, { recursive: true });
}

/** The licence text of every package whose code is inside a bundle. */
function writeLicences(files) {
  const folders = files.flatMap((file) => {
    const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll('\\', '/'));
    return match ? [match[1]] : [];
  });
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '(no licence file in the package)';
    return { name, text: `${name} ${version} (${license})\n\n${text}\n` };
  });
  const sorted = texts.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text);
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
