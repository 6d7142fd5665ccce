/**
 * The transformers.js side: installed once into node_modules/.cache/bench (the registry must be reachable), run in a
 * process of its own with the same weights.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openSide, type Side } from './side.ts';

const VERSION = '4.3.1';
const FOLDER = 'node_modules/.cache/bench';

/** Undefined, after a line that says why, when it cannot be installed or opened. */
export async function openTransformersJs(folder: string): Promise<Side | undefined> {
  let side: Side | undefined;
  try {
    install();
    side = openSide(process.execPath, [
      'bench/official/transformers_js_side.js',
      resolve(FOLDER, 'package.json'),
    ]);
    await side.ask('open', { folder });
    console.log(`  compared with transformers.js ${VERSION}`);
    return side;
  } catch (error) {
    await side?.[Symbol.asyncDispose]();
    console.log(`  NOT COMPARED with transformers.js: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
}

/** Without install scripts: on the CPU it needs none. */
function install(): void {
  if (existsSync(`${FOLDER}/node_modules/@huggingface/transformers/package.json`)) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/package.json`, '{"private": true, "type": "module"}\n');
  const args = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `@huggingface/transformers@${VERSION}`,
  ];
  execFileSync('npm', args, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'pipe'] });
}
