/** The download of a model's files. */
import { type OpenedFile, readFile } from '../io';
import type { LoadMeter } from './loadProgress';

/** Downloads several files and reports their progress as one. */
export class Download {
  readonly #meter: LoadMeter;
  readonly #received = new Map<OpenedFile, number>();
  /** undefined if one of the sizes is unknown. */
  readonly #total: number | undefined;

  constructor(files: readonly OpenedFile[], meter: LoadMeter) {
    this.#meter = meter;
    this.#total = files.reduce<number | undefined>(
      (sum, { byteLength }) =>
        sum === undefined || byteLength === undefined ? undefined : sum + byteLength,
      0,
    );
    meter.update('download', 0, this.#total);
  }

  read(file: OpenedFile): Promise<Uint8Array> {
    return readFile(file, (received) => {
      this.#received.set(file, received);
      const done = [...this.#received.values()].reduce((sum, bytes) => sum + bytes, 0);
      this.#meter.update('download', done, this.#total);
    });
  }
}
