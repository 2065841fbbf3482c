/** The page's address: what is in view, and what defines it, as a link that can be sent. */
import { type ReadonlySignal, signal } from '@preact/signals';

/** The part of the address behind '#'. */
export interface Route {
  /** 'translate', 'road/16', ... */
  readonly path: string;
  readonly query: URLSearchParams;
}

const DEFAULT_PATH = 'translate';

/** Reads '#/road/16?text=...'. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/u, '').split('?', 2);
  return { path: path || DEFAULT_PATH, query: new URLSearchParams(query) };
}

/** The address of a route; what is undefined or empty is left out. */
export function routeHash(
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  const text = new URLSearchParams(given).toString();
  return `#/${path === DEFAULT_PATH ? '' : path}${text === '' ? '' : `?${text}`}`;
}

const current = signal<Route>(parseRoute(''));

/** The route in view. */
export const route: ReadonlySignal<Route> = current;

/** Follows the address bar. */
export function followAddress(): void {
  const read = () => {
    current.value = parseRoute(location.hash);
  };
  addEventListener('hashchange', read);
  read();
}

/** Writes what defines the view into the address, without a step back in the history. */
export function keepInAddress(query: Readonly<Record<string, string | undefined>>): void {
  const hash = routeHash(current.peek().path, query);
  if (hash !== location.hash) history.replaceState(null, '', hash);
}
