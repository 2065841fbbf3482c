/** Requests a file from a server. There are no retries. */
import { DownloadError, shortened, throwIfAborted } from '../core/errors';

/** How files are fetched. */
export interface FetchOptions {
  /** Replaces the global `fetch`, for example to sign requests (default: `globalThis.fetch`). */
  readonly fetch?: typeof globalThis.fetch;
  /** Headers of each request, such as an authorization. */
  readonly headers?: HeadersInit;
  /** Use of the browser's HTTP cache, as in `fetch`: 'no-store', 'force-cache', ... */
  readonly cache?: RequestCache;
}

/** The address for messages, without the query, which may contain a secret. */
export function addressLabel(url: string | URL): string {
  return shortened(String(url).replace(/[?#].*$/s, ''), 200);
}

/**
 * Requests a file.
 * @param where names the file in messages
 * @throws DownloadError if there is no response, or its status is an error; AbortedError
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
      `${where}: no response; check the address, the network and the server's CORS headers`,
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
