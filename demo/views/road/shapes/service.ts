/** Trains four tiny recurrent networks, one for each shape of input and output, and asks them. */
import type { Device } from 'qkv';
import { manyToMany, manyToOne, oneToMany, oneToOne } from 'qkv/models';
import {
  encodePairs,
  type LabelledBatch,
  labelledBatch,
  makeBatch,
  type Vocabulary,
} from 'qkv/text';
import {
  labellingTask,
  type StepInspector,
  Trainer,
  type TrainerOptions,
  type TrainingTask,
  translationTask,
} from 'qkv/train';
import { WORD_CLASSES } from '../corpus/wordClasses';
import type { Shape } from './shapeNames';
import { type Item, majority, makeTasks, NEXT_CLASSES, type Tasks, TENSES } from './tasks';

const OPTIONS: TrainerOptions = {
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
  clipNorm: 1,
  schedule: { kind: 'constant', rate: 0.01 },
  seed: 1,
  startup: 'quick',
};
/** Items in a batch, and how often all items are gone through. */
const SIZES: Readonly<Record<Shape, readonly [batch: number, epochs: number]>> = {
  oneToOne: [256, 2],
  oneToMany: [32, 6],
  manyToOne: [32, 3],
  manyToMany: [32, 2],
};
/** Longest phrase that is generated. */
const LONGEST_PHRASE = 6;
/** Longest sentence that is read, in words. */
const LONGEST = 32;
/** Steps between two reports. */
const REPORTED = 5;

/** How far a training is. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** What a training led to. */
export interface Trained {
  readonly steps: number;
  readonly parameters: number;
  readonly seconds: number;
  /** Part of the labels of held-out items that is right. */
  readonly accuracy: number;
  /** The same for whoever always says the commonest label. */
  readonly baseline: number;
  /** Number of items that it learnt from, and of those held out. */
  readonly learnt: number;
  readonly held: number;
  readonly losses: readonly number[];
}

/** One output. */
export interface Output {
  readonly label: string;
  readonly logits: readonly number[];
}

export interface Prediction {
  readonly outputs: readonly Output[];
  /** The labels, in the order of the logits. */
  readonly labels: readonly string[];
}

/** A network of one shape, whatever its batches are. */
interface Network {
  train(
    onProgress: (progress: Progress) => void,
    signal: AbortSignal | undefined,
  ): Promise<Trained>;
  predict(input: readonly string[]): Promise<Prediction>;
  dispose(): void;
}

type Encode<B> = (items: readonly Item[]) => B;

/** The four networks. */
export class ShapeLab {
  readonly #device: Device;
  readonly #tasks: Tasks;
  readonly #networks = new Map<Shape, Promise<Network>>();

  constructor(device: Device, tasks: Tasks) {
    this.#device = device;
    this.#tasks = tasks;
  }

  /** The words that phrases are made of. */
  async choices() {
    return this.#tasks.choices;
  }

  async train(
    shape: Shape,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Trained> {
    return (await this.#network(shape)).train(onProgress, signal);
  }

  async predict(shape: Shape, input: readonly string[]): Promise<Prediction> {
    return (await this.#network(shape)).predict(input.slice(0, LONGEST));
  }

  async dispose(): Promise<void> {
    for (const one of await Promise.allSettled(this.#networks.values())) {
      if (one.status === 'fulfilled') one.value.dispose();
    }
    this.#networks.clear();
  }

  #network(shape: Shape): Promise<Network> {
    const known = this.#networks.get(shape);
    if (known !== undefined) return known;
    const made = shape === 'oneToMany' ? this.#generator() : this.#labeller(shape);
    this.#networks.set(shape, made);
    return made;
  }

  async #labeller(shape: Exclude<Shape, 'oneToMany'>): Promise<Network> {
    const { words, items } = this.#tasks;
    const labels: readonly string[] = {
      oneToOne: NEXT_CLASSES,
      manyToOne: TENSES,
      manyToMany: WORD_CLASSES,
    }[shape];
    const sizes = { vocabulary: words.size, classes: labels.length };
    const models = { oneToOne, manyToOne, manyToMany };
    const model = models[shape](sizes);
    const { perToken } = model;
    const [maxBatch] = SIZES[shape];
    const encode: Encode<LabelledBatch> = (some) =>
      labelledBatch(
        some.map(({ input, output }) => ({
          tokens: words.encode(input, { unknown: 'unk' }),
          labels: output.map((label) => labels.indexOf(label)),
        })),
        { perToken },
      );
    const network = await learner(this.#device, labellingTask(model, { maxBatch }), encode, {
      ...items[shape],
      shape,
    });
    const predict = async (input: readonly string[]): Promise<Prediction> => {
      const output = (perToken ? input : [input[0]]).map(() => labels[0] ?? '');
      const rows = await network.logits([{ input, output }]);
      return {
        labels,
        outputs: rows.map((row) => ({ label: labels[argmax(row)] ?? '', logits: row })),
      };
    };
    return { train: network.train, dispose: network.dispose, predict };
  }

  async #generator(): Promise<Network> {
    const { words, french, items } = this.#tasks;
    const model = oneToMany({
      vocabulary: words.size,
      classes: french.size,
      maxLength: 12,
      hiddenSize: 48,
    });
    const [maxBatch] = SIZES.oneToMany;
    const task = translationTask(model, { maxBatch, labelSmoothing: 0, padId: french.pad });
    const encode = (some: readonly Item[]) =>
      makeBatch(
        encodePairs(
          some.map(({ input, output }) => ({ source: input, target: output })),
          words,
          french,
          { unknown: 'unk' },
        ),
      );
    const network = await learner(this.#device, task, encode, {
      ...items.oneToMany,
      shape: 'oneToMany',
    });
    const predict = async (input: readonly string[]): Promise<Prediction> => {
      const output: string[] = [];
      const outputs: Output[] = [];
      while (outputs.length < LONGEST_PHRASE) {
        const rows = await network.logits([{ input, output }]);
        const row = rows[output.length] ?? [];
        const id = argmax(row);
        const label = french.token(id);
        outputs.push({ label, logits: row });
        if (id === french.eos) break;
        output.push(label);
      }
      return { labels: tokensOf(french), outputs };
    };
    return { train: network.train, dispose: network.dispose, predict };
  }
}

interface Learner {
  train: Network['train'];
  /** Logits of each output of one item. */
  logits(items: readonly Item[]): Promise<readonly (readonly number[])[]>;
  dispose(): void;
}

/** Trains on items, and gives logits. */
async function learner<B>(
  device: Device,
  task: TrainingTask<B>,
  encode: Encode<B>,
  { shape, train, held }: { shape: Shape; train: readonly Item[]; held: readonly Item[] },
): Promise<Learner> {
  const trainer = await Trainer.create(device, task, OPTIONS);
  const [size, epochs] = SIZES[shape];
  let inspector: Promise<StepInspector<B>> | undefined;
  let isDisposed = false;
  function* batches(items: readonly Item[], times = 1): Generator<B> {
    for (let epoch = 0; epoch < times; epoch++) {
      for (let at = 0; at < items.length && !isDisposed; at += size) {
        yield encode(items.slice(at, at + size));
      }
    }
  }
  return {
    async train(onProgress, signal) {
      const start = performance.now();
      const steps = epochs * Math.ceil(train.length / size);
      const losses: number[] = [];
      await trainer.train(batches(train, epochs), {
        yields: true,
        ...(signal && { signal }),
        onStep: ({ step, loss }) => {
          losses.push(loss);
          if (step % REPORTED === 0 || step === steps) onProgress({ step, steps, loss });
        },
      });
      const seconds = (performance.now() - start) / 1000;
      const { accuracy } = await trainer.evaluate(batches(held), signal);
      return {
        ...{ steps, seconds, accuracy, losses },
        parameters: trainer.layout.size,
        baseline: majority({ train, held }, shape === 'oneToMany' ? ['<eos>'] : []),
        learnt: train.length,
        held: held.length,
      };
    },
    async logits(items) {
      inspector ??= trainer.inspect({ values: 'logits', startup: 'quick' });
      const { shape: sizes = [], data = [] } =
        (await (await inspector).run(encode(items))).get('logits') ?? {};
      const columns = sizes.at(-1) ?? 1;
      return Array.from({ length: data.length / columns }, (_, row) =>
        Array.from(data.slice(row * columns, (row + 1) * columns)),
      );
    },
    dispose() {
      isDisposed = true;
      void inspector?.then((one) => one.dispose());
      trainer.dispose();
    },
  };
}

function argmax(row: readonly number[]): number {
  return row.reduce((best, one, i) => (one > (row[best] ?? -Infinity) ? i : best), 0);
}

function tokensOf(vocabulary: Vocabulary): readonly string[] {
  return Array.from({ length: vocabulary.size }, (_, id) => vocabulary.token(id));
}

/** The four networks, not yet trained. */
export default function shapeLab(device: Device): ShapeLab {
  return new ShapeLab(device, makeTasks());
}
