/**
 * Represents documents as sparse tf-idf vectors (Salton and Buckley 1988), and ranks them for a
 * query by cosine similarity. Computed in float64.
 */
import { checkOptions, InputError } from '../core/errors';
import { checkInteger, checkOneOf } from './checks';
import type { Sentence } from './corpus';

/** Non-zero values by term index. */
export type SparseVector = ReadonlyMap<number, number>;

/** Options of tf-idf. */
export interface TfIdfOptions {
  /** The term frequency: the count of a term in a document (default), or 1 + ln(count). */
  readonly termFrequency?: 'count' | 'logarithm';
  /**
   * The inverse document frequency, for n documents of which df have the term: 'smooth' (default)
   * is ln((1 + n) / (1 + df)) + 1, as in scikit-learn; 'plain' is ln(n / df), which is 0 for terms
   * of all documents; 'none' is 1.
   */
  readonly inverse?: 'smooth' | 'plain' | 'none';
}

/** A document of a ranking. */
export interface RankedDocument {
  /** Index of the document. */
  readonly document: number;
  /** Cosine similarity with the query. */
  readonly score: number;
}

/** Counts the occurrences of each word, in the order of first occurrence. */
export function bagOfWords(words: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The tf-idf vectors of documents. */
export class TfIdf {
  /** All distinct words of the documents, in the order of first occurrence. */
  readonly terms: readonly string[];
  /** Inverse document frequency of each term. */
  readonly inverse: Float64Array;
  /** The tf-idf vector of each document, normalised to length 1 unless it is zero. */
  readonly documents: readonly SparseVector[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #logarithm: boolean;

  /**
   * @param documents the tokens of each document; empty documents rank last for every query
   * @throws InputError if there is no document; OptionError
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

  /** Counts the occurrences of terms in a document. */
  counts(document: Sentence): SparseVector {
    const counts = [...bagOfWords(document)].flatMap(([word, count]) => {
      const number = this.#numbers.get(word);
      return number === undefined ? [] : [[number, count] as const];
    });
    return new Map(counts);
  }

  /** The normalised tf-idf vector of a document; words that are not terms are ignored. */
  weights(document: Sentence): SparseVector {
    const raw = [...this.counts(document)].map(([term, count]) => {
      const frequency = this.#logarithm ? 1 + Math.log(count) : count;
      return [term, frequency * (this.inverse[term] ?? 0)] as const;
    });
    const length = Math.hypot(...raw.map(([, weight]) => weight));
    return new Map(raw.map(([term, weight]) => [term, length === 0 ? 0 : weight / length]));
  }

  /**
   * Ranks the documents by cosine similarity to a query, the best first; ties keep the order of the
   * documents.
   * @param count number of documents to return (default 10), even if they have no word of the query
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

/** Converts sparse vectors to a dense row-major matrix [rows, terms]. */
export function denseRows(vectors: readonly SparseVector[], terms: number): Float32Array {
  const rows = new Float32Array(vectors.length * terms);
  vectors.forEach((vector, row) => {
    for (const [term, value] of vector) rows[row * terms + term] = value;
  });
  return rows;
}
