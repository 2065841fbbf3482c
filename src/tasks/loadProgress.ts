/** How far a load is: one fraction of the whole that only grows, beside what is being done. */

export interface LoadProgress {
  /** Downloading and compiling go on at the same time; 'ready' comes once, at the end. */
  readonly stage: 'download' | 'compile' | 'upload' | 'ready';
  /** Of the stage: bytes downloaded, kernels compiled, bytes uploaded. */
  readonly done: number;
  /** Of the stage; undefined for a download whose server does not tell its size. */
  readonly total: number | undefined;
  /** Of the whole load. It only grows, and is exactly 1 at the end and not before. */
  readonly fraction: number;
  /**
   * Bytes that the model will take on the GPU; undefined until that is known. It is before any of them is
   * allocated: a caller to whom it is too much aborts here.
   */
  readonly gpuBytes: number | undefined;
}

type Stage = Exclude<LoadProgress['stage'], 'ready'>;

/** What part of a load each stage is, about: compiling outlasts the rest where nothing is cached. */
const SHARES: Readonly<Record<Stage, number>> = { download: 0.5, compile: 0.45, upload: 0.05 };

/** Bytes after which a download of unknown size counts as half done. */
const HALF_UNKNOWN = 2 ** 21;

/** Turns what the parts of a load report into progress; silent once the load has ended. */
export class LoadMeter {
  readonly #report: ((progress: LoadProgress) => void) | undefined;
  readonly #parts = new Map<Stage, number>();
  #fraction = 0;
  #gpuBytes: number | undefined;
  #closed = false;

  constructor(report: ((progress: LoadProgress) => void) | undefined) {
    this.#report = report;
  }

  /** @param total undefined when it is not known */
  update(stage: Stage, done: number, total: number | undefined): void {
    const part =
      total === undefined ? done / (done + HALF_UNKNOWN) : total === 0 ? 1 : done / total;
    this.#parts.set(stage, Math.max(this.#parts.get(stage) ?? 0, Math.min(1, part)));
    this.#tell(stage, done, total);
  }

  /** A stage is over, whatever it reported. */
  finish(stage: Stage, total: number): void {
    this.update(stage, total, total);
  }

  /** The bytes that will be allocated are known; none is yet. @param kernels to be compiled */
  planned(gpuBytes: number): void {
    this.#gpuBytes = gpuBytes;
    this.#tell('compile', 0, undefined);
  }

  /** The load is over. */
  ready(): void {
    this.#fraction = 1;
    if (!this.#closed) this.#emit('ready', 1, 1);
    this.#closed = true;
  }

  /** Nothing is reported any more. */
  close(): void {
    this.#closed = true;
  }

  #tell(stage: Stage, done: number, total: number | undefined): void {
    let sum = 0;
    for (const [name, part] of this.#parts) sum += SHARES[name] * part;
    // What is uploaded to the last byte is not ready yet.
    this.#fraction = Math.max(this.#fraction, Math.min(sum, 0.999));
    if (!this.#closed) this.#emit(stage, done, total);
  }

  #emit(stage: LoadProgress['stage'], done: number, total: number | undefined): void {
    const [fraction, gpuBytes] = [this.#fraction, this.#gpuBytes];
    this.#report?.({ stage, done, total, fraction, gpuBytes });
  }
}
