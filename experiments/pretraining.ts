/**
 * What is self-supervision for? Compares a classifier fine-tuned from BERT, which has learnt from
 * texts without labels, with the same architecture trained from scratch, by the number of labels
 * (Devlin et al. 2019; Howard and Ruder 2018, figure 3). Both arms take the same steps on the same
 * examples, each at its best learning rate of the same sweep on the development set.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MaskFiller } from 'qkv';
import type { Interval } from 'qkv/evaluation';
import { storeFloat32, writeSafetensors } from 'qkv/io';
import { bert, createModel } from 'qkv/models';
import { initialArena, unpackArena } from 'qkv/nn';
import { fineTune, type LabelledText, labellingTask, taskLayout } from 'qkv/train';
import type { LineChart } from '../tools/lib/charts';
import { defined } from '../tools/lib/defined';
import { groupBy } from '../tools/lib/kinds';
import { accuracyOf, naiveBayes } from './lib/bagOfWords';
import { type Experiment, type Run, textTable } from './lib/experiment';
import { meanInterval, showInterval } from './lib/intervals';
import { NUMBERS, subjectNumbers } from './lib/subjectNumber';
import { obtainFolder } from './lib/trained';

interface Setting {
  /** Numbers of labels, with the epochs in which they are learnt from. */
  readonly sets: readonly { readonly labels: number; readonly epochs: number }[];
  readonly batchSize: number;
  /** Learning rates of the sweep, with the first seed. */
  readonly rates: readonly number[];
  readonly seeds: number;
  /** Numbers of labelled sentences of the development and the test set. */
  readonly dev: number;
  readonly test: number;
}

const SETTINGS: Readonly<Record<Run['size'], Setting>> = {
  small: {
    sets: [
      { labels: 8, epochs: 2 },
      { labels: 16, epochs: 1 },
    ],
    ...{ batchSize: 8, rates: [0.003, 0.01], seeds: 2, dev: 16, test: 16 },
  },
  full: {
    sets: [
      { labels: 50, epochs: 40 },
      { labels: 200, epochs: 16 },
      { labels: 1000, epochs: 6 },
    ],
    ...{ batchSize: 25, rates: [0.0003, 0.001, 0.003], seeds: 5, dev: 300, test: 1000 },
  },
};

const ARMS = ['fine-tuned', 'from scratch'] as const;

type Arm = (typeof ARMS)[number];

/** Accuracies of a trained classifier. */
interface Accuracies {
  readonly dev: number;
  readonly test: number;
}

/** An arm at a number of labels. */
interface Measured {
  readonly arm: string;
  readonly labels: number;
  /** The best learning rate of the sweep; none for counts of words. */
  readonly rate?: number;
  /** Held-out accuracy of each seed, with their mean and its 95% interval. */
  readonly accuracies: readonly number[];
  readonly accuracy: Interval;
}

/** The loaded models that classifiers start from. */
class Starts {
  readonly #run: Run;
  readonly #loaded = new Map<string, Promise<MaskFiller>>();

  constructor(run: Run) {
    this.#run = run;
  }

  /** BERT for 'fine-tuned', else the same architecture with the initial parameters of a seed. */
  load(arm: Arm, seed: number): Promise<MaskFiller> {
    const key = arm === 'fine-tuned' ? arm : `${arm} ${seed}`;
    const found = this.#loaded.get(key) ?? this.#open(arm, seed);
    this.#loaded.set(key, found);
    return found;
  }

  async #open(arm: Arm, seed: number): Promise<MaskFiller> {
    const folder = await obtainFolder(this.#run, 'toy-bert');
    const description = await readFile(join(folder, 'model.json'), 'utf8');
    const weights =
      arm === 'fine-tuned'
        ? Uint8Array.from(await readFile(join(folder, 'model.safetensors')))
        : newWeights(description, seed);
    const files = { 'model.json': description, 'model.safetensors': weights };
    return MaskFiller.load(files, { device: this.#run.device, kinds: [bert] });
  }

  async dispose(): Promise<void> {
    for (const loaded of this.#loaded.values()) (await loaded).dispose();
  }
}

/** Initial parameters of the model that a model.json describes. */
function newWeights(description: string, seed: number): Uint8Array<ArrayBuffer> {
  const { kind, config }: { kind: string; config: unknown } = JSON.parse(description);
  const model = createModel('masked language', kind, config);
  const layout = taskLayout(labellingTask(model, { maxBatch: 1 }));
  const tensors = [...unpackArena(layout, initialArena(layout, seed))].map(
    ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
  );
  return writeSafetensors(new Map(tensors));
}

/** One classifier: an arm, what it learns from, and how. */
interface Trial {
  readonly arm: Arm;
  readonly set: Setting['sets'][number];
  readonly rate: number;
  readonly seed: number;
}

/** Labelled sentences: those of each seed, and the held-out ones, which all share. */
interface Data {
  train(seed: number): readonly LabelledText[];
  readonly dev: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

function dataOf({ seed }: Run, { sets, dev, test }: Setting): Data {
  const most = Math.max(...sets.map(({ labels }) => labels));
  const drawn = new Map<number, readonly LabelledText[]>();
  return {
    train: (own) => {
      const found = drawn.get(own) ?? subjectNumbers(own, 'train', most);
      drawn.set(own, found);
      return found;
    },
    dev: subjectNumbers(seed, 'dev', dev),
    test: subjectNumbers(seed, 'test', test),
  };
}

/** Trains a classifier, and measures its held-out accuracies. */
function tryOut(run: Run, starts: Starts, data: Data, trial: Trial): Promise<Accuracies> {
  const { arm, set, rate, seed } = trial;
  const name = `${arm.replace(' ', '-')}-${set.labels}-labels-rate-${rate}-seed-${seed}`;
  return run.stage(name, async (report) => {
    const tuned = await fineTune(await starts.load(arm, seed), {
      labels: NUMBERS,
      learningRate: rate,
      batchSize: SETTINGS[run.size].batchSize,
      seed,
    });
    try {
      await tuned.train(data.train(seed).slice(0, set.labels), {
        epochs: set.epochs,
        signal: run.signal,
        onStep: ({ step, loss }, total) => report(step, total, `loss ${loss.toFixed(3)}`),
      });
      const [dev, test] = [await tuned.evaluate(data.dev), await tuned.evaluate(data.test)];
      return { dev: dev.accuracy, test: test.accuracy };
    } finally {
      tuned.dispose();
    }
  });
}

/** An arm at a number of labels: the sweep with the first seed, then the other seeds. */
async function measure(
  run: Run,
  starts: Starts,
  data: Data,
  arm: Arm,
  set: Trial['set'],
): Promise<Measured> {
  const { rates, seeds } = SETTINGS[run.size];
  const sweep: { readonly rate: number; readonly found: Accuracies }[] = [];
  for (const rate of rates) {
    sweep.push({
      rate,
      found: await tryOut(run, starts, data, { arm, set, rate, seed: run.seed }),
    });
  }
  const [best] = sweep.toSorted((a, b) => b.found.dev - a.found.dev);
  const { rate, found } = defined(best, 'a learning rate');
  const accuracies = [found.test];
  for (let i = 1; i < seeds; i++) {
    const trial = { arm, set, rate, seed: run.seed + i };
    accuracies.push((await tryOut(run, starts, data, trial)).test);
  }
  return { arm, labels: set.labels, rate, accuracies, accuracy: meanInterval(accuracies) };
}

const splitWords = (text: string) => text.split(' ');

/** What counts of words tell of the same labels. */
function countWords({ seed }: Run, data: Data, { sets, seeds }: Setting): readonly Measured[] {
  return sets.map(({ labels }) => {
    const accuracies = Array.from({ length: seeds }, (_, i) =>
      accuracyOf(naiveBayes(data.train(seed + i).slice(0, labels), splitWords), data.test),
    );
    return { arm: 'counts of words', labels, accuracies, accuracy: meanInterval(accuracies) };
  });
}

function chart(measured: readonly Measured[]): LineChart {
  const byArm = [...groupBy(measured, ({ arm }) => arm)];
  return {
    kind: 'lines',
    title: 'Number of the subject, with and without pre-training',
    x: { name: 'labelled sentences', log: true },
    y: { name: 'held-out accuracy' },
    lines: Object.fromEntries(
      byArm.map(([arm, own]) => [arm, own.map(({ labels, accuracy: { mean } }) => [labels, mean])]),
    ),
    intervals: Object.fromEntries(
      byArm.map(([arm, own]) => [
        arm,
        own.map(({ labels, accuracy: { mean, halfWidth } }) => [
          labels,
          mean - halfWidth,
          mean + halfWidth,
        ]),
      ]),
    ),
  };
}

function report(measured: readonly Measured[], { sets, seeds }: Setting): string {
  const rows = [...groupBy(measured, ({ arm }) => arm)];
  const shown = (own: readonly Measured[], cell: (item: Measured) => string) => own.map(cell);
  return [
    `held-out accuracy, mean of ${seeds} seeds and its 95% interval`,
    textTable([
      ['', ...sets.map(({ labels }) => `${labels} labels`)],
      ...rows.map(([arm, own]) => [
        arm,
        ...shown(own, ({ accuracy }) => showInterval(accuracy, 3)),
      ]),
      ...rows
        .filter(([, own]) => own.some(({ rate }) => rate !== undefined))
        .map(([arm, own]) => [`learning rate, ${arm}`, ...shown(own, ({ rate }) => `${rate}`)]),
    ]),
  ].join('\n');
}

export const pretraining: Experiment = {
  name: 'pretraining',
  question: 'What is self-supervision for? Accuracy from few labels, with BERT and from scratch',
  minutes: { small: 0.5, full: 25 },
  async perform(run) {
    const setting = SETTINGS[run.size];
    const data = dataOf(run, setting);
    const starts = new Starts(run);
    const measured: Measured[] = [];
    try {
      for (const arm of ARMS) {
        for (const set of setting.sets) {
          measured.push(await measure(run, starts, data, arm, set));
        }
      }
    } finally {
      await starts.dispose();
    }
    measured.push(...countWords(run, data, setting));
    return {
      result: { measured },
      charts: { accuracy: chart(measured) },
      report: report(measured, setting),
    };
  },
};
