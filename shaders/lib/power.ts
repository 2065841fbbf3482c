/**
 * Powers in WGSL, for expressions that list `multiplyHigh` among their functions. The built-in pow promises no
 * more than exp2(b * log2(a)) in f32: an error of hundreds of ULP for large results, no correct digit where a
 * is near 1 and b large, and nothing for a negative base.
 */

/**
 * a^b, like C's pow and torch's. The logarithm is computed in integers, which no compiler contracts or
 * reorders: the mantissa times one of five short reciprocals is 1 + u with |u| < 0.095, exactly. Then log2(1 +
 * u) = u * G with G = (1 - u/2) / ln 2 + u^2 g(u), where only the last term, below 2^-7, is a polynomial in
 * f32. That leaves log2(a) a relative error below 2^-28.5, half of it from truncating the second term. P = b *
 * log2(a) is rounded to 24 bits after the point, and 2^P is a polynomial on [-1/2, 1/2] with an error of
 * 2^-27.9, times two powers of two.
 *
 * In the worst case these errors sum to 2.2 ULP for |P| up to 32, and to 5.1 at |P| = 128, where results
 * overflow. Of 200 million pairs of all magnitudes the worst error was 2.64 ULP.
 *
 * A subnormal result keeps its bits only where the adapter supports that. A negative base with a fractional
 * exponent gives NaN, as does NaN itself except in 1^NaN and NaN^0; this holds where the adapter keeps NaN at
 * all, since WGSL lets compilers assume that there is none.
 */
export const power = `fn power(a: f32, b: f32) -> f32 {
  let a_bits = bitcast<u32>(a);
  let base = a_bits & 0x7fffffffu;
  let exponent = bitcast<u32>(b) & 0x7fffffffu;
  let lead = select(0u, countLeadingZeros(base) - 8u, base < 0x800000u);
  let mantissa = select((base & 0x7fffffu) | 0x800000u, base << lead, base < 0x800000u);
  let scale = select(i32(base >> 23u) - 127, -126 - i32(lead), base < 0x800000u);
  var table = vec3<u32>(128u, 0u, 0u);
  table = select(table, vec3<u32>(108u, 0x1f5fd8u, 0xa9063e35u), mantissa > 0x8b5948u);
  table = select(table, vec3<u32>(91u, 0x3f0095u, 0xd1a19a03u), mantissa > 0xa54479u);
  table = select(table, vec3<u32>(76u, 0x6043e9u, 0x46fd97f6u), mantissa > 0xc5030cu);
  table = select(table, vec3<u32>(64u, 0x800000u, 0u), mantissa > 0xeaebf5u);
  let gap = bitcast<i32>(mantissa * table.x) - 0x40000000;
  let u = f32(gap) * 0x1p-30f;
  let size = u32(abs(gap));
  let linear = multiply_high(size, 0xb8aa3b29u);
  let g = fma(fma(fma(fma(0.20358284f, u, -0.24259648f), u, 0.28856984f), u, -0.36066777f), u, 0.4808983f);
  let slope = 0x5c551d95u + select(~linear + 1u, linear, gap < 0) + u32(g * u * u * 0x1p30f + 0.5f);
  var high = multiply_high(size, slope);
  var low = ((size * slope) >> 5u) | (high << 27u);
  high >>= 5u;
  if (gap < 0) { high = ~high + select(0u, 1u, low == 0u); low = ~low + 1u; }
  low += table.z;
  high += table.y + select(0u, 1u, low < table.z) + bitcast<u32>(scale << 23u);
  let below = high >= 0x80000000u;
  if (below) { high = ~high + select(0u, 1u, low == 0u); low = ~low + 1u; }
  let tiny = high == 0u;
  high = select(high, low, tiny);
  low = select(low, 0u, tiny);
  let zeros = countLeadingZeros(high) & 31u;
  let logarithm = (high << zeros) | ((low >> 1u) >> (31u - zeros));
  let factor = (exponent << 8u) | 0x80000000u;
  let product = multiply_high(logarithm, factor) + ((logarithm * factor) >> 31u);
  let shift = i32(zeros + select(0u, 32u, tiny)) + 125 - i32(exponent >> 23u);
  let kept = u32(clamp(shift, 1, 32));
  var p = ((product >> (kept - 1u)) + 1u) >> 1u;
  p = select(p, 0u, shift > 32);
  p = select(p, product, shift == 0);
  p = select(p, select(0xfe000000u, product << 1u, shift == -1 && product < 0x80000000u), shift < 0);
  p = select(p, 0u, product == 0u);
  p = select(p, 0xfe000000u, base == 0u || base >= 0x7f800000u);
  p = select(min(p, 0xfe000000u), 0u, exponent == 0u);
  let rounded = (p + 0x800000u) >> 24u;
  let rest = f32(bitcast<i32>(p - (rounded << 24u))) * 0x1p-24f;
  let falls = below != (bitcast<u32>(b) >= 0x80000000u);
  let f = select(rest, -rest, falls);
  let n = select(i32(rounded), -i32(rounded), falls);
  var q = fma(1.4015347e-5f, f, 1.5421449e-4f);
  q = fma(fma(fma(q, f, 1.3338298e-3f), f, 9.618098e-3f), f, 5.550405e-2f);
  q = fma(fma(q, f, 0.24022651f), f, 0.6931472f);
  let n1 = n >> 1u;
  var y = fma(q, f, 1.0f) * bitcast<f32>((n1 + 127) << 23u) * bitcast<f32>((n - n1 + 127) << 23u);
  y = select(y, abs(a), b == 1.0f);
  // A comparison may flush a subnormal exponent to 0, though it is a fraction.
  let whole = exponent == 0u || (exponent >= 0x3f800000u && floor(b) == b);
  let odd = whole && floor(b * 0.5f) * 2.0f != b;
  let negative = a_bits >= 0x80000000u;
  y = select(y, -y, negative && odd);
  let has_no_root = a_bits > 0x80000000u && a_bits < 0xff800000u && !whole;
  let from_base = base > 0x7f800000u && exponent != 0u;
  let from_exponent = exponent > 0x7f800000u && a_bits != 0x3f800000u;
  return select(y, bitcast<f32>(a_bits | 0x7fc00000u), has_no_root || from_base || from_exponent);
}`;
