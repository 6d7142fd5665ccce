/** A program that asks the models for something long: `node --import tsx parent-program.ts PACK TOKENS [stay]`. */
import { openModels } from '../../src/inference/open.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';

const [dir = '', tokens = '32', stay] = process.argv.slice(2);
const pack = openModelPack(dir);
const models = openModels(pack, { device: 'cpu' });
const recipe = { windowTokens: Number(tokens), overlapTokens: 0, minTokens: 4, maxWindows: 1 };
await models.encoder.embedWindows('def add(a, b): return a + b\n', { ...recipe, windowTokens: 32 });
const long = models.encoder.embedWindows('def add(a, b): return a + b\n'.repeat(Number(tokens)), recipe);
// What is printed is sent after the question.
setTimeout(() => process.stdout.write(`${models.pid}\n`), 50);
await long;
if (stay) process.stdin.resume();
