/** What the page's address asks of a figure; what is no answer to the question falls back. */
import { route } from '../../../state/route';

/** A whole number from one to another. */
export function askedNumber(name: string, fallback: number, least: number, most: number): number {
  const text = route.peek().query.get(name) ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= least && value <= most ? value : fallback;
}

/** One of several texts. */
export function askedOne<T extends string>(name: string, known: readonly T[], fallback: T): T {
  const text = route.peek().query.get(name);
  return known.find((one) => one === text) ?? fallback;
}

/** A word. */
export function askedWord(name: string, fallback: string): string {
  return route.peek().query.get(name)?.trim().slice(0, 40) || fallback;
}
