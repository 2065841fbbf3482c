/** Downloads the two files of a model, and reports their progress as one. */
import { type FileSource, type OpenedFile, type OpenOptions, openFile, readFile } from '../io';
import type { NamedTensors } from '../nn/arena';
import type { LoadMeter } from './loadProgress';
import { readTensors } from './readTensors';
import type { StorageFormat } from './storage';

/** A model's files, of which the description has been read. */
export interface DownloadedModel {
  /** The text of model.json. */
  readonly json: string;
  /** The address or name of model.json, for messages. */
  readonly where: string;
  /**
   * Downloads the tensors of model.safetensors.
   * @throws DownloadError; FormatError for a damaged file; DTypeError; AbortedError
   */
  tensors(formats?: readonly StorageFormat[]): Promise<NamedTensors>;
}

/**
 * Opens model.json and model.safetensors, and reads the first. Both are opened before either is
 * read, so that the total size is known from the start.
 * @throws DownloadError for a file that cannot be downloaded; AbortedError
 */
export async function downloadModel(
  source: FileSource,
  options: OpenOptions,
  meter: LoadMeter,
): Promise<DownloadedModel> {
  const [first, second] = [
    openFile(source, 'model.json', options),
    openFile(source, 'model.safetensors', options),
  ];
  // If both are missing, the load fails with the error of model.json.
  second.catch(() => undefined);
  const [json, parameters] = [await first, await second];
  const total = totalBytes(json, parameters);
  meter.update('download', 0, total);
  let known = 0;
  const read = (file: OpenedFile) => {
    const before = known;
    return readFile(file, (received) => {
      known = before + received;
      meter.update('download', known, total);
    });
  };
  return {
    json: new TextDecoder().decode(await read(json)),
    where: json.where,
    tensors: async (formats) => readTensors(await read(parameters), parameters.where, formats),
  };
}

/** undefined if one of the sizes is unknown. */
function totalBytes(a: OpenedFile, b: OpenedFile): number | undefined {
  if (a.byteLength === undefined || b.byteLength === undefined) return undefined;
  return a.byteLength + b.byteLength;
}
