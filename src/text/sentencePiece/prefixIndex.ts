/** Finds which of many texts stand at a place of another one. */

export class PrefixIndex {
  readonly #texts: readonly string[];
  readonly #values: Int32Array;
  /** The range of texts that begin with a character code. */
  readonly #ranges = new Map<number, readonly [from: number, to: number]>();

  /** @param entries texts, none of them empty, with their values */
  constructor(entries: Iterable<readonly [text: string, value: number]>) {
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#texts = sorted.map(([text]) => text);
    this.#values = Int32Array.from(sorted, ([, value]) => value);
    for (let from = 0; from < sorted.length; ) {
      const code = this.#code(from, 0);
      let to = from + 1;
      while (to < sorted.length && this.#code(to, 0) === code) to++;
      this.#ranges.set(code, [from, to]);
      from = to;
    }
  }

  /** Calls a function for each text that stands at a place, the shortest first. */
  each(text: string, start: number, visit: (length: number, value: number) => void): void {
    let [from, to] = this.#ranges.get(text.charCodeAt(start)) ?? [0, 0];
    for (let length = 1; from < to; length++) {
      if (this.#texts[from]?.length === length) visit(length, this.#values[from] ?? 0);
      const next = text.charCodeAt(start + length);
      // NaN at the end of the text.
      if (!(next >= 0)) return;
      from = this.#first(from, to, length, next);
      to = this.#first(from, to, length, next + 1);
    }
  }

  /** Length of the longest text that stands at a place; 0 if none does. */
  longest(text: string, start: number): number {
    let longest = 0;
    this.each(text, start, (length) => {
      longest = length;
    });
    return longest;
  }

  /** The first text of a range whose code at a place is not below another one. */
  #first(from: number, to: number, place: number, code: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#code(middle, place) < code) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The character code of a text at a place; -1 behind its end. */
  #code(index: number, place: number): number {
    const text = this.#texts[index] ?? '';
    return place < text.length ? text.charCodeAt(place) : -1;
  }
}
