/**
 * Typed errors of loading and storing, beside those of core/errors: the network's and the storage's
 * faults. A body that arrives damaged or cut short is a FormatError.
 */
import { QkvError } from '../core/errors';

/** A file could not be fetched: no network, or the server refused. `status` is HTTP's, if any. */
export class DownloadError extends QkvError {
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super('download', message, options);
    this.status = status;
  }
}

/** The browser's storage or the file system refused to read or write (full, denied, absent). */
export class StorageError extends QkvError {
  constructor(message: string, options?: ErrorOptions) {
    super('storage', message, options);
  }
}
