/**
 * Limits a submit to about 100 ms of work, by measurements: drivers abort longer submits, and a page cannot
 * draw meanwhile. Shorter runs are a single submit.
 */

/** Work in one submit, in milliseconds. */
const SUBMIT_MILLISECONDS = 100;

/** Fewest dispatches of a submit, and their number before anything was measured. */
const MIN_DISPATCHES = 4;
const INITIAL_DISPATCHES = 256;

/** Limits the dispatches of a submit by the time that earlier dispatches took. */
export class SubmitThrottle {
  #perDispatch: number | undefined;
  #started: number | undefined;
  #dispatches = 0;

  /** Most dispatches of the next submit. */
  get limit(): number {
    if (this.#perDispatch === undefined) return INITIAL_DISPATCHES;
    return Math.max(MIN_DISPATCHES, Math.floor(SUBMIT_MILLISECONDS / this.#perDispatch));
  }

  /** Records that dispatches were submitted. */
  submitted(dispatches: number): void {
    this.#started ??= performance.now();
    this.#dispatches += dispatches;
  }

  /** Records that all submitted work is done: it took at most the time since the first submit. */
  done(): void {
    if (this.#started === undefined || this.#dispatches === 0) return;
    const measured = (performance.now() - this.#started) / this.#dispatches;
    const known = this.#perDispatch ?? measured;
    this.#perDispatch = Math.max(1e-3, (known + measured) / 2);
    this.#started = undefined;
    this.#dispatches = 0;
  }
}
