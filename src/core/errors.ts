/**
 * Every error a user of the runtime can meet: one class a kind, each with a stable `code`.
 * Messages say where, what was expected, what was found and what to do. Bugs of ours use `assert`.
 */

/** Base of all typed errors; `code` is stable across versions. */
export class QkvError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Shapes do not fit an operation or a signature. */
export class ShapeError extends QkvError {
  constructor(message: string) {
    super('shape', message);
  }
}

/** An element type does not fit an operation or a signature. */
export class DTypeError extends QkvError {
  constructor(message: string) {
    super('dtype', message);
  }
}

/** An option is unknown or its value is out of range. */
export class OptionError extends QkvError {
  constructor(message: string) {
    super('option', message);
  }
}

/** A token, id or sentence cannot be processed (out of vocabulary, empty, too long). */
export class InputError extends QkvError {
  constructor(message: string, options?: ErrorOptions) {
    super('input', message, options);
  }
}

/** A file or byte stream is damaged, truncated or of another format. */
export class FormatError extends QkvError {
  constructor(message: string, options?: ErrorOptions) {
    super('format', message, options);
  }
}

/** There is no usable WebGPU here, or the device refused what was asked. */
export class DeviceError extends QkvError {
  constructor(message: string, options?: ErrorOptions) {
    super('device', message, options);
  }
}

/** The GPU device was lost while work was under way. */
export class DeviceLostError extends QkvError {
  constructor(message: string, options?: ErrorOptions) {
    super('device-lost', message, options);
  }
}

/** Something that was disposed is used again. */
export class DisposedError extends QkvError {
  constructor(message: string) {
    super('disposed', message);
  }
}

/** The caller's AbortSignal fired. `name` is 'AbortError', as the web platform has it. */
export class AbortedError extends QkvError {
  constructor(message: string, options?: ErrorOptions) {
    super('aborted', message, options);
    this.name = 'AbortError';
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
 * Rejects unknown option names.
 * @throws OptionError naming the unknown option and the known ones
 */
export function checkOptions(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError(`${where}: unknown option '${name}'; known: ${known.join(', ')}`);
    }
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
