/** Handling of strings as in the reference tokenizers, which are written in Python. */

/** White space in Python, which differs from that of JavaScript, as part of a character class. */
export const SPACE =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const START = new RegExp(`^[${SPACE}]+`, 'u');
const END = new RegExp(`[${SPACE}]$`, 'u');

export function trimStart(text: string): string {
  return text.replace(START, '');
}

export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && END.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

export function trim(text: string): string {
  return trimEnd(trimStart(text));
}

/** Removes the spaces before punctuation and contractions, which words joined by spaces have. */
export function withoutSpacesBefore(text: string): string {
  return text
    .replace(/ ([.?!,])/gu, '$1')
    .replaceAll(" ' ", "'")
    .replace(/ (n't|'m|'s|'ve|'re)/gu, '$1');
}

/** By how many characters `withoutSpacesBefore` looks ahead: to those of " n ' t". */
export const SPACES_LOOK_AHEAD = 5;
