/**
 * Progress of a load: its current stage, and the fraction of the whole load, which never decreases.
 */

/** A progress report of a load. */
export interface LoadProgress {
  /**
   * The stage that the report is about. Downloading and compiling overlap; 'ready' is reported
   * once, at the end.
   */
  readonly stage: 'download' | 'compile' | 'upload' | 'ready';
  /** Progress of the stage: bytes downloaded, kernels compiled or bytes uploaded. */
  readonly done: number;
  /** Total of the stage; undefined for a download of unknown size. */
  readonly total: number | undefined;
  /** Fraction of the whole load, which never decreases and is 1 only when the load is complete. */
  readonly fraction: number;
  /**
   * Bytes that the model will take on the GPU; undefined until known. It is known before anything
   * is allocated, so that a caller can abort a load that is too large.
   */
  readonly gpuBytes: number | undefined;
}

/** A stage of a load before its end. */
export type LoadStage = Exclude<LoadProgress['stage'], 'ready'>;

/** Approximate share of each stage in the time of a load when nothing is cached. */
const SHARES: Readonly<Record<LoadStage, number>> = { download: 0.5, compile: 0.45, upload: 0.05 };

/** Bytes after which a download of unknown size is reported as half done. */
const HALF_UNKNOWN = 2 ** 21;

/**
 * Combines the progress of a load's stages to reports; reports nothing after the load has ended.
 */
export class LoadMeter {
  readonly #report: ((progress: LoadProgress) => void) | undefined;
  readonly #parts = new Map<LoadStage, number>();
  #fraction = 0;
  #gpuBytes: number | undefined;
  #closed = false;

  constructor(report: ((progress: LoadProgress) => void) | undefined) {
    this.#report = report;
  }

  /** Reports progress of a stage. @param total undefined if unknown */
  update(stage: LoadStage, done: number, total: number | undefined): void {
    const part =
      total === undefined ? done / (done + HALF_UNKNOWN) : total === 0 ? 1 : done / total;
    this.#parts.set(stage, Math.max(this.#parts.get(stage) ?? 0, Math.min(1, part)));
    this.#updateFraction(stage, done, total);
  }

  /** Reports that a stage is complete. */
  finish(stage: LoadStage, total: number): void {
    this.update(stage, total, total);
  }

  /** Reports the bytes that will be allocated on the GPU, before they are. */
  planned(gpuBytes: number): void {
    this.#gpuBytes = gpuBytes;
    this.#updateFraction('compile', 0, undefined);
  }

  /** Reports that the load is complete. */
  ready(): void {
    this.#fraction = 1;
    if (!this.#closed) this.#emit('ready', 1, 1);
    this.#closed = true;
  }

  /** Stops reporting. */
  close(): void {
    this.#closed = true;
  }

  #updateFraction(stage: LoadStage, done: number, total: number | undefined): void {
    let sum = 0;
    for (const [name, part] of this.#parts) sum += SHARES[name] * part;
    // The load is not complete when the last byte has been uploaded: only `ready` reports 1.
    this.#fraction = Math.max(this.#fraction, Math.min(sum, 0.999));
    if (!this.#closed) this.#emit(stage, done, total);
  }

  #emit(stage: LoadProgress['stage'], done: number, total: number | undefined): void {
    const [fraction, gpuBytes] = [this.#fraction, this.#gpuBytes];
    this.#report?.({ stage, done, total, fraction, gpuBytes });
  }
}
