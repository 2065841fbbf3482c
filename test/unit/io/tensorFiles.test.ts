/** The tensors of a model's files as a stream: whichever files there are, whole, damaged or missing. */
import { describe, expect, it } from 'vitest';
import { DownloadError, FormatError, OptionError, type QkvError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import {
  type FileFormat,
  type FileSource,
  openTensors,
  shards,
  storeFloat32,
  type TensorFiles,
  torchFile,
  torchShards,
  writeSafetensors,
} from '../../../src/io';
import { useFileSystem } from '../../../src/io/fileSystem';
import { nodeFileSystem } from '../../../src/io/nodeFile';
import type { OpenedFile } from '../../../src/io/openedFile';
import { safetensorsFile } from '../../../src/io/tensorFiles';
import { page, serving, untold } from '../../support/modelServer';
import { outcome } from '../../support/outcome';
import { torchFixture, torchTensors } from '../../support/torchFiles';

useFileSystem(nodeFileSystem());

const { signal } = new AbortController();

const tensor = (name: string, shape: readonly number[], from: number) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return [
    name,
    storeFloat32(
      name,
      shape,
      Float32Array.from({ length: size }, (_, i) => from + i),
    ),
  ];
};
const file = (...tensors: readonly ReturnType<typeof tensor>[]) =>
  writeSafetensors(new Map(tensors as [string, ReturnType<typeof storeFloat32>][]));

const FILE = file(tensor('a', [2, 3], 1), tensor('b', [0], 0), tensor('c', [5], 7));

/** All tensors of some files, read as `readTensorFile` does, with the checks of what is reported. */
async function readAll(files: TensorFiles, piece = 1024) {
  const found: Record<string, string> = {};
  const names: string[][] = [];
  let last = 0;
  const report = (received: number) => {
    expect(received).toBeGreaterThanOrEqual(last);
    expect(received).toBeLessThanOrEqual(files.byteLength ?? received);
    last = received;
  };
  for await (const { tensors, names: all, fill } of files.read(report)) {
    names.push([...all]);
    for (const { name, dtype, shape, begin, end } of tensors) {
      const bytes = new Uint8Array(end - begin);
      for (let at = 0; at < bytes.length; at += piece) await fill(bytes.subarray(at, at + piece));
      found[name] = `${dtype} [${shape}] ${Buffer.from(bytes).toString('hex')}`;
    }
  }
  if (files.byteLength !== undefined) expect(last).toBe(files.byteLength);
  return { found, names };
}

const open = (source: FileSource, formats: readonly FileFormat[] = []) =>
  openTensors(source, { signal }, formats);

/** A file that arrives in chunks of given sizes. */
function chunked(bytes: Uint8Array, nextSize: () => number, byteLength?: number): OpenedFile {
  return {
    where: 'a.safetensors',
    byteLength,
    *chunks() {
      for (let at = 0; at < bytes.length; ) {
        const size = nextSize();
        yield bytes.subarray(at, at + size);
        at += size;
      }
    },
  };
}

const failure = async (work: Promise<unknown>) => (await outcome(work)) as QkvError;

describe('one safetensors file', () => {
  it('is read the same in chunks and pieces of any sizes', async () => {
    const whole = await readAll(await open({ 'model.safetensors': FILE }));
    expect(Object.keys(whole.found)).toEqual(['a', 'b', 'c']);
    expect(whole.names).toEqual([['a', 'b', 'c']]);
    expect(whole.found).toMatchObject({ b: 'F32 [0] ' });
    const source = random(3);
    for (let i = 0; i < 200; i++) {
      const most = 1 + source.below(FILE.length);
      const known = source.below(2) === 0 ? FILE.length : undefined;
      // Chunks may be empty.
      const bytes = chunked(FILE, () => source.below(most + 1), known);
      expect(await readAll(safetensorsFile(bytes), 1 + source.below(30))).toEqual(whole);
    }
  });

  it('that ends early, or goes on, is refused at any byte, with its name', async () => {
    for (let length = 0; length < FILE.length; length++) {
      const cut = chunked(FILE.subarray(0, length), () => 16);
      const error = await failure(readAll(safetensorsFile(cut)));
      expect(error, `${length}`).toBeInstanceOf(FormatError);
      expect(error.message).toMatch(/^a\.safetensors: safetensors: the file is truncated/);
    }
    const long = new Uint8Array(FILE.length + 1);
    long.set(FILE);
    for (const known of [undefined, long.length]) {
      const error = await failure(readAll(safetensorsFile(chunked(long, () => 16, known))));
      expect(error.message).toMatch(/a\.safetensors: .*has bytes that belong to no tensor/);
    }
  });

  it('whose size is another than its header says is refused before its data', async () => {
    let chunks = 0;
    const nextChunk = () => {
      chunks++;
      return 8;
    };
    const source = chunked(FILE, nextChunk, FILE.length + 4);
    const pulls = safetensorsFile(source)
      .read(() => undefined)
      [Symbol.asyncIterator]();
    expect((await failure(pulls.next())).message).toMatch(/belong to no tensor/);
    expect(chunks * 8).toBeLessThan(FILE.length);
  });

  it('is given back when the reader stops', async () => {
    let closed = 0;
    const opened: OpenedFile = {
      where: 'x',
      byteLength: undefined,
      async *chunks() {
        try {
          for (;;) yield FILE;
        } finally {
          closed++;
        }
      },
    };
    for await (const { tensors } of safetensorsFile(opened).read(() => undefined)) {
      expect(tensors.length).toBe(3);
      break;
    }
    expect(closed).toBe(1);
  });
});

describe('shards', () => {
  const index = (map: unknown, metadata: unknown = {}) =>
    JSON.stringify({ metadata, weight_map: map });
  const map = { a: 'model-1.safetensors', c: 'model-2.safetensors', d: 'model-1.safetensors' };
  const parts = {
    'model-1.safetensors': file(tensor('a', [2, 3], 1), tensor('d', [1], 4)),
    'model-2.safetensors': file(tensor('c', [5], 7)),
  };
  const source = (text: string, more: object = {}) => ({
    'model.safetensors.index.json': text,
    ...parts,
    ...more,
  });

  it('are read in turn, and all names are known from the first on', async () => {
    const files = await open(source(index(map, { total_size: 48 })), [torchFile, shards]);
    expect(files.byteLength).toBe(48);
    const { found, names } = await readAll(files);
    expect(Object.keys(found)).toEqual(['a', 'd', 'c']);
    expect(names).toEqual([
      ['a', 'c', 'd'],
      ['a', 'c', 'd'],
    ]);
  });

  it.each([
    ['no size', {}, undefined],
    ['too small a size', { total_size: 40 }, 40],
    ['too large a size', { total_size: 4000 }, 4000],
    ['a size that is none', { total_size: -1.5 }, undefined],
  ])('with %s in the index are read', async (_, metadata, byteLength) => {
    const files = await open(source(index(map, metadata)), [shards]);
    expect(files.byteLength).toBe(byteLength);
    expect(Object.keys((await readAll(files)).found).length).toBe(3);
  });

  it.each([
    ['../model-1.safetensors'],
    ['/etc/passwd'],
    ['https://a.b/x.safetensors'],
    ['//a.b/x.safetensors'],
    ['..'],
    ['.'],
    ['a\\b'],
    ['a/b'],
    ['%2e%2e'],
    ['x?y'],
    ['x#y'],
    [''],
    [7],
    [null],
  ])('are refused for the place %j, and nothing is asked for', async (place) => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(String(input));
      const name = String(input).split('/').at(-1) ?? '';
      return name === 'model.safetensors.index.json'
        ? new Response(index({ a: place }))
        : new Response('', { status: 404 });
    };
    const opening = openTensors('https://a.b/m/', { signal, fetch }, [shards]);
    const error = await failure(opening);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(/index.json: tensor "a" must be in a file of the same folder/);
    expect(asked).toEqual(
      ['model.safetensors', 'model.safetensors.index.json'].map((name) => `https://a.b/m/${name}`),
    );
  });

  it('that contradict the index, or are missing, are refused', async () => {
    const wrong = (changed: object) => failure(open2(changed));
    const open2 = async (changed: object) =>
      readAll(await open({ ...source(index(map)), ...changed }, [shards]));
    const lacks = await wrong({ 'model-1.safetensors': file(tensor('a', [2, 3], 1)) });
    expect(lacks.message).toMatch(/model-1.safetensors: the file lacks tensor "d"/);
    const has = await wrong({
      'model-2.safetensors': file(tensor('c', [5], 7), tensor('d', [1], 4)),
    });
    expect(has.message).toMatch(/model-2.safetensors: the file has tensor "d"/);
    for (const [text, message] of [
      ['<html>', /expected JSON/],
      ['{}', /weight_map/],
      [index({}), /names no tensors/],
    ] as const) {
      expect((await failure(open(source(text), [shards]))).message).toMatch(message);
    }
    const { 'model-2.safetensors': _, ...rest } = source(index(map));
    const gone = await failure(open(rest, [shards]).then((files) => readAll(files)));
    expect(gone.message).toMatch(/model-2.safetensors is missing/);
  });
});

describe('files of torch.save', () => {
  const expected = Object.fromEntries(
    Object.entries(Object.fromEntries(torchTensors('protocol2.bin'))).map(([name, value]) => {
      const { dtype, shape, bytes } = value as Record<string, string>;
      return [name, `${dtype} [${shape}] ${bytes}`];
    }),
  );

  it('are read as their tensors, alone and in shards', async () => {
    const bin = torchFixture('protocol2.bin');
    const one = await open({ 'pytorch_model.bin': bin }, [shards, torchFile, torchShards]);
    expect((await readAll(one, 5)).found).toEqual(expected);
    const weight_map = Object.fromEntries(Object.keys(expected).map((name) => [name, 'x.bin']));
    const text = JSON.stringify({ weight_map });
    const source = { 'pytorch_model.bin.index.json': text, 'x.bin': bin };
    const several = await open(source, [shards, torchFile, torchShards]);
    expect((await readAll(several)).found).toEqual(expected);
  });
});

describe('a folder without the file', () => {
  const formats = [shards, torchFile];
  const looked =
    /model.safetensors.*; there is no model.safetensors.index.json either; there is no pytorch_model.bin either/;

  it('is an error that names all that was looked for', async () => {
    const list = await failure(open({ 'config.json': '{}' }, formats));
    expect(list).toBeInstanceOf(OptionError);
    expect(list.message).toMatch(looked);
    const folder = await failure(open('test/fixtures/torchFile', formats));
    expect(folder).toBeInstanceOf(DownloadError);
    expect(folder.message).toMatch(looked);
    const handle = {
      name: 'models',
      getFileHandle: async () => Promise.reject(new DOMException('gone', 'NotFoundError')),
    } as unknown as FileSystemDirectoryHandle;
    expect((await failure(open(handle, formats))).message).toMatch(looked);
    const none = async () => new Response('', { status: 404 });
    const url = openTensors('https://a.b/', { signal, fetch: none }, formats);
    const missing = await failure(url);
    expect(missing).toMatchObject({ status: 404, url: 'https://a.b/model.safetensors' });
    expect(missing.message).toMatch(looked);
  });

  it('is not what a refusal or a failure of the server is taken for', async () => {
    for (const status of [401, 403, 500]) {
      let asked = 0;
      const fetch = async () => new Response('', { status: asked++ === 0 ? status : 404 });
      const error = await failure(openTensors('https://a.b/', { signal, fetch }, formats));
      expect(error).toMatchObject({ status });
      expect(asked).toBe(1);
    }
    const denied = {
      name: 'models',
      getFileHandle: async () => Promise.reject(new DOMException('no', 'NotAllowedError')),
    } as unknown as FileSystemDirectoryHandle;
    expect((await failure(open(denied, formats))).message).not.toMatch(/either/);
  });

  it('a server that answers with a page, or tells no sizes, is as before', async () => {
    await serving(page, async (url) => {
      const opened = open(url, formats).then((files) => readAll(files));
      expect(await failure(opened)).toMatchObject({ code: 'download', status: 200 });
    });
    await serving(untold, async (url) => {
      const files = await open(url, formats);
      expect(files.byteLength).toBeUndefined();
      expect(Object.keys((await readAll(files, 2 ** 20)).found).length).toBeGreaterThan(10);
    });
  });
});
