/** Opened files, and reading them to memory. */
import { FormatError } from '../core/errors';
import { ByteSink } from './receiveBytes';

/** A file that is ready to be read. */
export interface OpenedFile {
  /** Its address or name, for messages. */
  readonly where: string;
  /** Size in bytes; undefined if it is unknown until the file has been read. */
  readonly byteLength: number | undefined;
  /**
   * Its contents in chunks.
   * @throws DownloadError, FormatError if they cannot be read or are truncated; AbortedError
   */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Reads a file to memory.
 * @param onBytes called after each chunk with the number of bytes so far
 */
export async function readFile(
  file: OpenedFile,
  onBytes: (received: number) => void,
): Promise<Uint8Array> {
  const sink = new ByteSink(file.where, file.byteLength);
  let received = 0;
  for await (const chunk of file.chunks()) {
    sink.add(chunk);
    received += chunk.byteLength;
    onBytes(received);
  }
  if (file.byteLength !== undefined && received < file.byteLength) {
    throw new FormatError(
      `${file.where}: expected ${file.byteLength} bytes, found ${received}; read it again`,
    );
  }
  return sink.join();
}
