/** Conversion from IEEE 754 binary32 to binary16 on integer bits; the inverse is in half.ts. */
import { BIAS_DIFFERENCE } from './half';

/**
 * The bits of the float16 nearest to a float32, ties to even; undefined if a finite value would
 * round to infinity (|x| >= 65520). NaN becomes a quiet NaN, and infinities are preserved.
 */
export function floatBitsToHalf(bits: number): number | undefined {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude === 0x7f800000) return sign | 0x7c00;
  // 65520 is halfway between the largest float16, 65504, and the next power of two.
  if (magnitude >= 0x477ff000) return undefined;
  const exponent = magnitude >>> 23;
  if (exponent > BIAS_DIFFERENCE) {
    return sign | roundShift(magnitude - (BIAS_DIFFERENCE << 23), 13);
  }
  // Values below 2^-25, half of the smallest subnormal, round to zero.
  if (exponent < 102) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** value / 2^shift rounded to the nearest integer, ties to even. */
function roundShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const halfway = 1 << (shift - 1);
  const up = rest > halfway || (rest === halfway && (quotient & 1) === 1);
  return up ? quotient + 1 : quotient;
}
