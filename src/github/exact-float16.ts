/**
 * Numbers that 16 bits hold without loss, as those 16 bits.
 *
 * In: numbers. Out: their patterns in IEEE 754 binary16, or null at the first number that would change. Unlike rounding
 * (runtime/half-precision.ts) it looks at bits only, which is what makes it fast enough for every vector of a repository.
 */

export function exactFloat16(numbers: Float32Array): Uint16Array | null {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const half = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) {
    const pattern = exactPattern(bits[i] as number);
    if (pattern < 0) return null;
    half[i] = pattern;
  }
  return half;
}

/** From 8 bits of exponent and 23 of fraction to 5 and 10; -1: it does not fit. Infinity and NaN do not. */
function exactPattern(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent >= 113 && exponent <= 142)
    return fraction & 0x1fff ? -1 : sign | ((exponent - 112) << 10) | (fraction >>> 13);
  if (exponent === 0) return fraction === 0 ? sign : -1;
  if (exponent < 103 || exponent > 142) return -1;
  // what is subnormal there has a leading one of its own here
  const whole = 0x800000 | fraction;
  const shift = 126 - exponent;
  return whole & ((1 << shift) - 1) ? -1 : sign | (whole >>> shift);
}
