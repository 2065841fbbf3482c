/** Look-ups that must succeed. */

/** Returns the value. @throws Error if it is missing */
export function defined<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`${what} is missing`);
  return value;
}
