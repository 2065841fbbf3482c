/**
 * Sine and cosine in WGSL, for expressions that list `multiplyHigh` among their functions. The built-in
 * functions promise an absolute error of 2^-11 within [-pi, pi] and nothing beyond, and differ from adapter to
 * adapter.
 */

/**
 * sin(x + quarters * pi / 2). The angle is reduced in integers (Payne and Hanek 1983): the 24 bits of x times
 * the 96 bits of 2/pi that matter for its exponent give quarter turns modulo 4 with 62 bits after the point,
 * and no f32 except 0 is within 2^-30 of a whole number of them. No compiler can contract or reorder that, and
 * a large angle is as accurate as a small one. Minimax polynomials in r^2 follow, with errors of 2^-27.9 for
 * the sine and 2^-33 for the cosine; within pi/4, x is its own remainder.
 *
 * Over all finite f32 the result is within 2.74 ULP and 2^-23 where operations round to nearest, whether or not
 * fma is fused; that was computed for each of them. It never exceeds 1. sin(-x) is -sin(x) and cos(-x) is
 * cos(x) to the bit. For infinities and NaN it is NaN, if the adapter keeps NaN at all.
 */
export const sine = `fn sine(x: f32, quarters: u32) -> f32 {
  let bits = bitcast<u32>(x);
  let place = ((bits >> 23u) & 255u) - 120u;
  var words = vec4<u32>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u);
  words = select(words, vec4<u32>(0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u), place >= 32u);
  words = select(words, vec4<u32>(0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u), place >= 64u);
  words = select(words, vec4<u32>(0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u), place >= 96u);
  words = select(words, vec4<u32>(0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu), place >= 128u);
  let shift = vec3<u32>(place & 31u);
  let window = (words.xyz << shift) | ((words.yzw >> vec3<u32>(1u)) >> (vec3<u32>(31u) - shift));
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  let middle = mantissa * window.y;
  var low = middle + multiply_high(mantissa, window.z);
  var high = mantissa * window.x + multiply_high(mantissa, window.y) + select(0u, 1u, low < middle);
  let turned = (high + 0x20000000u) >> 30u;
  high -= turned << 30u;
  let below = high >= 0x80000000u;
  if (below) { high = ~high + select(0u, 1u, low == 0u); low = ~low + 1u; }
  let rest = fma(f32(high), 0x1p-30f, f32(low) * 0x1p-62f) * 1.57079637f;
  let negative = x < 0.0;
  let small = abs(x) < 0.785f;
  let r = select(select(rest, -rest, below != negative), x, small);
  let quadrant = quarters + select(select(turned, ~turned + 1u, negative), 0u, small);
  let z = r * r;
  let odd = fma(fma(fma(-1.9518289e-4f, z, 8.332189e-3f), z, -0.16666655f), r * z, r);
  let even = fma(fma(fma(fma(2.4432327e-5f, z, -1.3887309e-3f), z, 4.1666646e-2f), z, -0.5f), z, 1.0f);
  let y = select(odd, even, (quadrant & 1u) == 1u);
  let result = select(y, -y, (quadrant & 2u) == 2u);
  return select(result, bitcast<f32>(bits | 0x7fc00000u), (bits & 0x7f800000u) == 0x7f800000u);
}`;
