/** Remainders with the sign of the divisor. WGSL's % has the sign of the dividend. */

/**
 * a - b * floor(a / b), like Python's % and torch.remainder: exact, except for one rounding where the signs of
 * a and b differ. WGSL's % computes a - b * trunc(a / b) in f32, which errs by the whole divisor as soon as the
 * quotient is rounded up. This is a long division of the mantissas, with eight bits of the quotient per round:
 * one round where a / b is below 256, 32 rounds for the largest by the smallest. NaN where a is infinite, b is
 * 0 or either is NaN, if the adapter keeps NaN at all.
 */
export const floatRemainder = `fn float_remainder(a: f32, b: f32) -> f32 {
  let a_bits = bitcast<u32>(a);
  let dividend = a_bits & 0x7fffffffu;
  let divisor = bitcast<u32>(b) & 0x7fffffffu;
  // Subnormals have the exponent 1, and no implicit leading bit.
  let place = max(divisor >> 23u, 1u);
  let modulus = max((divisor & 0x7fffffu) | select(0u, 0x800000u, divisor >= 0x800000u), 1u);
  var rest = (dividend & 0x7fffffu) | select(0u, 0x800000u, dividend >= 0x800000u);
  var left = select(max(dividend >> 23u, 1u) - place, 0u, dividend < divisor);
  rest = rest % modulus;
  while (left > 0u) {
    let step = min(left, 8u);
    rest = (rest << step) % modulus;
    left -= step;
  }
  let shift = min(countLeadingZeros(rest) - 8u, place - 1u);
  let magnitude = select((rest << shift) + ((place - shift - 1u) << 23u), 0u, rest == 0u);
  let sign = a_bits & 0x80000000u;
  let truncated = select(bitcast<f32>(magnitude | sign), a, dividend < divisor);
  let crosses = (a_bits ^ bitcast<u32>(b)) >= 0x80000000u;
  let none = select(rest == 0u, dividend == 0u, dividend < divisor);
  let y = select(truncated, truncated + b, crosses && !none);
  let is_nothing = dividend >= 0x7f800000u || divisor > 0x7f800000u || divisor == 0u;
  return select(y, bitcast<f32>(a_bits | 0x7fc00000u), is_nothing);
}`;

/** The same for i32; 0 where b is 0. */
export const wholeRemainder = `fn whole_remainder(a: i32, b: i32) -> i32 {
  let rest = a % b;
  return select(rest, rest + b, rest != 0 && (rest ^ b) < 0);
}`;
