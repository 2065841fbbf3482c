/**
 * Opens files from any source of an app: addresses, paths in Node, files chosen by a user,
 * directory handles and bytes. The size of an opened file is known, if available, before it is
 * read.
 */
import { DownloadError, OptionError, shown, throwIfAborted } from '../core/errors';
import { fileSystem } from './fileSystem';
import type { OpenedFile } from './openedFile';
import { declaredLength, receiveChunks } from './receiveBytes';
import { addressLabel, type FetchOptions, request } from './request';

/** The contents of a file. */
export type FileContent = string | Uint8Array | ArrayBuffer | Blob;

/** The location of a file or of a folder, or their contents. */
export type FileSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | FileSystemDirectoryHandle
  | Iterable<File>
  | ArrayLike<File>
  | Readonly<Record<string, FileContent>>;

/** How files are opened. */
export interface OpenOptions extends FetchOptions {
  /** Stops requests and reading. */
  readonly signal: AbortSignal;
}

/**
 * Opens a file.
 * @param name the file's name in the folder; undefined if the source is the file itself
 * @throws DownloadError if the file does not exist or is a web page; OptionError for an invalid
 *   source
 */
export async function openFile(
  source: FileSource,
  name: string | undefined,
  options: OpenOptions,
): Promise<OpenedFile> {
  if (typeof source === 'string' || source instanceof URL) {
    const address = addressOf(String(source), name);
    return isPath(address, options) ? openPath(address, options) : openAddress(address, options);
  }
  const content = await contentOf(source, name);
  return openContent(name ?? nameOf(source), content, options.signal);
}

/** The name that directory handles give to the error for a file that does not exist. */
const NOT_FOUND = 'NotFoundError';

/** Whether `openFile` failed because the folder does not have the file. */
export function isMissing(error: unknown): boolean {
  if (error instanceof DownloadError && error.status !== undefined) {
    return error.status === 404 || error.status === 410;
  }
  const cause = error instanceof Error ? Object(error.cause) : {};
  return cause.name === NOT_FOUND || cause.code === 'ENOENT';
}

/**
 * Whether an address is a path in the file system. Addresses without a scheme are paths, except in
 * pages and workers, where they are relative URLs, and where the caller fetches.
 */
function isPath(address: string, { fetch }: OpenOptions): boolean {
  if (/^[a-z][a-z\d+.-]+:/i.test(address)) return /^file:/i.test(address);
  return fetch === undefined && typeof location === 'undefined' && fileSystem() !== undefined;
}

/** @throws DownloadError if the file does not exist, or there is no file system */
function openPath(address: string, { signal }: OpenOptions): Promise<OpenedFile> {
  const open = fileSystem();
  if (open !== undefined) return open(address, signal);
  throw new DownloadError(
    `${address}: a page cannot read paths; serve the files over http, or let the user choose them`,
    { url: address },
  );
}

/**
 * The address of a file in a folder. The folder's address may be that of one of its files, and may
 * have a query.
 */
function addressOf(source: string, name: string | undefined): string {
  if (source === '') {
    throw new OptionError("source: the address is empty; for the current folder, pass './'");
  }
  if (name === undefined) return source;
  const end = source.search(/[?#]/);
  const path = end < 0 ? source : source.slice(0, end);
  const folder = path.replace(/[^/\\]*\.(json|safetensors)$/i, '');
  const slash = folder === '' || /[/\\]$/.test(folder) ? '' : '/';
  return `${folder}${slash}${name}${source.slice(path.length)}`;
}

async function openAddress(address: string, options: OpenOptions): Promise<OpenedFile> {
  const where = addressLabel(address);
  const response = await request(where, address, options);
  const { signal } = options;
  return {
    where,
    byteLength: declaredLength(response),
    chunks: () => withoutPage(where, response, receiveChunks(where, response, { signal })),
  };
}

/**
 * Passes the chunks of a body on, and throws if it is a web page: servers of single-page apps
 * answer unknown addresses with their page and status 200.
 */
async function* withoutPage(
  where: string,
  { headers, status }: Response,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const type = headers.get('content-type') ?? '';
  let isSuspect = /^text\/html\b/i.test(type);
  for await (const chunk of chunks) {
    const start = new TextDecoder().decode(chunk.subarray(0, 100)).trimStart();
    if (isSuspect && start.startsWith('<')) {
      throw new DownloadError(
        `${where}: expected a file, the server answered ${status} with a web page (${type}); check ` +
          'the address',
        { url: where, status },
      );
    }
    // Text files that are served as text/html by mistake are accepted.
    isSuspect &&= start === '';
    yield chunk;
  }
}

function openContent(where: string, content: FileContent, signal: AbortSignal): OpenedFile {
  if (content instanceof Blob) {
    const byteLength = content.size;
    const chunks = () => receiveChunks(where, new Response(content), { signal, byteLength });
    return { where, byteLength, chunks };
  }
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : bytesOf(content);
  return {
    where,
    byteLength: bytes.byteLength,
    chunks: () => {
      throwIfAborted(signal, where);
      return [bytes];
    },
  };
}

function bytesOf(content: Uint8Array | ArrayBuffer): Uint8Array {
  return content instanceof ArrayBuffer ? new Uint8Array(content) : content;
}

function nameOf(source: unknown): string {
  return source instanceof File ? source.name : 'the file';
}

type LocalSource = Exclude<FileSource, string | URL>;

async function contentOf(source: LocalSource, name: string | undefined): Promise<FileContent> {
  if (isContent(source)) {
    if (name === undefined) return source;
    throw new OptionError(
      `source: expected a folder with ${name}, found one file; pass { '${name}': ..., ... }, or a list of ` +
        'files',
    );
  }
  if (isDirectory(source)) return fromDirectory(source, name);
  const files = filesOf(source);
  if (name === undefined) {
    const [only, ...more] = files.values();
    if (only !== undefined && more.length === 0) return only;
    throw new OptionError(`source: expected one file, found ${files.size}`);
  }
  const [found] = [...files]
    .filter(([path]) => `/${path}`.endsWith(`/${name}`))
    .sort(([a], [b]) => a.length - b.length);
  if (found !== undefined) return found[1];
  const names = [...files.keys()].join(', ') || 'nothing';
  throw new OptionError(`source: ${name} is missing; the source has ${names}`, {
    cause: { name: NOT_FOUND },
  });
}

function isContent(value: unknown): value is Uint8Array | ArrayBuffer | Blob {
  return value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob;
}

function isDirectory(source: unknown): source is FileSystemDirectoryHandle {
  return typeof source === 'object' && source !== null && 'getFileHandle' in source;
}

async function fromDirectory(
  folder: FileSystemDirectoryHandle,
  name: string | undefined,
): Promise<FileContent> {
  if (name === undefined) {
    throw new OptionError(`source: expected a file, found the folder '${folder.name}'`);
  }
  try {
    const folders = name.split('/');
    const file = folders.pop() ?? name;
    let inner = folder;
    for (const each of folders) inner = await inner.getDirectoryHandle(each);
    return await (await inner.getFileHandle(file)).getFile();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : String(cause);
    throw new DownloadError(
      `${folder.name}/${name}: cannot be read (${reason}); check that it exists and access was granted`,
      { url: `${folder.name}/${name}`, cause },
    );
  }
}

/** Files by path. Of those with the same name, the one with the shortest path is meant. */
function filesOf(source: LocalSource): ReadonlyMap<string, FileContent> {
  if (typeof source !== 'object' || source === null) {
    throw new OptionError(
      'source: expected an address, a path, a URL, files, a directory handle or an object of files by ' +
        `name, found ${shown(source)}`,
    );
  }
  const files = new Map<string, FileContent>();
  if (!isList(source)) {
    for (const [name, content] of Object.entries(source)) {
      if (typeof content !== 'string' && !isContent(content)) {
        throw new OptionError(`source: ${name} must be text or bytes, found ${shown(content)}`);
      }
      files.set(name, content);
    }
    return files;
  }
  for (const file of Array.from<unknown>(source)) {
    if (!(file instanceof File)) {
      throw new OptionError(`source: expected files in the list, found ${shown(file)}`);
    }
    const path = file.webkitRelativePath || file.name;
    if (files.has(path)) {
      throw new OptionError(`source: two files are named ${path}; choose one folder`);
    }
    files.set(path, file);
  }
  return files;
}

/** Whether a value is an array, a FileList or another list. */
function isList(source: object): source is Iterable<unknown> | ArrayLike<unknown> {
  return Symbol.iterator in source || ('length' in source && typeof source.length === 'number');
}
