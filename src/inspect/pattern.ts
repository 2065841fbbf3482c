/**
 * Globs over dotted names: `*` matches within a part, `**` across parts, and `{a,b}` either of
 * several.
 */
import { OptionError } from '../core/errors';

/** A glob over dotted names, or a regular expression. */
export type Pattern = string | RegExp;

/** One or several patterns as a list. */
export const patternList = (patterns: Pattern | readonly Pattern[] = []): readonly Pattern[] =>
  typeof patterns === 'string' || patterns instanceof RegExp ? [patterns] : patterns;

/** Whether a name matches one of the patterns. */
export function matches(patterns: readonly Pattern[], name: string): boolean {
  return patterns.some((pattern) =>
    // Most patterns of long lists are names.
    typeof pattern === 'string' && !/[*{]/.test(pattern)
      ? pattern === name
      : expressionOf(pattern).test(name),
  );
}

function expressionOf(pattern: Pattern): RegExp {
  if (pattern instanceof RegExp) return new RegExp(pattern.source, pattern.flags.replace('g', ''));
  const text = pattern
    .replaceAll(/[.+?^$()|[\]\\]/g, '\\$&')
    .replaceAll(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^.]*'))
    .replaceAll('{', '(?:')
    .replaceAll('}', ')')
    .replaceAll(',', '|');
  return new RegExp(`^${text}$`);
}

/** Checks that every pattern matches a name. @throws OptionError for one that does not */
export function checkPatterns(patterns: readonly Pattern[], names: readonly string[]): void {
  for (const pattern of patterns) {
    if (names.some((name) => matches([pattern], name))) continue;
    const shown = names.length > 40 ? `${names.slice(0, 40).join(', ')}, ...` : names.join(', ');
    throw new OptionError(`inspect: no name matches ${String(pattern)}; the names are ${shown}`);
  }
}
