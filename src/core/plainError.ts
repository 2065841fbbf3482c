/**
 * Errors across postMessage. A structured clone keeps an error's message and drops its class, `code` and
 * fields: the sender takes them down as plain data, the receiver makes the typed error of it again.
 */
import {
  AbortedError,
  DeviceError,
  DeviceLostError,
  DisposedError,
  DownloadError,
  type DownloadErrorOptions,
  DTypeError,
  FormatError,
  InputError,
  type InputErrorOptions,
  OptionError,
  QkvError,
  ShapeError,
  StorageError,
  WorkerError,
} from './errors';

/** An error as plain data, which a structured clone keeps whole. */
export interface PlainError {
  readonly name: string;
  /** Of a typed error. */
  readonly code?: string;
  readonly message: string;
  /** Of the error that was thrown, where the platform has one. */
  readonly stack?: string;
  /** What caused it: an error, or text. */
  readonly cause?: PlainError | string;
  readonly words?: readonly string[];
  readonly url?: string;
  readonly status?: number;
}

/** Causes of causes that are kept. */
const DEPTH = 4;

/** An error as plain data. @param error whatever was thrown */
export function errorToPlain(error: unknown): PlainError {
  return toPlain(error, DEPTH);
}

function toPlain(error: unknown, depth: number): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || depth === 0 ? {} : { cause: plainCause(cause, depth) }),
    ...(error instanceof QkvError ? { code: error.code } : {}),
    ...(error instanceof InputError ? { words: [...error.words] } : {}),
    ...(error instanceof DownloadError ? downloadFields(error) : {}),
  };
}

function plainCause(cause: unknown, depth: number): PlainError | string {
  return cause instanceof Error ? toPlain(cause, depth - 1) : String(cause);
}

function downloadFields({ url, status }: DownloadError) {
  return { ...(url === undefined ? {} : { url }), ...(status === undefined ? {} : { status }) };
}

type Fields = InputErrorOptions & DownloadErrorOptions;

/** By code; an error of another code is a QkvError. */
const CLASSES: Readonly<Record<string, new (message: string, options: Fields) => QkvError>> = {
  shape: ShapeError,
  dtype: DTypeError,
  option: OptionError,
  input: InputError,
  format: FormatError,
  download: DownloadError,
  storage: StorageError,
  device: DeviceError,
  'device-lost': DeviceLostError,
  disposed: DisposedError,
  aborted: AbortedError,
  worker: WorkerError,
};

/** The error that `errorToPlain` took down: of the same class, with the same code and fields. */
export function errorFromPlain(plain: PlainError): Error {
  const { name, code, message, stack, cause, words, url, status } = plain;
  const options: Fields = {
    ...(cause === undefined
      ? {}
      : { cause: typeof cause === 'string' ? cause : errorFromPlain(cause) }),
    ...(words === undefined ? {} : { words }),
    ...(url === undefined ? {} : { url }),
    ...(status === undefined ? {} : { status }),
  };
  const error = typedError(code, message, options);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name });
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack });
  return error;
}

function typedError(code: string | undefined, message: string, options: Fields): Error {
  if (code === undefined) return new Error(message, options);
  const Class = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined;
  return Class === undefined ? new QkvError(code, message, options) : new Class(message, options);
}
