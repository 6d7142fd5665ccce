/**
 * The two bundles: of the package, and of the GitHub Action.
 *
 * In: a folder. Out: JavaScript in it, and the paths of the modules that went in. Plain JavaScript is bundled, so
 * that a cold start reads a few files instead of hundreds.
 */
import { rolldown } from 'rolldown';

/** Has native code, or must be found by its own path. */
const NOT_BUNDLED = ['husky', 'lmdb', 'onnxruntime-node'].map((name) => new RegExp(`^${name}(/|$)`));

export const SETTINGS = {
  platform: 'node',
  transform: { target: 'node20' },
  checks: { eval: false }, // web-tree-sitter's
};

/** cli.js, hook.js, index.js, inference.js and chunks/: some packages stay outside and are installed with ours. */
export const bundlePackage = (out) =>
  bundle(out, {
    input: {
      cli: 'src/cli.ts',
      hook: 'src/hook.ts',
      index: 'src/index.ts',
      inference: 'src/inference/child.ts',
    },
    external: [...NOT_BUNDLED, /^node:/],
    chunks: 'chunks',
  });

/** action.js and action/: brings no node_modules, so nothing stays outside. */
export const bundleAction = (out) =>
  bundle(out, { input: { action: 'src/action.ts' }, external: [/^node:/], chunks: 'action' });

async function bundle(dir, { input, external, chunks }) {
  const build = await rolldown({ input, external, ...SETTINGS });
  const { output } = await build.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: `${chunks}/[name].js`,
    comments: { legal: false },
  });
  await build.close();
  return [...new Set(output.flatMap((chunk) => chunk.moduleIds ?? []))];
}
