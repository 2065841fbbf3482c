/** Opens the files of a model, and reads its description. */
import { type FileSource, type OpenOptions, openFile, readFile } from '../io';
import type { LoadMeter } from './loadProgress';
import { type OpenedParameters, type OpenParameters, wholeFile } from './parameterFiles';

/** A model's files, of which the description has been read. */
export interface DownloadedModel {
  /** The text of model.json. */
  readonly json: string;
  /** The address or name of model.json, for messages. */
  readonly where: string;
  /** The files with the parameters, to be read once. */
  readonly files: OpenedParameters;
  /** Size of model.json, which has been reported as downloaded. */
  readonly received: number;
}

/**
 * Opens model.json and the files with the parameters, and reads the first. All are opened before any
 * is read, so that the total size is known from the start.
 * @throws DownloadError for a file that cannot be downloaded; AbortedError
 */
export async function downloadModel(
  source: FileSource,
  options: OpenOptions & { readonly parameters?: OpenParameters },
  meter: LoadMeter,
): Promise<DownloadedModel> {
  const { parameters = wholeFile } = options;
  const opening = parameters(source, options);
  // If both are missing, the load fails with the error of model.json.
  opening.catch(() => undefined);
  const description = await openFile(source, 'model.json', options);
  const files = await opening;
  const { where, byteLength } = description;
  const total =
    byteLength === undefined || files.byteLength === undefined
      ? undefined
      : byteLength + files.byteLength;
  const update = (received: number) => meter.update('download', received, total);
  update(0);
  const json = await readFile(description, update);
  return { json: new TextDecoder().decode(json), where, files, received: json.byteLength };
}
