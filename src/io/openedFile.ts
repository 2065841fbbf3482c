/** A file that was opened, wherever it is, and reading it into memory. */
import { FormatError } from '../core/errors';
import { ByteSink } from './receiveBytes';

/** A file that is ready to be read. */
export interface OpenedFile {
  /** Its address or name, for messages. */
  readonly where: string;
  /** undefined where it is not known before the file has been read. */
  readonly byteLength: number | undefined;
  /**
   * Its contents from the beginning, in pieces.
   * @throws DownloadError, FormatError when they cannot be read, or are cut short; AbortedError
   */
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Reads a file into memory. @param onBytes told of each piece, with all bytes so far */
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
