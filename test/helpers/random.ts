/** Random numbers that are the same in every run: mulberry32, and normal values by summing uniforms. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  uniform(): number;
  /** About normal, with the given standard deviation. */
  normal(count: number, deviation?: number): Float32Array;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Four uniforms on (-1, 1) have a variance of 4/3.
  const value = () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
  return {
    uniform,
    normal: (count, deviation = 1) => {
      const values = new Float32Array(count);
      for (let index = 0; index < count; index += 1) values[index] = value() * deviation;
      return values;
    },
  };
}
