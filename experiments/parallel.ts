/**
 * What is the cost of sequential computation in recurrent networks? Measures the time of a training
 * step by sentence length, for an LSTM seq2seq and a transformer with about as many parameters, on
 * the same batches: first with a constant number of tokens, then with a constant number of
 * sentences.
 */

import { random } from 'qkv/cpu';
import { seq2seqModel, type TranslationModel, transformerModel } from 'qkv/models';
import { countParameters } from 'qkv/nn';
import { type Batch, makeBatch, SPECIAL_IDS } from 'qkv/text';
import { Trainer, translationTask } from 'qkv/train';
import { elapsedMs, summarise, type Timing } from '../bench/measure';
import type { LineChart } from '../tools/lib/charts';
import { defined } from '../tools/lib/defined';
import { type Experiment, type Report, type Run, textTable } from './lib/experiment';
import { meanOf } from './lib/separation';

interface Setting {
  readonly lengths: readonly number[];
  /** Tokens on either side of a batch, in the sweep with constant tokens. */
  readonly tokens: number;
  /** Sentences in a batch, in the sweep with constant sentences. */
  readonly sentences: number;
  readonly samples: number;
  readonly size: number;
}

const SETTINGS: Readonly<Record<Run['size'], Setting>> = {
  small: { lengths: [4, 8], tokens: 32, sentences: 4, samples: 3, size: 16 },
  full: { lengths: [8, 16, 32, 64, 128], tokens: 1024, sentences: 8, samples: 9, size: 128 },
};

const VOCABULARY = 256;
const vocabularies = { sourceVocabulary: VOCABULARY, targetVocabulary: VOCABULARY };

/**
 * Makes the models. The transformer's feed-forward size is chosen to match the LSTM's number of
 * parameters.
 */
const MODELS: Readonly<Record<string, (size: number, maxLength: number) => TranslationModel>> = {
  'LSTM seq2seq': (size, maxLength) =>
    seq2seqModel({
      ...vocabularies,
      embeddingSize: size,
      hiddenSize: size,
      layers: 2,
      maxLength,
      dropout: 0,
    }),
  transformer: (size, maxLength) =>
    transformerModel({
      ...vocabularies,
      modelSize: size,
      heads: 4,
      feedForward: 1.25 * size,
      maxLength,
      dropout: 0,
    }),
};

const SWEEPS = ['same tokens', 'same sentences'] as const;

type Sweep = (typeof SWEEPS)[number];

/** Measurements of a model for a batch shape. */
interface Measured extends Timing {
  readonly sweep: Sweep;
  readonly model: string;
  /** Tokens of a sentence on either side, with eos. */
  readonly length: number;
  readonly sentences: number;
  readonly parameters: number;
  /** Dispatches of a training step. */
  readonly dispatches: number;
}

/** A batch of random sentences of one length, including eos. */
function batchOf(sentences: number, length: number, seed: number): Batch {
  const source = random(seed);
  const first = Math.max(...Object.values(SPECIAL_IDS)) + 1;
  const ids = () =>
    Array.from({ length: length - 1 }, () => first + source.below(VOCABULARY - first));
  return makeBatch(Array.from({ length: sentences }, () => ({ source: ids(), target: ids() })));
}

/** A model and a batch shape. */
type Shape = Pick<Measured, 'sweep' | 'model' | 'length' | 'sentences'>;

interface Contestant extends Shape {
  readonly trainer: Trainer<Batch>;
  readonly batch: Batch;
}

async function enter({ device, seed }: Run, size: number, shape: Shape): Promise<Contestant> {
  const { model, length, sentences } = shape;
  const make = defined(MODELS[model], model);
  const options = { maxBatch: sentences, labelSmoothing: 0, padId: SPECIAL_IDS.pad };
  const trainer = await Trainer.create(device, translationTask(make(size, length), options), {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
    schedule: { kind: 'constant', rate: 1e-4 },
    clipNorm: 1,
    seed,
  });
  return { ...shape, trainer, batch: batchOf(sentences, length, seed) };
}

function shapesOf({ lengths, tokens, sentences }: Setting): readonly Shape[] {
  return SWEEPS.flatMap((sweep) =>
    lengths.flatMap((length) =>
      Object.keys(MODELS).map((model) => ({
        sweep,
        model,
        length,
        sentences: sweep === 'same tokens' ? tokens / length : sentences,
      })),
    ),
  );
}

/** Warm-up steps, in which the size of submits adapts. */
const WARM_UP = 3;

/**
 * Times all models round-robin, so that a temporary slowdown of the machine affects all of them.
 */
async function measure(run: Run, report: Report): Promise<readonly Measured[]> {
  const setting = SETTINGS[run.size];
  const contestants: Contestant[] = [];
  const times: number[][] = [];
  const rounds = WARM_UP + setting.samples;
  try {
    for (const shape of shapesOf(setting)) {
      contestants.push(await enter(run, setting.size, shape));
      times.push([]);
    }
    for (let round = 0; round < rounds; round++) {
      for (const [i, { trainer, batch }] of contestants.entries()) {
        const elapsed = await elapsedMs(() => trainer.train([batch]));
        if (round >= WARM_UP) times[i]?.push(elapsed);
      }
      report(round + 1, rounds, 'rounds');
    }
    return contestants.map(({ trainer, batch: _, ...shape }, i) => ({
      ...shape,
      parameters: countParameters(trainer.layout),
      dispatches: trainer.submittedCount,
      ...summarise(times[i] ?? []),
    }));
  } finally {
    for (const { trainer } of contestants) trainer.dispose();
  }
}

interface Slope {
  readonly sweep: Sweep;
  readonly model: string;
  /** The exponent p of time ~ length^p. */
  readonly exponent: number;
}

/** Least-squares fit of log(time) by log(length). */
function slopesOf(measured: readonly Measured[]): readonly Slope[] {
  return SWEEPS.flatMap((sweep) =>
    Object.keys(MODELS).map((model) => {
      const own = measured.filter((item) => item.sweep === sweep && item.model === model);
      const x = own.map(({ length }) => Math.log(length));
      const y = own.map(({ medianMs }) => Math.log(medianMs));
      const [middle, height] = [meanOf(x), meanOf(y)];
      const spread = x.reduce((sum, value) => sum + (value - middle) ** 2, 0);
      const rise = x.reduce((sum, value, i) => sum + (value - middle) * ((y[i] ?? 0) - height), 0);
      return { sweep, model, exponent: rise / spread };
    }),
  );
}

function chart(
  title: string,
  y: LineChart['y'],
  measured: readonly Measured[],
  value: (item: Measured) => number,
): LineChart {
  const lines = Object.keys(MODELS).map((model) => {
    const own = measured.filter((item) => item.model === model);
    return [model, own.map((item): [number, number] => [item.length, value(item)])] as const;
  });
  return {
    kind: 'lines',
    title,
    x: { name: 'tokens of a sentence' },
    y,
    lines: Object.fromEntries(lines),
  };
}

function charts(measured: readonly Measured[], { tokens, sentences }: Setting) {
  const [fixed, growing] = SWEEPS.map((sweep) => measured.filter((item) => item.sweep === sweep));
  const time = { name: 'milliseconds of a training step' };
  const median = ({ medianMs }: Measured) => medianMs;
  return {
    'same-tokens': chart(`${tokens} tokens a step`, time, fixed ?? [], median),
    'same-sentences': chart(`${sentences} sentences a step`, time, growing ?? [], median),
    dispatches: chart(
      'Dispatches, one after the other',
      { name: 'dispatches of a training step' },
      growing ?? [],
      ({ dispatches }) => dispatches,
    ),
  };
}

function report(measured: readonly Measured[], slopes: readonly Slope[]): string {
  const rows = measured.map((item) => [
    `${item.sweep}: ${item.model}`,
    `${item.sentences} x ${item.length}`,
    item.medianMs.toFixed(1),
    `${item.lowerMs.toFixed(1)} to ${item.upperMs.toFixed(1)}`,
    item.dispatches,
    item.parameters,
  ]);
  return [
    textTable([
      ['training step', 'sentences', 'median ms', 'quartiles', 'dispatches', 'parameters'],
      ...rows,
    ]),
    textTable([
      ['time grows like length to the power', ''],
      ...slopes.map(({ sweep, model, exponent }) => [`${sweep}: ${model}`, exponent.toFixed(2)]),
    ]),
  ].join('\n\n');
}

export const parallel: Experiment = {
  name: 'parallel',
  question:
    'What does reading word after word cost? Time of a step by length, LSTM and transformer',
  minutes: { small: 0.2, full: 5 },
  async perform(run) {
    const measured = await run.stage('times', (progress) => measure(run, progress));
    const slopes = slopesOf(measured);
    return {
      result: { measured, slopes },
      charts: charts(measured, SETTINGS[run.size]),
      report: report(measured, slopes),
    };
  },
};
