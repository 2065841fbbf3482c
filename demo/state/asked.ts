/** What the address asks of a view; what is not valid falls back to the default. */
import { route } from './route';

/** A whole number from `least` to `most`. */
export function askedIndex(name: string, fallback: number, most = Infinity, least = 0): number {
  const value = askedNumber(name, fallback, least, most);
  return Number.isInteger(value) ? value : fallback;
}

/** A number from `least` to `most`. */
export function askedNumber(name: string, fallback: number, least: number, most: number): number {
  const text = route.peek().query.get(name);
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return value >= least && value <= most ? value : fallback;
}

/** Yes (1) or no (0). */
export function askedFlag(name: string, fallback: boolean): boolean {
  const text = route.peek().query.get(name);
  return text === '1' ? true : text === '0' ? false : fallback;
}

/** One of some words. */
export function askedWord<T extends string>(name: string, known: readonly T[], fallback: T): T {
  const text = route.peek().query.get(name);
  return known.find((one) => one === text) ?? fallback;
}

/** A short text, such as a word. */
export function askedText(name: string, fallback: string): string {
  return route.peek().query.get(name)?.trim().slice(0, 40) || fallback;
}
