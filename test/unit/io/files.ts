/** Builds safetensors files by hand, faults included; shares nothing with the writer under test. */

/** A file from the header's text (or bytes) and its data; `declared` overrides the header length. */
export function fileOf(
  header: string | Uint8Array,
  data: Uint8Array = new Uint8Array(0),
  declared?: bigint,
): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, declared ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

/** `count` distinct bytes. */
export function countingBytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => i);
}
