/** Runs the test files named as arguments in this process, one after the other. Started by test.js. */
import { resolve } from 'node:path';
import { run } from 'uvu/run';

await run(process.argv.slice(2).map((file) => ({ name: file, file: resolve(file) })));
