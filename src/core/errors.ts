/**
 * All errors that users of the runtime can get: a class for each kind, each with a stable `code`.
 * Messages say where, what was expected, what was found and what to do. Internal errors use
 * `assert`.
 */

/**
 * Base class of all typed errors; `code` is stable across versions. Each class sets `name` to a
 * string literal, since minifiers rename classes and with them any name derived from the class.
 */
export class QkvError extends Error {
  override readonly name: string = 'QkvError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A shape does not fit an operation or an input. */
export class ShapeError extends QkvError {
  override readonly name: string = 'ShapeError';

  constructor(message: string, options?: ErrorOptions) {
    super('shape', message, options);
  }
}

/** An element type does not fit an operation or an input. */
export class DTypeError extends QkvError {
  override readonly name: string = 'DTypeError';

  constructor(message: string, options?: ErrorOptions) {
    super('dtype', message, options);
  }
}

/** An option is unknown, or its value is invalid. */
export class OptionError extends QkvError {
  override readonly name: string = 'OptionError';

  constructor(message: string, options?: ErrorOptions) {
    super('option', message, options);
  }
}

/** Fields of an InputError besides its message. */
export interface InputErrorOptions extends ErrorOptions {
  readonly words?: readonly string[];
}

/** A text, token or id cannot be processed: it is empty, too long or outside the vocabulary. */
export class InputError extends QkvError {
  override readonly name: string = 'InputError';
  /** The distinct words outside the vocabulary; empty if the error has another cause. */
  readonly words: readonly string[];

  constructor(message: string, options: InputErrorOptions = {}) {
    super('input', message, options);
    this.words = options.words ?? [];
  }
}

/** A file or byte stream is damaged, truncated or in another format. */
export class FormatError extends QkvError {
  override readonly name: string = 'FormatError';

  constructor(message: string, options?: ErrorOptions) {
    super('format', message, options);
  }
}

/** Fields of a DownloadError besides its message. */
export interface DownloadErrorOptions extends ErrorOptions {
  readonly url?: string;
  readonly status?: number | undefined;
}

/**
 * A file could not be downloaded: no network, an error status, or a web page in place of the file.
 */
export class DownloadError extends QkvError {
  override readonly name: string = 'DownloadError';
  /** The requested address without its query, which may contain a secret. */
  readonly url: string | undefined;
  /**
   * The HTTP status; undefined if there was no response, or for files that are not read by HTTP.
   */
  readonly status: number | undefined;

  constructor(message: string, options: DownloadErrorOptions = {}) {
    super('download', message, options);
    this.url = options.url;
    this.status = options.status;
  }
}

/**
 * The browser's storage or the file system cannot be read or written: it is full, denied or
 * missing.
 */
export class StorageError extends QkvError {
  override readonly name: string = 'StorageError';

  constructor(message: string, options?: ErrorOptions) {
    super('storage', message, options);
  }
}

/** WebGPU is not available, or the device rejected an operation. */
export class DeviceError extends QkvError {
  override readonly name: string = 'DeviceError';

  constructor(message: string, options?: ErrorOptions) {
    super('device', message, options);
  }
}

/** The GPU device was lost. */
export class DeviceLostError extends QkvError {
  override readonly name: string = 'DeviceLostError';

  constructor(message: string, options?: ErrorOptions) {
    super('device-lost', message, options);
  }
}

/** An object was used after `dispose`, or disposed during a call. */
export class DisposedError extends QkvError {
  override readonly name: string = 'DisposedError';

  constructor(message: string, options?: ErrorOptions) {
    super('disposed', message, options);
  }
}

/** The worker did not start or has ended; its pending calls are rejected with this error. */
export class WorkerError extends QkvError {
  override readonly name: string = 'WorkerError';

  constructor(message: string, options?: ErrorOptions) {
    super('worker', message, options);
  }
}

/** The caller's AbortSignal fired. `name` is 'AbortError', as on the web platform. */
export class AbortedError extends QkvError {
  override readonly name: string = 'AbortError';

  constructor(message: string, options?: ErrorOptions) {
    super('aborted', message, options);
  }
}

/** Throws on an internal inconsistency. Never used for a caller's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${message}`);
}

/**
 * Returns the value, and throws an internal error if it is missing: for look-ups that must succeed.
 */
export function defined<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} is missing`);
  return value;
}

/**
 * Throws an AbortedError if the signal has fired.
 * @param what names the aborted work in the message
 */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new AbortedError(`${what}: aborted`, { cause: signal.reason });
}

/**
 * Checks that options are an object with known names only.
 * @param options any value, since JavaScript callers are not type-checked
 * @throws OptionError naming the unknown option and the known ones
 */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionError(`${where}: expected an object of options, found ${shown(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new OptionError(`${where}: unknown option '${name}'; known: ${known.join(', ')}`);
  }
}

/** The beginning of a text, for a message. @param most its length in characters */
export function shortened(text: string, most = 80): string {
  return text.length > most ? `${text.slice(0, most)}...` : text;
}

/** Formats any value for a message, as in source code and truncated. */
export function shown(value: unknown): string {
  return shortened(asWritten(value));
}

function asWritten(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(value);
  if (!isPlain) return value.constructor?.name ?? 'an object';
  try {
    return JSON.stringify(value) ?? 'an object';
  } catch {
    // JSON.stringify throws for cycles and bigints.
    return 'an object';
  }
}

/**
 * Checks that ids are in a vocabulary, because kernels silently give zeros for ids outside it.
 * @throws InputError naming the first id outside the vocabulary
 */
export function checkIds(where: string, ids: ArrayLike<number>, vocabulary: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? -1;
    if (id >= 0 && id < vocabulary) continue;
    throw new InputError(
      `${where}: id ${id} at index ${i} is outside the vocabulary of ${vocabulary}; was it made for ` +
        'another model?',
    );
  }
}
