/** Alignment error rate over sentences (Och and Ney 2003) where all true links are sure. */

type Link = readonly [source: number, target: number];

export class AlignmentErrors {
  #found = 0;
  #true = 0;
  #right = 0;

  /** Counts a sentence's links. */
  add(found: readonly Link[], truth: readonly Link[]): void {
    const known = new Set(truth.map((link) => link.join()));
    this.#found += found.length;
    this.#true += truth.length;
    this.#right += found.filter((link) => known.has(link.join())).length;
  }

  /** 1 - 2 |found and true| / (|found| + |true|): 0 when all are found and nothing else. */
  get rate(): number {
    const all = this.#found + this.#true;
    return all === 0 ? 0 : 1 - (2 * this.#right) / all;
  }
}
