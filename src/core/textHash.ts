/** A short name of a text, to see whether it changed. Not cryptographic. */

/** 16 hexadecimal digits: two FNV-1a hashes of 32 bits with different beginnings. */
export function textHash(text: string): string {
  const hash = (offset: number): string => {
    let value = offset;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
    return (value >>> 0).toString(16).padStart(8, '0');
  };
  return hash(0x811c9dc5) + hash(0x9e3779b9);
}
