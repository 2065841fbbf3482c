/** Downloads from a real server of this process, which can cut bodies short and stall. */
import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { AbortedError, FormatError, OptionError } from '../../../src/core/errors';
import { DownloadError, type FetchProgress, fetchBytes } from '../../../src/io';

const body = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251);
const byteLength = body.length;
const sha256 = createHash('sha256').update(body).digest('hex');
const half = body.subarray(0, byteLength / 2);

const routes: Readonly<Record<string, RequestListener>> = {
  '/whole': (_, response) => {
    response.setHeader('content-length', byteLength);
    response.end(body);
  },
  '/chunked': (_, response) => {
    response.write(half);
    response.end(body.subarray(half.length));
  },
  '/gzip': (_, response) => {
    const packed = gzipSync(body);
    response.setHeader('content-encoding', 'gzip').setHeader('content-length', packed.length);
    response.end(packed);
  },
  // A proxy that ends a chunked body properly, but too early: no error of HTTP's own.
  '/short': (_, response) => response.end(half),
  '/broken': (_, response) => {
    response.write(half, () => response.destroy());
  },
  '/broken-with-length': (_, response) => {
    response.setHeader('content-length', byteLength);
    response.write(half, () => response.destroy());
  },
  '/stalled': (_, response) => {
    response.setHeader('content-length', byteLength);
    response.write(half);
  },
  '/empty': (_, response) => response.end(),
};

let server: Server;
let origin = '';
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++;
    const [path = ''] = (request.url ?? '').split('?');
    const route = routes[path];
    if (route !== undefined) route(request, response);
    else response.writeHead(404).end('no such file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address === 'object') origin = `http://127.0.0.1:${address?.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Plain comparison: a matcher takes a second for so many elements. */
const expectBody = (bytes: Uint8Array | undefined) => {
  expect(bytes?.constructor).toBe(Uint8Array);
  expect(Buffer.compare(bytes ?? new Uint8Array(0), body)).toBe(0);
};

const failure = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
};

describe('a whole file', () => {
  test.each(['/whole', '/chunked', '/gzip'])('%s arrives, checked or not', async (path) => {
    expectBody(await fetchBytes(origin + path));
    const checked = { byteLength, sha256: sha256.toUpperCase() };
    expectBody(await fetchBytes(new URL(path, origin), checked));
  });

  test('an empty file', async () => {
    expect(await fetchBytes(`${origin}/empty`, { byteLength: 0 })).toEqual(new Uint8Array(0));
  });

  test.each([
    ['/whole', {}, byteLength],
    ['/chunked', {}, undefined],
    ['/chunked', { byteLength }, byteLength],
    ['/gzip', {}, undefined],
  ])('progress of %s with %o rises from 0 to all', async (path, options, totalBytes) => {
    const progress: FetchProgress[] = [];
    await fetchBytes(origin + path, { ...options, onProgress: (step) => progress.push(step) });
    const received = progress.map((step) => step.receivedBytes);
    expect(received[0]).toBe(0);
    expect(received.at(-1)).toBe(byteLength);
    expect(received).toEqual([...received].sort((a, b) => a - b));
    expect(new Set(progress.map((step) => step.totalBytes))).toEqual(new Set([totalBytes]));
  });
});

describe('a damaged download is a FormatError', () => {
  test.each([
    ['ends early without an error', '/short', { byteLength }],
    ['ends early, length unknown, hash known', '/short', { sha256 }],
    ['breaks off without a length', '/broken', {}],
    ['breaks off with a length', '/broken-with-length', {}],
    ['is longer than expected', '/whole', { byteLength: byteLength - 1 }],
    ['has another SHA-256', '/whole', { sha256: '0'.repeat(64) }],
  ])('%s', async (_, path, options) => {
    const error = await failure(fetchBytes(origin + path, options));
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toMatch(/expected .* found .*: (download it again|check the address)|;/);
  });

  test('the message counts the bytes', async () => {
    const error = await failure(fetchBytes(`${origin}/short?token=secret`, { byteLength }));
    expect(String(error)).toContain(
      `${origin}/short: the download was cut short: expected ${byteLength} bytes, ` +
        `found ${half.length}; download it again`,
    );
    expect(String(error)).not.toContain('secret');
  });

  test('a body shorter than its content-length, where the platform does not notice', async () => {
    const headers = { 'content-length': String(byteLength) };
    vi.stubGlobal('fetch', async () => new Response(half, { headers }));
    expect(await failure(fetchBytes('/file'))).toBeInstanceOf(FormatError);
  });
});

describe('no download', () => {
  test('a status other than success is a DownloadError with the status', async () => {
    const error = await failure(fetchBytes(`${origin}/missing`));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({ code: 'download', status: 404 });
    expect(String(error)).toContain('the server answered 404 Not Found');
  });

  test.each(['http://127.0.0.1:1/', 'not an address'])('no answer from %s', async (url) => {
    const error = await failure(fetchBytes(url));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error).toMatchObject({ status: undefined });
  });

  test('abort: before, and while the body stalls', async () => {
    const before = requests;
    const signal = AbortSignal.abort('no longer wanted');
    const error = await failure(fetchBytes(`${origin}/whole`, { signal }));
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ name: 'AbortError', cause: 'no longer wanted' });
    expect(requests).toBe(before);
    const controller = new AbortController();
    const stalled = fetchBytes(`${origin}/stalled`, {
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => receivedBytes > 0 && controller.abort(),
    });
    expect(await failure(stalled)).toBeInstanceOf(AbortedError);
    const timeout = fetchBytes(`${origin}/stalled`, { signal: AbortSignal.timeout(50) });
    expect(await failure(timeout)).toBeInstanceOf(AbortedError);
  });

  test.each([
    [{ byteLength: -1 }, 'byteLength must be a whole number'],
    [{ byteLength: 1.5 }, 'byteLength'],
    [{ sha256: 'abc' }, 'sha256 must be 64 hexadecimal digits'],
    [{ cacheName: 'models' }, 'cacheName needs sha256'],
    [Object.assign({ byteLength: 1 }, { retries: 3 }), "unknown option 'retries'"],
  ])('%o is an OptionError', async (options, message) => {
    const error = await failure(fetchBytes(`${origin}/whole`, options));
    expect(error).toBeInstanceOf(OptionError);
    expect(String(error)).toContain(message);
  });

  test('sha256 without crypto.subtle is an OptionError that names the cure', async () => {
    vi.stubGlobal('crypto', {});
    const error = await failure(fetchBytes(`${origin}/whole`, { sha256 }));
    expect(error).toBeInstanceOf(OptionError);
    expect(String(error)).toContain('https');
  });
});

describe('caching', () => {
  /** The Cache API's three calls, on a Map; `fault` throws in their place. */
  const stubCaches = (stored: Map<string, Uint8Array>, fault?: (call: string) => void) => {
    vi.stubGlobal('caches', {
      open: async () => {
        fault?.('open');
        return {
          match: async (url: string) => {
            fault?.('match');
            const bytes = stored.get(url);
            return bytes && new Response(new Uint8Array(bytes));
          },
          put: async (url: string, response: Response) => {
            fault?.('put');
            stored.set(url, new Uint8Array(await response.arrayBuffer()));
          },
        };
      },
    });
  };
  const url = () => `${origin}/whole`;
  const load = (onCacheFailure?: (cause: unknown) => void) =>
    fetchBytes(url(), { sha256, cacheName: 'models', ...(onCacheFailure && { onCacheFailure }) });

  test('the second load asks no server', async () => {
    const stored = new Map<string, Uint8Array>();
    stubCaches(stored);
    const before = requests;
    expectBody(await load());
    expectBody(await load());
    expect(requests).toBe(before + 1);
    expect([...stored.keys()]).toEqual([url()]);
  });

  test('a damaged entry is reported, downloaded again and replaced', async () => {
    const stored = new Map([[url(), half]]);
    stubCaches(stored);
    const failures: unknown[] = [];
    expectBody(await load((cause) => failures.push(cause)));
    expect(failures).toEqual([expect.any(FormatError)]);
    expectBody(stored.get(url()));
  });

  test.each([
    ['open', 2],
    ['match', 1],
    ['put', 1],
  ])('a cache that fails in %s never fails the load', async (failing, times) => {
    stubCaches(new Map(), (call) => {
      if (call === failing) throw new DOMException('full', 'QuotaExceededError');
    });
    const failures: unknown[] = [];
    expectBody(await load((cause) => failures.push(cause)));
    expect(failures).toHaveLength(times);
    expectBody(await load());
  });

  test('no Cache API, no cache', async () => {
    expect('caches' in globalThis).toBe(false);
    expectBody(await load());
  });

  test('a damaged download is not cached', async () => {
    const stored = new Map<string, Uint8Array>();
    stubCaches(stored);
    const options = { sha256, cacheName: 'models' };
    expect(await failure(fetchBytes(`${origin}/short`, options))).toBeInstanceOf(FormatError);
    expect(stored.size).toBe(0);
  });
});
