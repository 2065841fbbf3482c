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

/** tanh without the NaN that some devices give above |x| ~ 88: beyond 9.1 it rounds to 1 in f32. */
const safeTanh = `
fn safe_tanh(x: f32) -> f32 { return tanh(clamp(x, -10.0, 10.0)); }`;

/** Logistic function; the clamp keeps exp finite, and 1/(1+e^80) is 0 in effect. */
const sigmoid = `
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0))); }`;

export const wgslFunctions: ReadonlyMap<string, string> = new Map([
  ['random_bits', randomBits],
  ['safe_tanh', safeTanh],
  ['sigmoid', sigmoid],
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
