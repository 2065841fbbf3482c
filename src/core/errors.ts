/**
 * Every error a user of the runtime can meet: one class a kind, each with a stable `code`.
 * Messages say where, what was expected, what was found and what to do. Bugs of ours use `assert`.
 */

/**
 * Base of all typed errors; `code` is stable across versions. Each class spells its `name` out: a
 * minifier renames the class, and would rename a name that is derived from it.
 */
export class QkvError extends Error {
  override readonly name: string = 'QkvError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Shapes do not fit an operation or a signature. */
export class ShapeError extends QkvError {
  override readonly name: string = 'ShapeError';

  constructor(message: string, options?: ErrorOptions) {
    super('shape', message, options);
  }
}

/** An element type does not fit an operation or a signature. */
export class DTypeError extends QkvError {
  override readonly name: string = 'DTypeError';

  constructor(message: string, options?: ErrorOptions) {
    super('dtype', message, options);
  }
}

/** An option is unknown or its value is out of range. */
export class OptionError extends QkvError {
  override readonly name: string = 'OptionError';

  constructor(message: string, options?: ErrorOptions) {
    super('option', message, options);
  }
}

/** What an InputError tells besides its message. */
export interface InputErrorOptions extends ErrorOptions {
  readonly words?: readonly string[];
}

/** A token, id or sentence cannot be processed (out of vocabulary, empty, too long). */
export class InputError extends QkvError {
  override readonly name: string = 'InputError';
  /** The words that were not understood, each once; empty when something else is wrong. */
  readonly words: readonly string[];

  constructor(message: string, options: InputErrorOptions = {}) {
    super('input', message, options);
    this.words = options.words ?? [];
  }
}

/** A file or byte stream is damaged, truncated or of another format. */
export class FormatError extends QkvError {
  override readonly name: string = 'FormatError';

  constructor(message: string, options?: ErrorOptions) {
    super('format', message, options);
  }
}

/** What a DownloadError tells besides its message. */
export interface DownloadErrorOptions extends ErrorOptions {
  readonly url?: string;
  readonly status?: number | undefined;
}

/** A file could not be fetched: no network, the server refused, or the address is of something else. */
export class DownloadError extends QkvError {
  override readonly name: string = 'DownloadError';
  /** What was asked for, without its query, which may hold a secret. */
  readonly url: string | undefined;
  /** HTTP's status; undefined when there was no answer, or no HTTP. */
  readonly status: number | undefined;

  constructor(message: string, options: DownloadErrorOptions = {}) {
    super('download', message, options);
    this.url = options.url;
    this.status = options.status;
  }
}

/** The browser's storage or the file system refused to read or write (full, denied, absent). */
export class StorageError extends QkvError {
  override readonly name: string = 'StorageError';

  constructor(message: string, options?: ErrorOptions) {
    super('storage', message, options);
  }
}

/** There is no usable WebGPU here, or the device refused what was asked. */
export class DeviceError extends QkvError {
  override readonly name: string = 'DeviceError';

  constructor(message: string, options?: ErrorOptions) {
    super('device', message, options);
  }
}

/** The GPU device was lost while work was under way. */
export class DeviceLostError extends QkvError {
  override readonly name: string = 'DeviceLostError';

  constructor(message: string, options?: ErrorOptions) {
    super('device-lost', message, options);
  }
}

/** Something that was disposed is used again, or was disposed while a call was under way. */
export class DisposedError extends QkvError {
  override readonly name: string = 'DisposedError';

  constructor(message: string, options?: ErrorOptions) {
    super('disposed', message, options);
  }
}

/** The worker that was asked has ended or did not start; what waited for it is lost. */
export class WorkerError extends QkvError {
  override readonly name: string = 'WorkerError';

  constructor(message: string, options?: ErrorOptions) {
    super('worker', message, options);
  }
}

/** The caller's AbortSignal fired. `name` is 'AbortError', as the web platform has it. */
export class AbortedError extends QkvError {
  override readonly name: string = 'AbortError';

  constructor(message: string, options?: ErrorOptions) {
    super('aborted', message, options);
  }
}

/** Stops on a bug of ours; never for a user's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${message}`);
}

/** The value, or an internal error: for look-ups that cannot miss. */
export function defined<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} is missing`);
  return value;
}

/** Throws an AbortedError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new AbortedError(`${what}: aborted`, { cause: signal.reason });
}

/**
 * Rejects what is no object of options, and unknown option names.
 * @param options of any origin: callers without types pass anything
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

/** Most characters of a value in a message. */
const SHOWN = 80;

/** Any value as a message shows it: as it was written, shortened. */
export function shown(value: unknown): string {
  const text = asWritten(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
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
    // It holds itself, or a bigint.
    return 'an object';
  }
}

/**
 * Checks that ids are in a vocabulary: kernels read an id outside it as nothing, silently.
 * @throws InputError naming the first one that is not
 */
export function checkIds(where: string, ids: ArrayLike<number>, vocabulary: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? -1;
    if (id >= 0 && id < vocabulary) continue;
    throw new InputError(
      `${where}: id ${id} at ${i} is outside the vocabulary of ${vocabulary}; is it of another model?`,
    );
  }
}
