/**
 * Bundles test files, and the sources and packages that they import, for one run.
 *
 * In: paths of test files. Out: a folder with JavaScript under the same paths, and what they share. Node loads that
 * in a fraction of the time and memory that tsx takes for hundreds of modules. Made anew for every run, so it cannot
 * be stale; source maps keep the lines of failures right.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { SETTINGS } from './bundle.js';

/** A place from which the packages that stay outside are found. */
const PARENT = 'node_modules/.cache/code2lora-tests';
/** Have native code, are found by their own path, are test-batch.js's too, or are large and hardly used. */
const OUTSIDE = [
  ...['husky', 'lmdb', 'onnxruntime-node', 'libxml2-wasm', 'rolldown', 'uvu'],
  ...['@actions/artifact', '@huggingface/hub'],
].map((name) => new RegExp(`^${name}(/|$)`));

const CHILD = 'src/inference/child.ts';
const STARTS_CHILD = join('src', 'inference', 'spawn.ts');

/** Returns the folder, which is removed when the process ends. */
export async function bundleTests(files) {
  mkdirSync(PARENT, { recursive: true });
  const dir = mkdtempSync(join(PARENT, 'run-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const build = await rolldown({
    input: {
      inference: CHILD,
      ...Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ''), file])),
    },
    external: [...OUTSIDE, /^node:/],
    plugins: [addresses(resolve(dir))],
    ...SETTINGS,
  });
  await build.write({
    dir,
    format: 'esm',
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await build.close();
  return dir;
}

/** A module finds the files beside it from where its source lies; the child process is bundled, as in dist/. */
const addresses = (dir) => ({
  name: 'addresses',
  transform: {
    filter: { code: /import\.meta\.url/ },
    handler: (code, id) => {
      const place = id.endsWith(STARTS_CHILD) ? join(dir, 'inference.js') : id;
      return {
        code: code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(place).href)),
        map: null,
      };
    },
  },
});
