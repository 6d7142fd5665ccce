/**
 * Checks what `npm publish` would send: everything a user needs, nothing else, within the size we promise.
 */
import { execFileSync } from 'node:child_process';

const MAX_PACKED_BYTES = 45 * 1024 * 1024;
const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/cli.js',
  'dist/hook.js',
  'dist/index.js',
  'dist/inference.js',
  'dist/types/index.d.ts',
  'dist/schemas/check-1.json',
  'dist/queries/python.scm',
  'dist/grammars/web-tree-sitter.wasm',
  'dist/grammars/tree-sitter-python.wasm',
  'dist/workflows/cpu.yml',
  'dist/THIRD-PARTY-LICENSES.txt',
  'models/nano/manifest.json',
  'models/nano/README.md',
];
/** Of dist/ everything but the Action: GitHub takes that from the repository. */
const ALLOWED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/(?!action|native).*|hooks\/.*|models\/nano\/[^/]+\.(json|safetensors|md))$/;

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { encoding: 'utf8' }),
);
const paths = packed.files.map(({ path }) => path);
const problems = [
  ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `missing: ${path}`),
  ...paths.filter((path) => !ALLOWED.test(path)).map((path) => `not expected: ${path}`),
  ...(packed.size > MAX_PACKED_BYTES ? [`too large: ${packed.size} bytes packed`] : []),
];
console.log(`${paths.length} files, ${(packed.size / 1e6).toFixed(1)} MB packed`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
