/**
 * Conversion from IEEE 754 binary16 to binary32 on integer bits, because JavaScript engines may
 * change the bits of a NaN that is held as a number. The inverse is in toHalf.ts.
 */

/** Exponent bias of float32 (127) minus that of float16 (15). */
export const BIAS_DIFFERENCE = 112;

/** The float32 bits of a float16, exact for every value, including NaN payloads. */
export function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (mantissa << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + BIAS_DIFFERENCE) << 23) | (mantissa << 13)) >>> 0;
  if (mantissa === 0) return sign >>> 0;
  // For a subnormal, shift the leading one to the position of the implicit bit.
  const shift = Math.clz32(mantissa) - 21;
  const fraction = (mantissa << shift) & 0x3ff;
  return (sign | ((BIAS_DIFFERENCE + 1 - shift) << 23) | (fraction << 13)) >>> 0;
}
