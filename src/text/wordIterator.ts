/**
 * Batches of word2vec: examples with negative samples. They are generated epoch by epoch,
 * deterministic by seed, and resumable within an epoch from a cursor.
 */
import { checkOptions, InputError, OptionError } from '../core/errors';
import { random } from '../core/random';
import { randomBits } from '../core/randomBits';
import { checkedPlace, type DataCursor, epochSeed } from './batchIterator';
import { checkInteger, checkOneOf } from './checks';
import { countIds, keepProbabilities, NoiseDistribution } from './noise';
import {
  type Chunk,
  drawExamples,
  type Example,
  inChunks,
  type WindowOptions,
} from './wordExamples';

/** Options of the batches. */
export interface WordIteratorOptions extends Pick<WindowOptions, 'kind'> {
  /** Number of ids of the vocabulary. */
  readonly vocabulary: number;
  /** Examples in a batch; the last batch of an epoch may have fewer. */
  readonly batchSize: number;
  /** Maximum number of context words on either side (default 5). */
  readonly window?: number;
  /** Negative samples for each example (default 5). */
  readonly negatives?: number;
  /** Relative frequency above which occurrences are subsampled; 0 keeps all (default 0.001). */
  readonly subsample?: number;
  /** Id of padding (default 0). */
  readonly padId?: number;
  /** Counts by id, for negative sampling and subsampling (default: those of the sentences). */
  readonly counts?: Float64Array;
  /** Position to start from (default: epoch 0, batch 0, seed 0). */
  readonly cursor?: Partial<DataCursor>;
  /** Number of epochs (default: unlimited). */
  readonly epochs?: number;
}

/** A batch of P examples, with C input words and N candidate words each. Arrays are row-major. */
export interface WordBatch {
  /** P. */
  readonly size: number;
  /** C: 1, or twice the window for 'cbow'. */
  readonly width: number;
  /** N: the true word and the negative samples. */
  readonly candidates: number;
  /** [P, C], padded at the right. */
  readonly inputs: Int32Array;
  /** [P, N], the true word first; negative samples equal to the true word are padding. */
  readonly words: Int32Array;
}

const OPTION_NAMES = [
  'kind',
  'vocabulary',
  'batchSize',
  'window',
  'negatives',
  'subsample',
  'padId',
  'counts',
  'cursor',
  'epochs',
];

/** The random stream of the negative samples. */
const NOISE_STREAM = 1;

/**
 * Iterates over batches, endlessly or for a number of epochs. Pass a stored `cursor` to resume at
 * that batch.
 */
export class WordIterator implements IterableIterator<WordBatch> {
  /**
   * Batches of the first epoch; others differ slightly, since windows and subsampling are random.
   */
  readonly batchesPerEpoch: number;
  readonly #sentences: readonly (readonly number[])[];
  readonly #options: Required<Omit<WordIteratorOptions, 'cursor' | 'counts'>>;
  readonly #keep: Float64Array;
  readonly #noise: NoiseDistribution;
  #cursor: DataCursor;
  #open: Iterator<Chunk> | undefined;

  /**
   * @throws InputError for an id outside the vocabulary, or if there are no examples
   * @throws OptionError for an unknown option or an invalid value
   */
  constructor(sentences: readonly (readonly number[])[], options: WordIteratorOptions) {
    const where = 'WordIterator';
    checkOptions(where, options, OPTION_NAMES);
    const { cursor = {}, counts, ...rest } = options;
    const defaults = { window: 5, negatives: 5, subsample: 1e-3, padId: 0, epochs: Infinity };
    const all = { ...defaults, ...rest };
    checkOneOf(where, 'kind', all.kind, ['skipgram', 'cbow']);
    for (const name of ['vocabulary', 'batchSize', 'window', 'negatives'] as const) {
      checkInteger(where, name, all[name], 1);
    }
    checkWords(sentences, all);
    const counted = counts ?? countIds(sentences, all.vocabulary);
    this.#sentences = sentences;
    this.#options = all;
    this.#keep = keepProbabilities(counted, all.subsample);
    this.#noise = new NoiseDistribution(counted);
    this.#cursor = checkedPlace(where, cursor);
    let batches = 0;
    for (const _ of this.#chunks({ seed: this.#cursor.seed, epoch: 0 })) batches++;
    this.batchesPerEpoch = batches;
    if (batches === 0) {
      throw new InputError(
        `${where}: the ${sentences.length} sentences give no examples; pass longer sentences or a larger ` +
          'subsample',
      );
    }
  }

  /** Position of the next batch. */
  get cursor(): DataCursor {
    return this.#cursor;
  }

  next(): IteratorResult<WordBatch, undefined> {
    while (this.#cursor.epoch < this.#options.epochs) {
      const place = this.#cursor;
      const { seed, epoch, batch } = place;
      this.#open ??= this.#resume(place);
      const { value, done } = this.#open.next();
      if (done === true) {
        this.#open = undefined;
        this.#cursor = { seed, epoch: epoch + 1, batch: 0 };
        continue;
      }
      const { examples, isLast } = value;
      this.#cursor = { seed, epoch: isLast ? epoch + 1 : epoch, batch: isLast ? 0 : batch + 1 };
      if (isLast) this.#open = undefined;
      return { done: false, value: this.#batchOf(examples, place) };
    }
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** Chunks of the epoch from a batch on; earlier ones are generated and dropped. */
  #resume({ batch, ...place }: DataCursor): Iterator<Chunk> {
    const chunks = this.#chunks(place);
    for (let i = 0; i < batch; i++) {
      if (chunks.next().value?.isLast !== false) {
        throw new OptionError(
          `WordIterator cursor: batch ${batch} is beyond the ${i + 1} batches of the epoch; was it stored ` +
            'with other data or other options?',
        );
      }
    }
    return chunks;
  }

  #chunks(place: Pick<DataCursor, 'seed' | 'epoch'>): Generator<Chunk> {
    const numbers = random(epochSeed(place));
    const order = numbers.shuffle(this.#sentences);
    const examples = drawExamples(order, numbers, this.#keep, this.#options);
    return inChunks(examples, this.#options.batchSize);
  }

  #batchOf(examples: readonly Example[], place: DataCursor): WordBatch {
    const { kind, window, negatives, padId, batchSize } = this.#options;
    const width = kind === 'cbow' ? 2 * window : 1;
    const candidates = 1 + negatives;
    const inputs = new Int32Array(examples.length * width).fill(padId);
    const words = new Int32Array(examples.length * candidates);
    const key = epochSeed(place);
    examples.forEach((example, row) => {
      inputs.set(example.inputs, row * width);
      words[row * candidates] = example.target;
      for (let n = 1; n < candidates; n++) {
        const index = (place.batch * batchSize + row) * negatives + n - 1;
        const drawn = this.#noise.draw(randomBits(key, NOISE_STREAM, index) / 2 ** 32);
        words[row * candidates + n] = drawn === example.target ? padId : drawn;
      }
    });
    return { size: examples.length, width, candidates, inputs, words };
  }
}

function checkWords(
  sentences: readonly (readonly number[])[],
  { vocabulary, padId }: Pick<Required<WordIteratorOptions>, 'vocabulary' | 'padId'>,
): void {
  for (const [at, sentence] of sentences.entries()) {
    const bad = sentence.find(
      (id) => !(Number.isInteger(id) && id >= 0 && id < vocabulary) || id === padId,
    );
    if (bad === undefined) continue;
    throw new InputError(
      `WordIterator: sentence ${at}: id ${bad} is padding or outside the vocabulary of ${vocabulary}`,
    );
  }
}
