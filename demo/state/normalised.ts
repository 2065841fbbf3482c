/** Sentences as they are compared, however they were typed. */

/** Normalises case and spacing. */
export function normalised(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\s*\?$/u, ' ?')
    .replace(/\s+/gu, ' ');
}
