/**
 * Random numbers that follow from a text: the same on every machine.
 *
 * In: a seed. Out: numbers. SplitMix32 for the bits (a few shifts and products of 32-bit integers), Box and Muller for the
 * normal distribution. Good enough to draw samples and first weights, not for secrets.
 */
import { createHash } from 'node:crypto';

export interface Random {
  /** From 0 up to 1, without 1. */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
}

export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  const uniform = () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = state ^ (state >>> 16);
    bits = Math.imul(bits, 0x21f0aaad);
    bits ^= bits >>> 15;
    bits = Math.imul(bits, 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
