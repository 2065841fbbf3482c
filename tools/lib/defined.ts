/** Look-ups that cannot miss. */

/** The value. @throws Error naming what is missing */
export function defined<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`${what} is missing`);
  return value;
}
