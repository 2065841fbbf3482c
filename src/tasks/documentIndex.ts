/**
 * Ranks documents for queries by tf-idf on the GPU, where the documents' vectors are stored as a
 * matrix.
 */
import { InputError } from '../core/errors';
import type { Device } from '../gpu/device';
import { NearestRows } from '../inspect/nearestRows';
import { denseRows, type RankedDocument, type Sentence, TfIdf, type TfIdfOptions } from '../text';

/** An index of documents on a device, which ranks them for queries by tf-idf. */
export class DocumentIndex {
  /** The terms, and the tf-idf vectors of the documents. */
  readonly tfIdf: TfIdf;
  readonly #nearest: NearestRows;

  private constructor(tfIdf: TfIdf, nearest: NearestRows) {
    this.tfIdf = tfIdf;
    this.#nearest = nearest;
  }

  /**
   * Computes the documents' tf-idf vectors and uploads them as f32 [documents, terms].
   * @param documents the tokens of each document
   * @throws InputError if there is no document, or no token in them; OptionError
   */
  static async create(
    device: Device,
    documents: readonly Sentence[],
    options: TfIdfOptions = {},
  ): Promise<DocumentIndex> {
    const tfIdf = new TfIdf(documents, options);
    if (tfIdf.terms.length === 0) {
      throw new InputError(`DocumentIndex: the ${documents.length} documents have no tokens`);
    }
    const shape = [documents.length, tfIdf.terms.length];
    const data = denseRows(tfIdf.documents, tfIdf.terms.length);
    return new DocumentIndex(tfIdf, await NearestRows.create(device, { shape, data }));
  }

  /**
   * Ranks documents for each query like TfIdf.rank, with one matrix product for all queries.
   * @param queries the tokens of each query; tokens that no document has are ignored
   * @param count number of documents to return for each query, 1 to 64 (default 10)
   * @throws OptionError; DisposedError
   */
  async rank(
    queries: readonly Sentence[],
    count = 10,
  ): Promise<readonly (readonly RankedDocument[])[]> {
    const terms = this.tfIdf.terms.length;
    const data = denseRows(
      queries.map((query) => this.tfIdf.weights(query)),
      terms,
    );
    const found = await this.#nearest.nearest({ shape: [queries.length, terms], data }, count);
    return found.map((rows) => rows.map(({ row: document, score }) => ({ document, score })));
  }

  /** Frees the matrix; the device stays. Idempotent. */
  dispose(): void {
    this.#nearest.dispose();
  }
}
