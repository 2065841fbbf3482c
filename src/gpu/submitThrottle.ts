/**
 * How many dispatches go into one submit: about 100 ms of work by what was measured, since drivers
 * end longer submits and a page cannot draw meanwhile. Shorter runs go in one.
 */

/** Work in one submit, in milliseconds. */
const SUBMIT_MILLISECONDS = 100;

/** Never fewer dispatches than this, and so many before anything was measured. */
const FEWEST = 4;
const UNMEASURED = 256;

export class SubmitThrottle {
  #perDispatch: number | undefined;
  #started: number | undefined;
  #dispatches = 0;

  /** Dispatches of a submit. */
  get limit(): number {
    if (this.#perDispatch === undefined) return UNMEASURED;
    return Math.max(FEWEST, Math.floor(SUBMIT_MILLISECONDS / this.#perDispatch));
  }

  /** Notes that dispatches were submitted. */
  submitted(dispatches: number): void {
    this.#started ??= performance.now();
    this.#dispatches += dispatches;
  }

  /** Notes that all that was submitted is done: the time since is what it took, at most. */
  done(): void {
    if (this.#started === undefined || this.#dispatches === 0) return;
    const measured = (performance.now() - this.#started) / this.#dispatches;
    const known = this.#perDispatch ?? measured;
    this.#perDispatch = Math.max(1e-3, (known + measured) / 2);
    this.#started = undefined;
    this.#dispatches = 0;
  }
}
