/** The cache of downloaded files: against a real server that interrupts, changes, and goes away. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { openFile, readFile as readOpened } from '../../../src/io';
import { DiskCache, type ModelCacheOptions, modelCache } from '../../../src/io/cache/modelCache';
import { outcome } from '../../support/outcome';

/** Bytes of a part, which end with a chunk of the network, of at most 64 KB. */
const PART = 2 ** 18;

/** Two parts and some of a third. */
const SIZE = 2 * PART + 2 ** 17 + 12_345;

const contents = (seed: number) => {
  const source = random(seed);
  const words = new Uint32Array(Math.ceil(SIZE / 4));
  for (let i = 0; i < words.length; i++) words[i] = source.below(2 ** 32);
  return new Uint8Array(words.buffer, 0, SIZE);
};
const [first, second] = [contents(1), contents(2)];

/** What the server does. */
const served = {
  body: first,
  etag: '"1"' as string | undefined,
  /** Bytes after which it breaks the connection. */
  breaksAt: Number.POSITIVE_INFINITY,
  ignoresRanges: false,
  tellsLength: true,
};
let requests: IncomingHttpHeaders[] = [];
let server: Server;
let url = '';
let folder = '';

beforeAll(async () => {
  server = createServer(({ headers }, response) => {
    requests.push(headers);
    const { body, etag, breaksAt, ignoresRanges, tellsLength } = served;
    if (etag !== undefined) {
      response.setHeader('etag', etag);
      if (headers['if-none-match'] === etag) {
        response.writeHead(304).end();
        return;
      }
    }
    const range = /^bytes=(\d+)-$/.exec(headers.range ?? '');
    const isRest = range !== null && headers['if-range'] === etag && !ignoresRanges;
    const from = isRest ? Number(range[1]) : 0;
    if (isRest) response.setHeader('content-range', `bytes ${from}-${SIZE - 1}/${SIZE}`);
    if (tellsLength) response.setHeader('content-length', SIZE - from);
    response.writeHead(isRest ? 206 : 200);
    if (breaksAt >= SIZE) response.end(body.subarray(from));
    else response.write(body.subarray(from, breaksAt), () => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/m.safetensors?v=1`;
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-cache-'));
  Object.assign(served, { body: first, etag: '"1"', breaksAt: Number.POSITIVE_INFINITY });
  Object.assign(served, { ignoresRanges: false, tellsLength: true });
  requests = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Downloads as a load does. */
async function load(options: ModelCacheOptions = {}, signal = new AbortController().signal) {
  const failures: unknown[] = [];
  const onCacheFailure = (cause: unknown) => failures.push(cause);
  const { fetch } = new DiskCache({ name: folder, onCacheFailure, ...options }, PART);
  const file = await openFile(url, undefined, { signal, fetch });
  const bytes = await readOpened(file, () => undefined);
  return { bytes, byteLength: file.byteLength, failures };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const check = (found: Awaited<ReturnType<typeof load>>, body = first) => {
  expect(digest(found.bytes)).toBe(digest(body));
  expect(found.failures).toEqual([]);
};
const offline = async () => Promise.reject(new TypeError('no network'));
const parts = async () => (await readdir(folder)).filter((name) => !name.endsWith('.json'));
const description = async () => {
  const name = (await readdir(folder)).find((one) => one.endsWith('.json')) ?? '';
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
};

describe('a cached file', () => {
  it('is downloaded once, then asked for by its version only', async () => {
    const online = await load();
    check(online);
    expect(online.byteLength).toBe(SIZE);
    expect(await description()).toEqual({
      etag: '"1"',
      sha256: digest(first),
      parts: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    const stored = await load({ verify: true });
    check(stored);
    expect(stored.byteLength).toBe(SIZE);
    expect(requests.map((headers) => headers['if-none-match'])).toEqual([undefined, '"1"']);
  });

  it('is there without a network, with and without a version', async () => {
    check(await load());
    check(await load({ fetch: offline }));
    served.etag = undefined;
    await rm(folder, { recursive: true });
    check(await load());
    check(await load({ fetch: offline }));
  });

  it('without a network and never downloaded is a DownloadError', async () => {
    expect(await outcome(load({ fetch: offline }))).toMatchObject({ code: 'download' });
  });

  it('of which the server has another version is replaced', async () => {
    check(await load());
    Object.assign(served, { body: second, etag: '"2"' });
    check(await load(), second);
    check(await load({ fetch: offline }), second);
    expect(requests.length).toBe(2);
    expect((await description()).etag).toBe('"2"');
  });

  it('is kept where the server answers with an error', async () => {
    check(await load());
    const busy = async () => new Response('', { status: 503 });
    expect(await outcome(load({ fetch: busy }))).toMatchObject({ code: 'download', status: 503 });
    check(await load({ fetch: offline }));
  });

  it('is downloaded again after it was removed', async () => {
    check(await load());
    await modelCache({ name: folder }).remove(url);
    expect(await readdir(folder)).toEqual([]);
    check(await load());
    expect(requests.map((headers) => headers['if-none-match'])).toEqual([undefined, undefined]);
  });
});

describe('an interrupted download', () => {
  // In the first part, at its end, in the second one, and one byte before the end.
  it.each([70_000, PART, PART + 70_001, SIZE - 1])('at byte %i is resumed', async (breaksAt) => {
    served.breaksAt = breaksAt;
    expect(await outcome(load())).toBeInstanceOf(FormatError);
    served.breaksAt = Number.POSITIVE_INFINITY;
    const resumed = await load();
    check(resumed);
    expect(resumed.byteLength).toBe(SIZE);
    // All that had arrived before the connection broke is kept.
    const from = Number(/\d+/.exec(requests[1]?.range ?? '')?.[0]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(breaksAt);
    expect(requests[1]?.['if-range']).toBe('"1"');
    expect((await description()).sha256).toBe(digest(first));
    check(await load({ fetch: offline, verify: true }));
  });

  it('can be interrupted time and again', async () => {
    for (const breaksAt of [70_000, 200_000, PART + 70_000, SIZE - 5]) {
      served.breaksAt = breaksAt;
      expect(await outcome(load())).toBeInstanceOf(FormatError);
    }
    served.breaksAt = Number.POSITIVE_INFINITY;
    check(await load());
    const starts = requests.map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(new Set(starts).size).toBe(5);
  });

  it.each(['ignores ranges', 'has another version', 'has a weak version'])(
    'begins again where the server %s',
    async (what) => {
      if (what.includes('weak')) served.etag = 'W/"1"';
      served.breaksAt = PART + 70_001;
      expect(await outcome(load())).toBeInstanceOf(FormatError);
      served.breaksAt = Number.POSITIVE_INFINITY;
      if (what.includes('ranges')) served.ignoresRanges = true;
      if (what.includes('another')) Object.assign(served, { body: second, etag: '"2"' });
      const body = what.includes('another') ? second : first;
      check(await load(), body);
      check(await load({ fetch: offline, verify: true }), body);
    },
  );

  it('by an abort keeps what has arrived', async () => {
    const controller = new AbortController();
    const { fetch } = new DiskCache({ name: folder }, PART);
    const file = await openFile(url, undefined, { signal: controller.signal, fetch });
    const reading = readOpened(file, (received) => {
      if (received > PART + 2 ** 16) controller.abort();
    });
    expect(await outcome(reading)).toMatchObject({ code: 'aborted' });
    // The body is closed after the reader was told.
    await new Promise((resolve) => setTimeout(resolve, 200));
    check(await load());
    expect(Number(/\d+/.exec(requests[1]?.range ?? '')?.[0])).toBeGreaterThanOrEqual(PART);
  });
});

describe('a damaged file in the cache', () => {
  it('that is cut short is resumed from the part before', async () => {
    check(await load());
    const names = (await parts()).toSorted();
    await truncate(join(folder, names[1]!), 1000);
    check(await load());
    expect(requests[1]?.range).toBe(`bytes=${(await description()).parts[0]}-`);
    check(await load({ fetch: offline, verify: true }));
  });

  it('whose description is damaged is downloaded again', async () => {
    check(await load());
    const name = (await readdir(folder)).find((one) => one.endsWith('.json'))!;
    for (const text of ['', '{', '[]', '{"parts":[-1]}', '{"parts":["a"]}', '{"parts":7}']) {
      await writeFile(join(folder, name), text);
      check(await load());
    }
    expect(requests.some((headers) => 'if-none-match' in headers)).toBe(false);
  });

  it('with other bytes is found if it is verified, and downloaded again', async () => {
    check(await load());
    const [name] = (await parts()).toSorted();
    const bytes = await readFile(join(folder, name!));
    bytes[77] = (bytes[77] ?? 0) ^ 1;
    await writeFile(join(folder, name!), bytes);
    const error = await outcome(load({ verify: true }));
    expect(error).toMatchObject({ cause: expect.any(FormatError) });
    check(await load({ verify: true }));
  });
});

describe('a cache that cannot be used', () => {
  it('does not stop a download, and is told', async () => {
    await writeFile(join(folder, 'file'), '');
    const found = await load({ name: join(folder, 'file', 'in a file') });
    expect(digest(found.bytes)).toBe(digest(first));
    expect(found.failures.length).toBeGreaterThan(0);
  });

  it('is passed by a second download of the file at the same time, which is whole', async () => {
    const [a, b] = await Promise.all([load(), load()]);
    check(a);
    check(b);
    check(await load({ fetch: offline, verify: true }));
  });

  it('has no unknown options', () => {
    expect(() => modelCache({ verifies: true } as object)).toThrow(OptionError);
  });
});

it('a server that tells no length is cached when its body has ended', async () => {
  served.tellsLength = false;
  check(await load());
  check(await load({ fetch: offline, verify: true }));
});
