/**
 * test/golden/memory (written by training/golden_memory.py): the memory of the golden decoder with its adapter, and what
 * PyTorch computed with it over three commits.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Example } from '../../src/adaptation/examples.ts';
import type { ModuleType } from '../../src/runtime/manifest.ts';
import { readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { goldenAdapter } from './golden-decoder.ts';

const FOLDER = fileURLToPath(new URL('../golden/memory/', import.meta.url));
const { tensors } = readSafetensors(`${FOLDER}expected.safetensors`);

export const goldenWeightsPath = `${FOLDER}weights.safetensors`;

export const { tolerance, commits, ...goldenSettings } = JSON.parse(
  readFileSync(`${FOLDER}expected.json`, 'utf8'),
) as {
  tolerance: number;
  rank: number;
  decay: number;
  scale: number;
  moduleTypes: ModuleType[];
  commits: { tokens: number; targets: number }[][];
};

export const goldenOptions = { ...goldenSettings, meanAdapter: goldenAdapter(), maxTokens: 64 };

export const expectedFloats = (name: string): Float32Array =>
  (tensors.get(`expected.${name}`) as Tensor).data as Float32Array;

/** Of each commit. */
export const goldenExamples: Example[][] = commits.map((texts, commit) =>
  texts.map(({ targets }, index) => {
    const tokens = Array.from((tensors.get(`input.text_${commit}_${index}`) as Tensor).data as Int32Array);
    return { prompt: tokens.slice(0, -targets), target: tokens.slice(-targets) };
  }),
);
