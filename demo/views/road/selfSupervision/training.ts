/** A tiny BERT that is trained while the visitor looks: service of the worker. */
import type { Device } from 'qkv';
import { unigramPerplexity } from 'qkv/evaluation';
import { bertModel } from 'qkv/models';
import { buildVocabulary, type LabelledBatch, labelledBatch, MaskedBatches } from 'qkv/text';
import { toyPairs } from 'qkv/toy';
import { labellingTask, type StepInspector, Trainer } from 'qkv/train';

/** A report of the steps since the one before it. */
export interface TrainingReport {
  readonly step: number;
  /** The mean over these steps. */
  readonly loss: number;
  /** Of training, pauses left out. */
  readonly seconds: number;
}

const SEED = 1;
const SENTENCES = 2000;
const HELD = 200;
const BATCH = 32;
/** Milliseconds between reports. */
const REPORT_MS = 400;

/** A masked language model in training. */
export class Pretraining {
  /** The loss of who knows only how common words are. */
  readonly unigram: number;
  readonly parameters: number;
  readonly sentences = SENTENCES;
  /** The words, by their ids; the mask is the last one. */
  readonly tokens: readonly string[];
  readonly #trainer: Trainer<LabelledBatch>;
  readonly #batches: MaskedBatches;
  #inspector: Promise<StepInspector<LabelledBatch>> | undefined;
  #milliseconds = 0;

  private constructor(
    trainer: Trainer<LabelledBatch>,
    batches: MaskedBatches,
    tokens: readonly string[],
    unigram: number,
  ) {
    this.#trainer = trainer;
    this.#batches = batches;
    this.tokens = tokens;
    this.unigram = unigram;
    this.parameters = trainer.layout.size;
  }

  static async create(device: Device): Promise<Pretraining> {
    const sentences = toyPairs({ seed: SEED, split: 'train', count: SENTENCES });
    const held = toyPairs({ seed: SEED, split: 'dev', count: HELD });
    const words = buildVocabulary(sentences.map(({ source }) => source));
    const encode = (all: typeof sentences) =>
      all.map(({ source }) => words.encode(source, { unknown: 'unk' }));
    const [train, others] = [encode(sentences), encode(held)];
    const maskId = words.size;
    const model = bertModel({
      ...{ vocabulary: words.size + 1, maskId, maxLength: 32 },
      ...{ modelSize: 64, heads: 4, feedForward: 128, layers: 2, dropout: 0, normFirst: true },
    });
    const special = [words.pad, words.bos, words.eos, words.unk];
    const ids = Array.from({ length: words.size }, (_, id) => id);
    const batches = new MaskedBatches(train, {
      ...{ maskId, batchSize: BATCH, cursor: { seed: SEED } },
      words: ids.filter((id) => !special.includes(id)),
    });
    const trainer = await Trainer.create(device, labellingTask(model, { maxBatch: BATCH }), {
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
      schedule: { kind: 'constant', rate: 0.003 },
      clipNorm: 1,
      seed: SEED,
      startup: 'quick',
    });
    const unigram = Math.log(unigramPerplexity(train.flat(), others.flat(), words.size));
    const tokens = [...ids.map((id) => words.token(id)), '[MASK]'];
    return new Pretraining(trainer, batches, tokens, unigram);
  }

  /** Trains until so many seconds of training are over in all, or the signal fires. */
  async train(
    seconds: number,
    onReport: (report: TrainingReport) => void,
    signal: AbortSignal,
  ): Promise<void> {
    let [last, reported] = [performance.now(), performance.now()];
    let losses: number[] = [];
    const isOver = () => signal.aborted || this.#milliseconds >= 1000 * seconds;
    const remaining = function* (this: Pretraining): Generator<LabelledBatch> {
      for (const batch of this.#batches) {
        yield batch;
        if (isOver()) return;
      }
    };
    const report = (step: number) => {
      const loss = losses.reduce((sum, one) => sum + one, 0) / losses.length;
      onReport({ step, loss, seconds: this.#milliseconds / 1000 });
      losses = [];
      reported = performance.now();
    };
    await this.#trainer.train(remaining.call(this), {
      yields: true,
      onStep: ({ loss, step }) => {
        const now = performance.now();
        this.#milliseconds += now - last;
        last = now;
        losses.push(loss);
        if (now - reported >= REPORT_MS || isOver()) report(step);
      },
    });
  }

  /** Logits behind the masks of a sentence, as it fills them now. */
  async fill(words: readonly string[], places: readonly number[]) {
    const id = (word: string) => this.tokens.indexOf(word);
    const [bos, eos, unk, mask] = ['<bos>', '<eos>', '<unk>', '[MASK]'].map(id);
    const inner = words.map((word, i) =>
      places.includes(i) ? (mask ?? 0) : id(word) < 0 ? (unk ?? 0) : id(word),
    );
    const tokens = [bos ?? 0, ...inner, eos ?? 0];
    // The labels change nothing: some are needed.
    const batch = labelledBatch([{ tokens, labels: tokens }], { perToken: true });
    this.#inspector ??= this.#trainer.inspect({ values: 'logits', startup: 'quick' });
    const { data = [] } = (await (await this.#inspector).run(batch)).get('logits') ?? {};
    const size = this.tokens.length;
    return places.map((place) => ({
      place,
      logits: Array.from(data.slice((place + 1) * size, (place + 2) * size)),
    }));
  }

  async dispose(): Promise<void> {
    await this.#inspector?.then((one) => one.dispose());
    this.#trainer.dispose();
  }
}

/** A tiny BERT, not yet trained. */
export default function pretraining(device: Device): Promise<Pretraining> {
  return Pretraining.create(device);
}
