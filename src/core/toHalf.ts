/** IEEE 754 binary32 to binary16, on bits: what storing needs and reading does not. */
import { BIAS_DIFFERENCE } from './half';

/**
 * The float16 nearest to a float32, ties to even; undefined when a finite value would become
 * infinite (|x| >= 65520). NaN stays NaN (quiet), infinities stay.
 */
export function floatBitsToHalf(bits: number): number | undefined {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude === 0x7f800000) return sign | 0x7c00;
  // 65520 lies halfway between the largest float16, 65504, and the next power of two.
  if (magnitude >= 0x477ff000) return undefined;
  const exponent = magnitude >>> 23;
  if (exponent > BIAS_DIFFERENCE) {
    return sign | roundShift(magnitude - (BIAS_DIFFERENCE << 23), 13);
  }
  // Below 2^-25, half of the smallest subnormal, everything rounds to zero.
  if (exponent < 102) return sign;
  return sign | roundShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** value / 2^shift to the nearest integer, ties to even. */
function roundShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const halfway = 1 << (shift - 1);
  const up = rest > halfway || (rest === halfway && (quotient & 1) === 1);
  return up ? quotient + 1 : quotient;
}
