/**
 * Runs test files in this process, one after the other: `test-batch.js FOLDER FILE…`. Started by test.js.
 *
 * The folder has them as JavaScript. A file is loaded when its turn comes, so that the first ones run in a small
 * process.
 */
import { resolve } from 'node:path';
import { run } from 'uvu/run';

const [folder, ...files] = process.argv.slice(2);
let code = 0;
for (const file of files) {
  globalThis.UVU_QUEUE = []; // uvu runs all that was ever declared, and sets the exit code anew
  await run([{ name: file, file: resolve(folder, file.replace(/\.ts$/, '.js')) }]);
  code ||= process.exitCode;
}
process.exitCode = code;
