/** Hashes of texts, for detecting changes. */

/**
 * A non-cryptographic hash of 16 hexadecimal digits: two 32-bit FNV-1a hashes with different
 * offsets.
 */
export function textHash(text: string): string {
  const hash = (offset: number): string => {
    let value = offset;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
    return (value >>> 0).toString(16).padStart(8, '0');
  };
  return hash(0x811c9dc5) + hash(0x9e3779b9);
}
