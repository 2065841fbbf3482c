/** What the address asks of a figure, where it makes sense. */
import { route } from '../../state/route';

/** A whole number of the address from 0 to `most`. @returns `fallback` for anything else */
export function askedNumber(
  name: string,
  fallback: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const text = route.peek().query.get(name);
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : fallback;
}

/** One of some words of the address. @returns `fallback` for anything else */
export function askedWord<T extends string>(name: string, known: readonly T[], fallback: T): T {
  const text = route.peek().query.get(name);
  return known.find((one) => one === text) ?? fallback;
}
