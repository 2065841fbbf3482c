/**
 * Errors across postMessage. Structured cloning keeps an error's message but drops its class,
 * `code` and fields, so that the sender converts errors to plain data and the receiver recreates
 * the typed errors.
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

/** An error as plain data, which structured cloning preserves. */
export interface PlainError {
  readonly name: string;
  /** Only for typed errors. */
  readonly code?: string;
  readonly message: string;
  /** The stack of the original error, where the platform provides one. */
  readonly stack?: string;
  /** The cause: an error, or the text of another value. */
  readonly cause?: PlainError | string;
  readonly words?: readonly string[];
  readonly url?: string;
  readonly status?: number;
}

/** Depth to which causes of causes are kept. */
const DEPTH = 4;

/** Converts an error to plain data. @param error any thrown value */
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

/** Error classes by code; errors with other codes become a QkvError. */
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

/** Recreates an error from `errorToPlain`, with the same class, code and fields. */
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
