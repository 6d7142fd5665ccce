/**
 * 16-bit floats → 32-bit floats, without loss.
 *
 * In: bit patterns. Out: the same numbers as Float32Array. Knows nothing about files.
 */

/** bfloat16 is the upper half of a float32. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) wide[i] = (bits[i] as number) << 16;
  return new Float32Array(wide.buffer);
}

/** IEEE 754 binary16, subnormal numbers, infinities and NaN included. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  values ??= Float32Array.from({ length: 1 << 16 }, (_, pattern) => float16Value(pattern));
  const wide = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i += 1) wide[i] = values[bits[i] as number] as number;
  return wide;
}

/** All 65,536 values, made on first use. */
let values: Float32Array | undefined;

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
