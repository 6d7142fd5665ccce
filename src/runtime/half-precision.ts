/**
 * 16-bit floats → 32-bit floats, without loss; and numbers rounded to what 16 bits can hold.
 *
 * In: bit patterns, or numbers. Out: numbers as Float32Array, or bit patterns. Knows nothing about files.
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

/** To the nearest float16, ties to even, as `numpy.float16` rounds: beyond 65,504 it is infinity. */
export function roundToFloat16(numbers: Float32Array): Float32Array {
  return numbers.map((value) => {
    const size = Math.abs(value);
    // The distance of neighbours: 2^-24 for subnormal numbers, 2^(exponent - 10) for the others.
    const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(size)) - 10));
    return (
      Math.sign(value) * (size < 65_520 ? roundHalfToEven(size / step) * step : Number.POSITIVE_INFINITY)
    );
  });
}

/** Bit patterns of the nearest float16 numbers. */
export function narrowToFloat16(numbers: Float32Array): Uint16Array {
  return Uint16Array.from(roundToFloat16(numbers), float16Pattern);
}

/** Adding and taking away 1.5 · 2^52 leaves no room for a fraction: the processor rounds, ties to even. */
const roundHalfToEven = (value: number): number => value + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;

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

/** Of a number that a float16 can hold. */
function float16Pattern(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}
