/** Files from every kind of source: the same bytes, sizes before reading, and what is said when there are none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DownloadError, FormatError, OptionError, QkvError } from '../../../src/core/errors';
import { type FileSource, type OpenOptions, openFile, readFile } from '../../../src/io';
import { useFileSystem } from '../../../src/io/fileSystem';
import { nodeFileSystem } from '../../../src/io/nodeFile';
import { only, page, plain, serving, slow, untold } from '../../support/modelServer';

useFileSystem(nodeFileSystem());

const { signal } = new AbortController();
const JSON_TEXT = '{"a":1}';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qkv-source-'));
  await writeFile(join(folder, 'model.json'), JSON_TEXT);
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (
  source: FileSource,
  name: string | undefined = 'model.json',
  options: Partial<OpenOptions> = {},
) => {
  const file = await openFile(source, name, { signal, ...options });
  let last = 0;
  const bytes = await readFile(file, (received) => {
    expect(received).toBeGreaterThan(last);
    last = received;
  });
  expect(last).toBe(bytes.byteLength);
  return { text: new TextDecoder().decode(bytes), byteLength: file.byteLength };
};

const failure = async (work: Promise<unknown>): Promise<QkvError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(QkvError);
  return error as QkvError;
};

/** A directory handle as browsers give them. */
const directory = (files: Readonly<Record<string, string>>) =>
  ({
    kind: 'directory',
    name: 'models',
    getFileHandle: async (name: string) => {
      const text = files[name];
      if (text === undefined) throw new DOMException('gone', 'NotFoundError');
      return { getFile: async () => new File([text], name) };
    },
  }) as unknown as FileSystemDirectoryHandle;

const file = new File([JSON_TEXT], 'model.json');
const other = new File(['x'], 'model.safetensors');
const bytes = new TextEncoder().encode(JSON_TEXT);

describe('a file of a folder', () => {
  const sources: readonly (readonly [string, () => FileSource])[] = [
    ['a path', () => folder],
    ['a path with a slash', () => `${folder}/`],
    ['the path of one of the files', () => join(folder, 'model.safetensors')],
    ['a file: address', () => pathToFileURL(`${folder}/`).href],
    ['a file: URL', () => pathToFileURL(folder)],
    ['a list of files', () => [other, file]],
    ['a FileList', () => ({ 0: other, 1: file, length: 2 }) as ArrayLike<File>],
    ['a set of files', () => new Set([file])],
    ['a directory handle', () => directory({ 'model.json': JSON_TEXT })],
    ['text', () => ({ 'model.json': JSON_TEXT })],
    ['bytes', () => ({ 'model.json': bytes })],
    ['an ArrayBuffer', () => ({ 'model.json': bytes.slice().buffer })],
    ['a Blob', () => ({ 'model.json': new Blob([JSON_TEXT]) })],
  ];

  it.each(sources)('from %s', async (_, source) => {
    const { length } = JSON_TEXT;
    expect(await read(source())).toEqual({ text: JSON_TEXT, byteLength: length });
  });

  it.each([
    ['', 'model.json'],
    ['models/toy', 'models/toy/model.json'],
    ['./?v=3', './model.json?v=3'],
    ['https://a.b/c', 'https://a.b/c/model.json'],
    ['https://a.b/c/model.json?key=1#x', 'https://a.b/c/model.json?key=1#x'],
    ['https://a.b/c/model.safetensors', 'https://a.b/c/model.json'],
    [new URL('https://a.b/c?token=s'), 'https://a.b/c/model.json?token=s'],
    ['//cdn/x/', '//cdn/x/model.json'],
  ])('of %s is asked for as %s', async (source, address) => {
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(input);
      return new Response(JSON_TEXT);
    };
    if (source === '') {
      expect(await failure(read(source, 'model.json', { fetch }))).toBeInstanceOf(OptionError);
      return;
    }
    expect((await read(source, 'model.json', { fetch })).text).toBe(JSON_TEXT);
    expect(asked).toEqual([address]);
  });

  it('is fetched with headers and the cache mode', async () => {
    const seen: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push(init ?? {});
      return new Response(JSON_TEXT);
    };
    const headers = { authorization: 'Bearer x' };
    await read('https://a.b/', 'model.json', { fetch, headers, cache: 'force-cache' });
    expect(seen).toMatchObject([{ headers, cache: 'force-cache' }]);
  });
});

describe('a file alone', () => {
  it.each([
    ['a path', () => join(folder, 'model.json')],
    ['a File', () => file],
    ['bytes', () => bytes],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a list of one', () => [file]],
    ['an object of one', () => ({ 'vectors.txt': JSON_TEXT })],
  ] as const)('from %s', async (_, source) => {
    const opened = await openFile(source(), undefined, { signal });
    expect(new TextDecoder().decode(await readFile(opened, () => undefined))).toBe(JSON_TEXT);
  });
});

describe('a server', () => {
  it('tells the size before anything is read, or it is unknown', async () => {
    await serving(slow, async (url) => {
      const opened = await openFile(url, 'model.safetensors', { signal });
      const got = await readFile(opened, () => undefined);
      expect(opened.byteLength).toBe(got.byteLength);
    });
    await serving(untold, async (url) => {
      const { byteLength, text } = await read(url);
      expect(byteLength).toBeUndefined();
      expect(text).toContain('qkv-model');
    });
  });

  it('that answers with its page is a wrong address', async () => {
    await serving(only('model.safetensors', page), async (url) => {
      const error = await failure(read(url, 'model.safetensors'));
      expect(error).toBeInstanceOf(DownloadError);
      expect(error).toMatchObject({ url: `${url}model.safetensors`, status: 200 });
      expect(error.message).toContain('200 with a web page (text/html');
    });
  });

  it('without the file names it, and keeps the query to itself', async () => {
    await serving(plain, async (url) => {
      const error = await failure(read(`${url}?key=secret`, 'missing.bin'));
      expect(error).toMatchObject({ url: `${url}missing.bin`, status: 404, code: 'download' });
      expect(error.message).not.toContain('secret');
    });
  });

  it('that breaks off is a damaged file', async () => {
    const broken = only('model.safetensors', (_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('x', () => response.destroy());
    });
    await serving(broken, async (url) => {
      expect(await failure(read(url, 'model.safetensors'))).toBeInstanceOf(FormatError);
    });
  });
});

describe('what is no source', () => {
  it.each([
    [null, OptionError, /found null/],
    [undefined, OptionError, /found undefined/],
    [7, OptionError, /found 7/],
    [[], OptionError, /model.json is missing; the source has nothing/],
    [[other], OptionError, /model.json is missing; the source has model.safetensors/],
    [[file, file], OptionError, /two files are named model.json/],
    [['model.json'], OptionError, /expected files in the list, found 'model.json'/],
    [file, OptionError, /expected a folder with model.json, found one file/],
    [{ 'model.json': 5 }, OptionError, /model.json must be text or bytes, found 5/],
    [{}, OptionError, /the source has nothing/],
    ['/no/such/folder', DownloadError, /no\/such\/folder\/model.json: cannot be read \(ENOENT/],
    ['file:///no/such/', DownloadError, /cannot be read/],
    ['http://127.0.0.1:1/', DownloadError, /no response/],
  ])('%o is refused', async (source, type, message) => {
    const error = await failure(read(source as FileSource));
    expect(error).toBeInstanceOf(type);
    expect(error.message).toMatch(message);
  });

  it('a folder is not a file, and says so', async () => {
    const alone = (source: FileSource) => openFile(source, undefined, { signal });
    expect((await failure(alone(folder))).message).toContain('it is not a file');
    const handle = await failure(alone(directory({})));
    expect(handle.message).toContain("found the folder 'models'");
    expect((await failure(read(directory({})))).message).toContain('NotFoundError');
    expect((await failure(alone([file, other]))).message).toContain('found 2');
  });
});

it('an abort ends every kind of reading', async () => {
  const cases: readonly FileSource[] = [folder, [file], { 'model.json': bytes }];
  for (const source of cases) {
    const controller = new AbortController();
    const opened = await openFile(source, 'model.json', { signal: controller.signal });
    controller.abort();
    const error = await failure(readFile(opened, () => undefined));
    expect(error).toMatchObject({ code: 'aborted', name: 'AbortError' });
  }
  await serving(slow, async (url) => {
    const controller = new AbortController();
    const opened = await openFile(url, 'model.safetensors', { signal: controller.signal });
    const reading = readFile(opened, () => controller.abort());
    expect(await failure(reading)).toMatchObject({ code: 'aborted' });
  });
});
