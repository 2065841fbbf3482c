/**
 * Byte-pair encoding (Sennrich et al. 2016) over UTF-8 bytes, which converts any text to subword
 * ids and back without loss. Merges are learned in bytePairTraining.ts.
 */
import { checkOptions, defined, FormatError, InputError } from '../core/errors';
import type { Random } from '../core/random';
import { SPECIAL_IDS } from './buildVocabulary';
import { learnMerges, type Merge, pairKey, splitChunks } from './bytePairTraining';
import { checkedRecord, checkInteger, isUnknownArray } from './checks';
import type { SpecialIds } from './vocabulary';

const FORMAT = 'qkv-byte-pair';
const VERSION = 1;
/**
 * Ids 0 to 3 are pad, bos, eos and unk, 4 to 259 the bytes, and each merge has one id from 260 on.
 */
const FIRST_BYTE = 4;
const FIRST_MERGE = FIRST_BYTE + 256;
const CACHED_CHUNKS = 50_000;
/** Bytes of the longest chunk: a space, 64 letters of 4 bytes and an apostrophe of 3 bytes. */
const MOST_BYTES = 260;

/** Options of learning byte pairs. */
export interface BytePairOptions {
  /**
   * Maximum number of ids: 4 special ids, 256 bytes and the merges. Small texts give fewer merges.
   */
  readonly vocabularySize: number;
  /** Pairs that occur less often are not merged (default 2). */
  readonly minCount?: number;
}

/** The JSON form of a BytePair. */
export interface BytePairJson {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** Element i has the two ids that are merged to id 260 + i. */
  readonly merges: readonly Merge[];
}

/** A byte-pair encoding: an immutable list of merges in the order they were learned. */
export class BytePair implements SpecialIds {
  readonly pad: number = SPECIAL_IDS.pad;
  readonly bos: number = SPECIAL_IDS.bos;
  readonly eos: number = SPECIAL_IDS.eos;
  /** Never produced by `encode`, because every byte has an id. */
  readonly unk: number = SPECIAL_IDS.unk;
  /** Element i has the two ids that are merged to id 260 + i. */
  readonly merges: readonly Merge[];
  readonly #merged: ReadonlyMap<number, number>;
  readonly #bytes: readonly (readonly number[])[];
  readonly #cache = new Map<string, readonly number[]>();

  private constructor(merges: readonly Merge[]) {
    this.merges = merges;
    this.#merged = new Map(merges.map(([left, right], i) => [pairKey(left, right), 260 + i]));
    const bytes: number[][] = [[], [], [], []];
    for (let byte = 0; byte < 256; byte++) bytes.push([byte]);
    const bytesOf = (id: number) => defined(bytes[id], 'token');
    for (const [left, right] of merges) bytes.push([...bytesOf(left), ...bytesOf(right)]);
    this.#bytes = bytes;
  }

  /**
   * Learns merges of the most frequent pairs of neighbours until the size is reached; ties go to
   * the lower ids. Pairs do not cross word boundaries; a word includes the space before it.
   * @throws OptionError if vocabularySize is below 260 or minCount below 1
   * @throws InputError if the text has a lone surrogate
   */
  static train(text: string, options: BytePairOptions): BytePair {
    checkOptions('BytePair.train', options, ['vocabularySize', 'minCount']);
    const { vocabularySize, minCount = 2 } = options;
    checkInteger('BytePair.train', 'vocabularySize', vocabularySize, FIRST_MERGE);
    checkInteger('BytePair.train', 'minCount', minCount, 1);
    checkWellFormed('BytePair.train', text);
    const counts = new Map<string, number>();
    for (const chunk of splitChunks(text)) counts.set(chunk, (counts.get(chunk) ?? 0) + 1);
    const words = [...counts].map(([chunk, count]) => ({ symbols: byteIds(chunk), count }));
    const limits = { firstId: FIRST_MERGE, size: vocabularySize, minCount };
    return new BytePair(learnMerges(words, limits));
  }

  /**
   * Reads what `toJSON` wrote.
   * @param json a parsed JSON value, which is validated
   * @throws FormatError naming the first error
   */
  static fromJSON(json: unknown): BytePair {
    const { merges } = checkedRecord(FORMAT, VERSION, json, ['merges']);
    if (!isUnknownArray(merges)) throw new FormatError(`${FORMAT}: merges must be a list`);
    const seen = new Set<number>();
    const lengths = new Array<number>(FIRST_MERGE).fill(1);
    const read = merges.map((merge, index): Merge => {
      const [left, right, ...more] = isUnknownArray(merge) ? merge : [];
      if (!isPart(left, index) || !isPart(right, index) || more.length > 0) {
        throw new FormatError(
          `${FORMAT}: merge ${index} is ${JSON.stringify(merge)}; expected two ids in ` +
            `${FIRST_BYTE}..${FIRST_MERGE + index - 1}`,
        );
      }
      if (seen.has(pairKey(left, right))) {
        throw new FormatError(`${FORMAT}: merge ${index} [${left},${right}] occurs twice`);
      }
      seen.add(pairKey(left, right));
      const length = defined(lengths[left], 'token') + defined(lengths[right], 'token');
      if (length > MOST_BYTES) {
        throw new FormatError(
          `${FORMAT}: merge ${index} makes ${length} bytes, over ${MOST_BYTES}`,
        );
      }
      lengths.push(length);
      return [left, right];
    });
    return new BytePair(read);
  }

  /** Number of ids, including special ones. */
  get size(): number {
    return FIRST_MERGE + this.merges.length;
  }

  /**
   * Converts text to ids, without bos and eos.
   * @throws InputError if the text has a lone surrogate, which UTF-8 cannot encode
   */
  encode(text: string): number[] {
    checkWellFormed('BytePair.encode', text);
    const ids: number[] = [];
    for (const chunk of splitChunks(text)) ids.push(...this.#encodeChunk(chunk));
    return ids;
  }

  /**
   * Converts text to ids with merges skipped at random (Provilkov et al. 2020), so that the same
   * text has other ids each time, and a model that trains on them learns what its pieces mean.
   * @param rate the probability that a merge is skipped where it could be made
   * @throws InputError if the text has a lone surrogate
   */
  encodeWithDropout(text: string, rate: number, numbers: Random): number[] {
    checkWellFormed('BytePair.encodeWithDropout', text);
    const isSkipped = () => numbers.next() < rate;
    return splitChunks(text).flatMap((chunk) => this.#merge(byteIds(chunk), isSkipped));
  }

  /**
   * Converts ids to text, up to the first eos and without special ids. Invalid UTF-8, which a model
   * may generate, becomes U+FFFD.
   * @throws InputError if an id before eos is outside the vocabulary
   */
  decode(ids: Iterable<number>): string {
    const next = this.stream();
    let text = '';
    for (const id of ids) {
      if (id === this.eos) break;
      text += next(id);
    }
    return text + next();
  }

  /**
   * A function that decodes successive ids, then is called without one. It returns the characters
   * that are complete after each id; an incomplete one at the end becomes U+FFFD.
   */
  stream(): (id?: number) => string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return (id) => {
      if (id === undefined) return decoder.decode();
      const part = this.#bytes[id];
      if (part === undefined) {
        throw new InputError(`BytePair.decode: id ${id} is outside 0..${this.size - 1}`);
      }
      return decoder.decode(Uint8Array.from(part), { stream: true });
    };
  }

  toJSON(): BytePairJson {
    return { format: FORMAT, version: VERSION, merges: this.merges };
  }

  #encodeChunk(chunk: string): readonly number[] {
    const known = this.#cache.get(chunk);
    if (known !== undefined) return known;
    const ids = this.#merge(byteIds(chunk));
    if (this.#cache.size >= CACHED_CHUNKS) this.#cache.clear();
    this.#cache.set(chunk, ids);
    return ids;
  }

  /** Merges ids in place, until no merge is applicable or all that are were skipped. */
  #merge(ids: number[], isSkipped: () => boolean = () => false): number[] {
    for (;;) {
      const next = this.#firstMerge(ids, isSkipped);
      if (next === undefined) return ids;
      ids.splice(next.place, 2, next.id);
    }
  }

  /** The leftmost occurrence of the applicable merge that was learned first, of those not skipped. */
  #firstMerge(
    ids: readonly number[],
    isSkipped: () => boolean,
  ): { readonly place: number; readonly id: number } | undefined {
    let place = -1;
    let lowest = Infinity;
    let left = -1;
    for (const [i, right] of ids.entries()) {
      const id = i === 0 ? undefined : this.#merged.get(pairKey(left, right));
      if (id !== undefined && id < lowest && !isSkipped()) [place, lowest] = [i - 1, id];
      left = right;
    }
    return place < 0 ? undefined : { place, id: lowest };
  }
}

const encoder = new TextEncoder();

const byteIds = (chunk: string): number[] =>
  Array.from(encoder.encode(chunk), (byte) => byte + FIRST_BYTE);

function isPart(value: unknown, merge: number): value is number {
  const most = FIRST_MERGE + merge - 1;
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= FIRST_BYTE && value <= most
  );
}

function checkWellFormed(where: string, text: string): void {
  const at = text.search(/\p{Surrogate}/u);
  if (at < 0) return;
  throw new InputError(`${where}: lone surrogate at ${at}; mend the text before encoding it`);
}
