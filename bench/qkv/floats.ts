/** Data that was read back, as float32. */
export function floats(data: Float32Array | Int32Array): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new Error('qkv: expected f32, found i32');
}
