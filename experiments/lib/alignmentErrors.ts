/** Alignment error rate (Och and Ney 2003), where all true links are sure links. */

type Link = readonly [source: number, target: number];

export class AlignmentErrors {
  #found = 0;
  #true = 0;
  #right = 0;

  /** Adds the links of a sentence. */
  add(found: readonly Link[], truth: readonly Link[]): void {
    const known = new Set(truth.map((link) => link.join()));
    this.#found += found.length;
    this.#true += truth.length;
    this.#right += found.filter((link) => known.has(link.join())).length;
  }

  /** The error rate 1 - 2 |found and true| / (|found| + |true|). */
  get rate(): number {
    const all = this.#found + this.#true;
    return all === 0 ? 0 : 1 - (2 * this.#right) / all;
  }
}
