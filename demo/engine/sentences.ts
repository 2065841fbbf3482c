/** Sentences as they are typed. */

/** Normalises case and spacing: a sentence's translation is known however it is typed. */
export function normalised(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\s*\?$/u, ' ?')
    .replace(/\s+/gu, ' ');
}
