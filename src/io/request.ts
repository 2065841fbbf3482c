/** Asks a server for a file, as the caller has it asked; no retries. What comes is read elsewhere. */
import { DownloadError, throwIfAborted } from '../core/errors';

/** How files are fetched. */
export interface FetchOptions {
  /** In place of the platform's own `fetch`: to sign requests, to count them, to answer them oneself. */
  readonly fetch?: typeof globalThis.fetch;
  /** Sent with each request: an authorization. */
  readonly headers?: HeadersInit;
  /** The browser's HTTP cache, as `fetch` has it: 'no-store', 'force-cache', ... */
  readonly cache?: RequestCache;
}

/** The address as messages show it: without the query, which may hold a secret. */
export function addressLabel(url: string | URL): string {
  const address = String(url).replace(/[?#].*$/s, '');
  return address.length > 200 ? `${address.slice(0, 200)}...` : address;
}

/**
 * The server's answer, when it is a good one.
 * @param where names the file in messages
 * @throws DownloadError when there is no answer or not a good one; AbortedError
 */
export async function request(
  where: string,
  url: string | URL,
  options: FetchOptions & { readonly signal: AbortSignal | undefined },
): Promise<Response> {
  const { fetch = globalThis.fetch, headers, cache, signal } = options;
  let response: Response;
  try {
    response = await fetch(url, {
      signal: signal ?? null,
      ...(headers === undefined ? {} : { headers }),
      ...(cache === undefined ? {} : { cache }),
    });
  } catch (cause) {
    throwIfAborted(signal, where);
    throw new DownloadError(
      `${where}: no answer; check the address, the network and the server's CORS headers`,
      { url: where, cause },
    );
  }
  if (response.ok) return response;
  await response.body?.cancel().catch(() => {});
  throw new DownloadError(
    `${where}: expected the file, the server answered ${response.status} ${response.statusText}; ` +
      'check the address',
    { url: where, status: response.status },
  );
}
