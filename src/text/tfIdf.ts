/**
 * Documents as numbers: bags of words, weighted by tf-idf (Salton and Buckley 1988), and ranked for a query
 * by the cosine of their weights. In float64, with words that a document lacks left out.
 */
import { checkOptions, InputError } from '../core/errors';
import { checkInteger, checkOneOf } from './checks';
import type { Sentence } from './corpus';

/** Values by term number; terms that are not there have 0. */
export type SparseVector = ReadonlyMap<number, number>;

/** How words are weighed. */
export interface TfIdfOptions {
  /** How often a term occurs in a document (default), or 1 + ln of that. */
  readonly termFrequency?: 'count' | 'logarithm';
  /**
   * With n documents, df of them with the term: 'smooth' (default) is ln((1 + n) / (1 + df)) + 1, as
   * scikit-learn has it; 'plain' is ln(n / df), which leaves out what all have; 'none' is 1.
   */
  readonly inverse?: 'smooth' | 'plain' | 'none';
}

/** A document by its place among those that were given. */
export interface RankedDocument {
  readonly document: number;
  /** Cosine with the query. */
  readonly score: number;
}

/** How often each word occurs, in the order of first occurrence. */
export function bagOfWords(words: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Documents as vectors: frequent words of a document that are rare in others weigh most. */
export class TfIdf {
  /** Every word of the documents, in the order of first occurrence; its place is its number. */
  readonly terms: readonly string[];
  /** Inverse document frequency of each term. */
  readonly inverse: Float64Array;
  /** Each document's weights, of length 1 unless they are all 0. */
  readonly documents: readonly SparseVector[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #logarithm: boolean;

  /**
   * @param documents tokens of each; an empty one ranks last for every query
   * @throws InputError if there is none; OptionError
   */
  constructor(documents: readonly Sentence[], options: TfIdfOptions = {}) {
    const where = 'TfIdf';
    checkOptions(where, options, ['termFrequency', 'inverse']);
    const { termFrequency = 'count', inverse = 'smooth' } = options;
    checkOneOf(where, 'termFrequency', termFrequency, ['count', 'logarithm']);
    checkOneOf(where, 'inverse', inverse, ['smooth', 'plain', 'none']);
    if (documents.length === 0) throw new InputError(`${where}: expected documents, found none`);
    const frequencies = new Map<string, number>();
    for (const document of documents) {
      for (const word of new Set(document)) {
        frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
      }
    }
    const n = documents.length;
    const of = {
      smooth: (df: number) => Math.log((1 + n) / (1 + df)) + 1,
      plain: (df: number) => Math.log(n / df),
      none: () => 1,
    }[inverse];
    this.terms = [...frequencies.keys()];
    this.inverse = Float64Array.from(frequencies.values(), of);
    this.#numbers = new Map(this.terms.map((term, number) => [term, number]));
    this.#logarithm = termFrequency === 'logarithm';
    this.documents = documents.map((document) => this.weights(document));
  }

  /** Counts of a document's words that are terms. */
  counts(document: Sentence): SparseVector {
    const counts = [...bagOfWords(document)].flatMap(([word, count]) => {
      const number = this.#numbers.get(word);
      return number === undefined ? [] : [[number, count] as const];
    });
    return new Map(counts);
  }

  /** Weights of a document's words, of length 1; words that are no terms do not count. */
  weights(document: Sentence): SparseVector {
    const raw = [...this.counts(document)].map(([term, count]) => {
      const frequency = this.#logarithm ? 1 + Math.log(count) : count;
      return [term, frequency * (this.inverse[term] ?? 0)] as const;
    });
    const length = Math.hypot(...raw.map(([, weight]) => weight));
    return new Map(raw.map(([term, weight]) => [term, length === 0 ? 0 : weight / length]));
  }

  /**
   * The documents that are most like a query, the best first, equal ones in their order.
   * @param count how many; those without a common word are among them when there are no others
   * @throws OptionError
   */
  rank(query: Sentence, count = 10): readonly RankedDocument[] {
    checkInteger('TfIdf.rank', 'count', count, 1);
    const wanted = this.weights(query);
    const scored = this.documents.map((weights, document) => {
      let score = 0;
      for (const [term, weight] of wanted) score += weight * (weights.get(term) ?? 0);
      return { document, score };
    });
    return scored.sort((a, b) => b.score - a.score || a.document - b.document).slice(0, count);
  }
}

/** Vectors as the rows of a matrix, row-major [rows, terms]. */
export function denseRows(vectors: readonly SparseVector[], terms: number): Float32Array {
  const rows = new Float32Array(vectors.length * terms);
  vectors.forEach((vector, row) => {
    for (const [term, value] of vector) rows[row * terms + term] = value;
  });
  return rows;
}
