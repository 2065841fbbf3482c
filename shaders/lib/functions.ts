/** Shared WGSL functions that elementwise expressions may call, by name; spliced in once where used. */

/** Counter-based random bits: pcg3d (Jarzynski and Olano 2020, "Hash Functions for GPU Rendering"). */
const randomBits = `
fn random_bits(key: i32, stream: u32, index: u32) -> u32 {
  var v = vec3<u32>(index, stream, bitcast<u32>(key)) * 1664525u + 1013904223u;
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  v ^= v >> vec3<u32>(16u);
  v.x += v.y * v.z; v.y += v.z * v.x; v.z += v.x * v.y;
  return v.x;
}`;

/**
 * tanh without the NaN that some devices give above |x| ~ 88 (beyond 9.1 it rounds to 1 in f32), and
 * without the loss of small values, for which WGSL promises only an absolute error: x - x^3/3.
 */
const safeTanh = `
fn safe_tanh(x: f32) -> f32 {
  return select(tanh(clamp(x, -10.0, 10.0)), x - x * x * x / 3.0, abs(x) < 0.01);
}`;

/** Logistic function; the clamp keeps exp finite, and 1/(1+e^80) is 0 in effect. */
const sigmoid = `
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }`;

/**
 * erf by Chebyshev fit of erfc, fractional error below 1.2e-7 (Press et al., Numerical Recipes
 * 6.2); near 0, where 1 - erfc cancels, the series.
 */
const erf = `
fn erf(x: f32) -> f32 {
  let z = min(abs(x), 10.0);
  let t = 1.0 / (1.0 + 0.5 * z);
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = t * exp(max(-z * z + p, -80.0));
  let far = select(tail - 1.0, 1.0 - tail, x >= 0.0);
  return select(far, 1.1283791671 * (x - x * x * x / 3.0), abs(x) < 0.01);
}`;

export const wgslFunctions: ReadonlyMap<string, string> = new Map([
  ['random_bits', randomBits],
  ['safe_tanh', safeTanh],
  ['sigmoid', sigmoid],
  ['erf', erf],
]);

/** The text of the named functions, each once. */
export function functionText(names: Iterable<string>): string {
  return [...new Set(names)]
    .map((name) => {
      const text = wgslFunctions.get(name);
      if (text === undefined) throw new Error(`no shared WGSL function '${name}'`);
      return text.trim();
    })
    .join('\n');
}
