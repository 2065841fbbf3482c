/** The page's address: what is in view, and what defines it, as a link that can be sent. */
import { type ReadonlySignal, signal } from '@preact/signals';

/** The part of the address behind '#'. */
export interface Route {
  /** 'translate', 'road/16', ... */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The values of an address by their names; what is undefined is left out. */
type Query = Readonly<Record<string, string | undefined>>;

const DEFAULT_PATH = 'translate';

/** Reads '#/road/16?text=...'. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/u, '').split('?', 2);
  return { path: path || DEFAULT_PATH, query: new URLSearchParams(query) };
}

/** The address of a route; what is empty is left out, too. */
export function routeHash(path: string, query: Query = {}): string {
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

const kept = signal<Readonly<Record<string, Query>>>({});

/** What defined a view when it was last seen, so that a menu leads back to it as it was. */
export function lastQuery(path: string): Query {
  return kept.value[path] ?? {};
}

/** Writes what defines the view into the address, without a step back in the history. */
export function keepInAddress(query: Query): void {
  const { path } = current.peek();
  kept.value = { ...kept.peek(), [path]: query };
  const hash = routeHash(path, query);
  if (hash !== location.hash) history.replaceState(null, '', hash);
}
