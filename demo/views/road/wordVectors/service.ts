/**
 * Trains word vectors on the worker's device, step by step, and looks at them through their principal
 * components (word2vec with negative sampling, Mikolov et al. 2013b).
 */
import { type Device, DisposedError } from 'qkv';
import { principalComponents } from 'qkv/inspect';
import { createModel, WORD_VECTORS, type WordVectorModel } from 'qkv/models';
import { PARAMETERS, unpackArena } from 'qkv/nn';
import { countIds, type WordBatch, WordIterator } from 'qkv/text';
import { Trainer, wordVectorTask } from 'qkv/train';
import { turnOf } from './axes';
import { type CorpusWord, SPECIALS, wordCorpus } from './corpus';
import { rowsOf, unit } from './vectors';

export interface TrainingOptions {
  readonly kind: 'skipgram' | 'cbow';
  /** Most words on either side. */
  readonly window: number;
  /** Negative samples of each example. */
  readonly negatives: number;
  /** Numbers of a vector. */
  readonly size: number;
  /** Seed of the first vectors, of the order of the sentences, and of the samples. */
  readonly seed: number;
}

/** Rows that are shown, by their principal components; empty without any. */
interface Components {
  /** Mean of the rows that are shown, each brought to length 1 [size]. */
  readonly mean: readonly number[];
  /** [2][size]. */
  readonly axes: readonly (readonly number[])[];
  /** Fraction of the variance along each axis. */
  readonly explained: readonly number[];
  /** Places of the rows that are shown [rows][2]. */
  readonly places: readonly (readonly number[])[];
}

/** The vectors after a step, and what is seen of them. */
export interface Picture extends Components {
  readonly step: number;
  /** Mean loss of the steps since the picture before; undefined without any. */
  readonly loss: number | undefined;
  /** [words, size] of all words. */
  readonly vectors: Float32Array;
}

export interface RunOptions {
  /** The step after which it ends. */
  readonly until: number;
  /** Steps between pictures. */
  readonly every: number;
  /** Least time between pictures, so that the eye can follow. */
  readonly pauseMs: number;
  readonly onPicture: (picture: Picture) => void;
  /** Ends it after the step in progress. */
  readonly signal: AbortSignal;
}

const BATCH = 512;
const LEARNING_RATE = 0.04;
const SUBSAMPLE = 1e-3;
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Word vectors in training. */
export class WordTraining {
  readonly #device: Device;
  readonly #model: WordVectorModel;
  readonly #seed: number;
  readonly #batches: WordIterator;
  #trainer: Trainer<WordBatch> | undefined;
  #losses: number[] = [];
  #rows: readonly number[] = [];
  #axes: Picture['axes'] | undefined;

  constructor(device: Device, { kind, window, negatives, size, seed }: TrainingOptions) {
    const { sentences, vocabulary } = wordCorpus();
    const shared = { window, negatives, subsample: SUBSAMPLE, padId: vocabulary.pad };
    this.#device = device;
    this.#seed = seed;
    this.#model = createModel('word vector', kind, {
      ...shared,
      size,
      vocabulary: vocabulary.size,
    });
    const ids = sentences.map((words) => words.flatMap((word) => vocabulary.id(word) ?? []));
    this.#batches = new WordIterator(ids, {
      ...shared,
      kind,
      vocabulary: vocabulary.size,
      batchSize: BATCH,
      counts: countIds(ids, vocabulary.size),
      cursor: { seed },
    });
  }

  /** Compiles the training step. @param isFrozen whether the vectors stay as they are */
  async prepare(isFrozen: boolean): Promise<void> {
    const before = this.#trainer;
    const trainer = await Trainer.create(
      this.#device,
      wordVectorTask(this.#model, { maxBatch: BATCH }),
      {
        optimizer: ADAM,
        schedule: { kind: 'constant', rate: LEARNING_RATE },
        seed: this.#seed,
        freeze: isFrozen ? ['in_embed'] : [],
      },
    );
    if (before !== undefined) trainer.restore(await before.snapshot());
    this.#trainer = trainer;
    before?.dispose();
  }

  /** The words, the most frequent first. */
  words(): readonly CorpusWord[] {
    return wordCorpus().words;
  }

  /** Trains, with a picture after every few steps and one at the end. */
  async run({ until, every, pauseMs, onPicture, signal }: RunOptions): Promise<void> {
    const trainer = this.#ready();
    let shown = performance.now();
    while (trainer.stepCount < until && !signal.aborted) {
      const { value } = this.#batches.next();
      if (value === undefined) return;
      const onStep = ({ loss }: { readonly loss: number }) => this.#losses.push(loss);
      // Someone's translation need not wait for more than one step.
      await trainer.train([value], { yields: true, onStep });
      const { stepCount } = trainer;
      if (stepCount % every > 0 && stepCount < until && !signal.aborted) continue;
      onPicture(await this.look());
      await wait(shown + pauseMs - performance.now(), signal);
      shown = performance.now();
    }
  }

  /**
   * Looks at the vectors: at the principal components of their directions, which decide what is near
   * to what.
   * @param rows the words that are shown, or none (default: those of the last look)
   */
  async look(rows?: readonly number[]): Promise<Picture> {
    const { layout, states, stepCount } = this.#ready();
    const { size } = this.#model.config;
    if (rows !== undefined) this.#rows = rows;
    const table = unpackArena(layout, await states.read(PARAMETERS)).get(WORD_VECTORS);
    const vectors = Float32Array.from(table?.data ?? []).slice(SPECIALS * size);
    const losses = this.#losses;
    this.#losses = [];
    return {
      step: stepCount,
      loss: losses.length === 0 ? undefined : losses.reduce((sum, x) => sum + x, 0) / losses.length,
      vectors,
      ...(await this.#components(vectors)),
    };
  }

  /** The principal components of the rows that are shown, in the directions of the look before. */
  async #components(vectors: Float32Array): Promise<Components> {
    const { size } = this.#model.config;
    const rows = this.#rows;
    if (rows.length === 0) return { mean: [], axes: [], explained: [], places: [] };
    const data = new Float32Array(rows.length * size);
    rows.forEach((row, i) => {
      data.set(unit([...vectors.subarray(row * size, (row + 1) * size)]), i * size);
    });
    const found = await principalComponents(this.#device, { shape: [rows.length, size], data }, 2);
    const components = rowsOf(found.components.data, size);
    const { order, signs } = turnOf(this.#axes, components);
    const turned = <T>(values: ArrayLike<T>) => order.flatMap((from) => values[from] ?? []);
    const axes = order.map((from, axis) =>
      (components[from] ?? []).map((value) => (signs[axis] ?? 1) * value),
    );
    this.#axes = axes;
    return {
      mean: [...found.mean.data],
      axes,
      explained: turned(found.explained.data),
      places: rowsOf(found.projections.data, 2).map((place) =>
        turned(place).map((value, axis) => (signs[axis] ?? 1) * value),
      ),
    };
  }

  /** Frees what is on the device. Idempotent. */
  dispose(): void {
    this.#trainer?.dispose();
    this.#device.dispose(new DisposedError('word vectors: disposed'));
  }

  #ready(): Trainer<WordBatch> {
    if (this.#trainer === undefined) throw new DisposedError('word vectors: not prepared');
    return this.#trainer;
  }
}

/** Waits for a time, or until the signal. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds <= 0 || signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Prepares word vectors. They stay in the worker until they are disposed of. */
export default async function openTraining(
  device: Device,
  options: TrainingOptions,
): Promise<WordTraining> {
  const training = new WordTraining(device.fork(), options);
  try {
    await training.prepare(false);
    return training;
  } catch (error) {
    training.dispose();
    throw error;
  }
}
