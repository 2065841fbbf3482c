/**
 * WGSL functions that several elementwise expressions call. An op lists the functions that it needs, so that
 * programs without the op carry none of them; each is spliced in once.
 */

/** Counter-based random bits: pcg3d (Jarzynski and Olano 2020, "Hash Functions for GPU Rendering"). */
export const randomBits = `fn random_bits(key: i32, stream: u32, index: u32) -> u32 {
  var v = vec3<u32>(index, stream, bitcast<u32>(key)) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> vec3<u32>(16u);
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return v.x;
}`;

/**
 * tanh without the NaN that some devices return above |x| ~ 88 (beyond 9.1 it rounds to 1 in f32), and accurate
 * for small values, for which WGSL promises only an absolute error: there it is x - x^3/3.
 */
export const safeTanh = `fn safe_tanh(x: f32) -> f32 {
  return select(tanh(clamp(x, -10.0, 10.0)), x - x * x * x / 3.0, abs(x) < 0.01);
}`;

/** Logistic function. The clamp keeps exp finite; 1/(1+e^80) is effectively 0. */
export const sigmoid = `fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }`;

/**
 * log(1 + e^x) = max(x, 0) + log(1 + u) with u = e^-|x|, without overflow and accurate for small values: log(1
 * + u) is 2 artanh(u / (2 + u)), whose series is within 2e-8 because its argument is at most 1/3. The smallest
 * normal number is e^-87.3.
 */
export const softplus = `fn softplus(x: f32) -> f32 {
  let u = exp(-min(abs(x), 87.0));
  let t = u / (2.0 + u);
  let s = t * t;
  let p = 1.0 + s * (1.0 / 3.0 + s * (0.2 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s / 13.0)))));
  return max(x, 0.0) + 2.0 * t * p;
}`;

/**
 * erf by Chebyshev interpolation. Up to 1, of erf(x)/x in x^2: within 2^-22 in f32, also for small values.
 * Beyond 1, of log(erfc(x)), so that an error of exp is multiplied by at most erfc(1) = 0.16. From 4 on it
 * rounds to 1.
 */
export const erf = `fn erf(x: f32) -> f32 {
  let s = min(x * x, 1.0);
  var p = 7.875875e-5;
  p = p * s - 0.00080168643;
  p = p * s + 0.0051890872;
  p = p * s - 0.026854211;
  p = p * s + 0.11283594;
  p = p * s - 0.37612626;
  p = p * s + 0.12837917;
  let t = clamp(abs(x), 1.0, 4.0);
  var q = -1.3272362e-5;
  q = q * t + 0.00031693702;
  q = q * t - 0.0034323514;
  q = q * t + 0.022604773;
  q = q * t - 0.10328112;
  q = q * t - 0.63914126;
  q = q * t - 1.1258936;
  q = q * t - 0.0007658978;
  return select(x + x * p, sign(x) * (1.0 - exp(q)), abs(x) > 1.0);
}`;

/** The upper 32 bits of a 64-bit product. */
export const multiplyHigh = `fn multiply_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let cross = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (cross >> 16u);
}`;
