/** The layout is the architecture: imports point up one list, and each outside world has one door. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { assert, suite } from './helpers/suite.ts';

const LAYERS = [
  'errors.ts',
  'runtime',
  'git',
  'embedding',
  'gru',
  'lora',
  'snapshots',
  'assertions',
  'scoring',
  'adaptation',
  'inference',
  'report',
  'config-file.ts',
  'config.ts',
  'packs',
  'github',
  'hooks',
  'commands',
  'index.ts',
  'terminal.ts',
  'cli-models.ts',
  'cli-measure.ts',
  'cli.ts',
  'hook.ts',
  'action',
  'action.ts',
];
const DOORS: Record<string, readonly string[]> = {
  'node:child_process': ['git/run.ts', 'inference/spawn.ts', 'hooks/spawn.ts', 'hook.ts'],
  'simple-git': ['git/run.ts'],
  'onnxruntime-node': ['runtime/session.ts'],
  '@huggingface/tokenizers': ['runtime/tokenizer.ts'],
  '@huggingface/hub': ['packs/hub.ts'],
  'web-tree-sitter': ['assertions/grammar.ts'],
  lmdb: ['embedding/cache.ts'],
  husky: ['hooks/husky.ts'],
  commander: ['cli.ts', 'cli-models.ts', 'cli-measure.ts'],
  '@actions/core': ['action/runner.ts'],
  '@actions/github': ['github/client.ts'],
  '@actions/artifact': ['github/artifact-service.ts'],
  '@actions/http-client': ['action/native-download.ts'],
  tar: ['action/native-download.ts'],
  yauzl: ['github/zip.ts'],
};
const SPECIFIER =
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^import\s*['"]([^'"]+)['"]/gm;
const MAX_LINES = 250;

interface Source {
  file: string;
  text: string;
}

function sources(root: string): Source[] {
  return readdirSync(root, { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(`${root}/${file}`, 'utf8') }));
}

function violations({ file, text }: Source): string[] {
  return [...text.matchAll(SPECIFIER)].flatMap(([, from, dynamic, bare]) => {
    const target = from ?? dynamic ?? bare ?? '';
    if (!target.startsWith('.')) {
      const doors = DOORS[target];
      return doors && !doors.includes(file)
        ? [`${file} must reach ${target} through ${doors.join(' or ')}`]
        : [];
    }
    const imported = posix.join(posix.dirname(file), target);
    const [own = '', other = ''] = [file, imported].map((path) => path.split('/')[0]);
    const pointsUp = own === other || LAYERS.indexOf(other) < LAYERS.indexOf(own);
    return pointsUp && LAYERS.includes(other) ? [] : [`${file} must not import ${imported}`];
  });
}

const test = suite('architecture');

test('every file has a place in the list of layers', () => {
  const strays = sources('src').filter(({ file }) => !LAYERS.includes(file.split('/')[0] ?? ''));
  assert.equal(
    strays.map(({ file }) => file),
    [],
  );
});

test('imports point up the list, and outside worlds are reached through their door', () => {
  assert.equal(sources('src').flatMap(violations), []);
});

test('finds planted violations', () => {
  const planted = [
    { file: 'git/x.ts', text: "import { a } from '../gru/rollout.ts';" },
    { file: 'gru/x.ts', text: "import type { A } from '../config.ts';" },
    { file: 'report/x.ts', text: "import * as ort from 'onnxruntime-node';" },
    { file: 'lora/x.ts', text: "const a = await import('../commands/run.ts');" },
    { file: 'lora/x.ts', text: "import {\n  a,\n} from '../helpers/a.ts';" },
  ];
  assert.is(planted.flatMap(violations).length, planted.length);
});

test('no file grows over the limit', () => {
  const long = sources('src').filter(({ text }) => text.split('\n').length > MAX_LINES);
  assert.equal(
    long.map(({ file }) => file),
    [],
  );
});

test.run();
