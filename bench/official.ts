/**
 * The speed of the published models' shapes, each number beside what it is compared with, in one run:
 *
 *   PYTHON=.venv/bin/python node --import tsx bench/official.ts [--quick] [PART …]
 *
 * Parts: head, encoder, decoder, scoring, tokenizer, pull-request; without names all of them run. `--quick` measures
 * once, to see whether everything works. The weights are random and lie in a temporary folder (TMPDIR), which is
 * removed at the end. PYTHON names an interpreter with torch, transformers and tokenizers; what it lacks is not compared
 * with. A missed target is printed and nothing else: what counts is a run on a quiet machine (bench/LOG.md).
 */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { processEnvironment } from '../src/inference/environment.ts';
import { cpuFamily, threadCount } from '../src/runtime/cpu.ts';
import { measureDecoder } from './official/decoder.ts';
import { measureEncoder } from './official/encoder.ts';
import { measureHead } from './official/head.ts';
import { measurePullRequest } from './official/pull-request.ts';
import { measureScoring } from './official/scoring.ts';
import { measureTokenizer } from './official/tokenizer.ts';
import { openWorkshop, type Workshop } from './official/workshop.ts';

type Part = (workshop: Workshop) => Promise<void>;
const PARTS: Readonly<Record<string, { measure: Part; gigabytes: number }>> = {
  head: { measure: measureHead, gigabytes: 4 },
  encoder: { measure: measureEncoder, gigabytes: 5 },
  decoder: { measure: measureDecoder, gigabytes: 5 },
  scoring: { measure: measureScoring, gigabytes: 5 },
  tokenizer: { measure: measureTokenizer, gigabytes: 0 },
  'pull-request': { measure: measurePullRequest, gigabytes: 16 },
};

const named = process.argv.slice(2).filter((name) => name !== '--quick');
const names = named.length > 0 ? named : Object.keys(PARTS);
const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
if (unknown) throw new Error(`No part is called "${unknown}". Parts: ${Object.keys(PARTS).join(', ')}.`);

// Everything that is ours runs as in the product's inference process, which reads weights through large pages.
const { GLIBC_TUNABLES } = processEnvironment(process.env);
if (process.env.GLIBC_TUNABLES !== GLIBC_TUNABLES) {
  const options = { stdio: 'inherit', env: { ...process.env, GLIBC_TUNABLES } } as const;
  const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], options);
  process.exit(status ?? 1);
}

const parts = names.map((name) => PARTS[name] as { measure: Part; gigabytes: number });
using workshop = openWorkshop({ gigabytes: Math.max(...parts.map(({ gigabytes }) => gigabytes)) });
console.log(
  `${cpuFamily()}, ${threadCount()} threads, node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const { measure } of parts) {
  // One part that breaks does not cost the numbers of the others.
  await measure(workshop).catch((error: Error) => {
    console.log(`  FAILED: ${error.stack}`);
    process.exitCode = 1;
  });
}
