/**
 * transformers.js as a program that answers questions (see side.ts): `node transformers_js_side.js PACKAGE_JSON`.
 *
 * In: one JSON object a line. Out: one JSON object a line, with the milliseconds that the work itself took. A prefill
 * is a generation of one token, a decode the time of more tokens without it: what a user of the library calls.
 */
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(process.argv[2]);
const { AutoModelForCausalLM, Tensor, env } = await import(
  pathToFileURL(require.resolve('@huggingface/transformers')).href
);
let model;

const operations = {
  async open({ folder }) {
    Object.assign(env, { allowRemoteModels: false, localModelPath: dirname(folder) });
    const threads = Number(process.env.OMP_NUM_THREADS);
    model = await AutoModelForCausalLM.from_pretrained(basename(folder), {
      dtype: 'fp32',
      device: 'cpu',
      session_options: { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 },
    });
    return {};
  },
  generate: async ({ ids, count }) => {
    const numbers = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const inputs = { input_ids: numbers(ids), attention_mask: numbers(ids.map(() => 1)) };
    const begun = performance.now();
    const output = await model.generate({ ...inputs, max_new_tokens: count, do_sample: false });
    const ms = performance.now() - begun;
    return { ms, tokens: Array.from(output.data, Number).slice(ids.length) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { operation, ...values } = JSON.parse(line);
  const answer = await operations[operation](values).catch((error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify({ ms: 0, ...answer })}\n`);
}
