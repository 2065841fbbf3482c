/**
 * What does attention bring to predicting the next word? Compares GPT with an LSTM of as many
 * parameters on the same batches of the grammar's English sentences, each at its best learning rate
 * of the same sweep, by held-out perplexity a token. Counts of three words are the upper end; the
 * lower one is the grammar itself, which no model can beat but by chance.
 */
import { type Interval, perplexity } from 'qkv/evaluation';
import { startupFor } from 'qkv/graph';
import { gptModel, type LanguageModel, modelLayout, recurrentLanguageModel } from 'qkv/models';
import { countParameters } from 'qkv/nn';
import { BatchIterator, buildVocabulary, type EncodedPair, makeBatch } from 'qkv/text';
import { type ToySplit, toyPairs, toySurprisals, toyVocabulary } from 'qkv/toy';
import { languageTask, Trainer } from 'qkv/train';
import type { LineChart } from '../tools/lib/charts';
import { defined } from '../tools/lib/defined';
import { type Experiment, type Report, type Run, textTable } from './lib/experiment';
import { meanInterval, showInterval } from './lib/intervals';
import { meanOf } from './lib/separation';
import { trigramLoss } from './lib/trigram';

interface Setting {
  readonly modelSize: number;
  readonly heads: number;
  readonly layers: number;
  /** Sentences of each split. */
  readonly sentences: Readonly<Record<ToySplit, number>>;
  readonly steps: number;
  readonly batchSize: number;
  /** Learning rates of the sweep, with the first seed. */
  readonly rates: readonly number[];
  readonly seeds: number;
  /** Evaluations of a run, for the curves. */
  readonly points: number;
  /** Replays of a sentence for its surprisal. */
  readonly samples: number;
}

const SETTINGS: Readonly<Record<Run['size'], Setting>> = {
  small: {
    ...{ modelSize: 16, heads: 2, layers: 1, steps: 4, batchSize: 8, points: 2, samples: 2 },
    ...{ sentences: { train: 64, dev: 8, test: 8 }, rates: [0.003, 0.01], seeds: 2 },
  },
  full: {
    ...{ modelSize: 64, heads: 4, layers: 2, steps: 2000, batchSize: 16, points: 5, samples: 30 },
    ...{
      sentences: { train: 32_000, dev: 300, test: 1000 },
      rates: [0.003, 0.006, 0.012, 0.024, 0.048],
      seeds: 3,
    },
  },
};

const LONGEST = 21;

const vocabulary = buildVocabulary([toyVocabulary().source]);

const SHARED = { vocabulary: vocabulary.size, maxLength: LONGEST, dropout: 0, tied: true } as const;

const parametersOf = (model: LanguageModel) => countParameters(modelLayout(model));

/** GPT, and the LSTM whose number of parameters is the nearest. */
function modelsOf({ modelSize, heads, layers }: Setting): Readonly<Record<string, LanguageModel>> {
  const gpt = gptModel({
    ...SHARED,
    modelSize,
    heads,
    layers,
    feedForward: 4 * modelSize,
    positions: 'rotary',
  });
  const lstm = (size: number) =>
    recurrentLanguageModel({
      ...SHARED,
      cell: 'lstm',
      embeddingSize: size,
      hiddenSize: size,
      layers,
    });
  const goal = parametersOf(gpt);
  let size = 1;
  while (parametersOf(lstm(size + 1)) <= goal) size++;
  const [below, above] = [lstm(size), lstm(size + 1)];
  const isNearer = parametersOf(above) - goal < goal - parametersOf(below);
  return { lstm: isNearer ? above : below, gpt };
}

type Splits = Readonly<Record<ToySplit, readonly EncodedPair[]>>;

/** The English sentences of each split; a language model's sentences have no source. */
function splitsOf({ seed }: Run, { sentences }: Setting): Splits {
  const draw = (split: ToySplit) =>
    toyPairs({ seed, split, count: sentences[split] })
      .map(({ source }) => ({ source: [], target: vocabulary.encode(source) }))
      // Held-out sentences are batched by length; training shuffles them anyhow.
      .sort((a, b) => a.target.length - b.target.length);
  return { train: draw('train'), dev: draw('dev'), test: draw('test') };
}

/** A trained model. */
interface Trained {
  /** Loss of a token of the development set. */
  readonly dev: number;
  /** Tokens learnt from, with the test perplexity after them. */
  readonly curve: readonly (readonly [tokens: number, perplexity: number])[];
}

/** What is trained, and how. */
interface Trial {
  readonly kind: string;
  readonly model: LanguageModel;
  readonly rate: number;
  readonly seed: number;
}

async function train(run: Run, splits: Splits, trial: Trial, report: Report): Promise<Trained> {
  const { steps, batchSize, points } = SETTINGS[run.size];
  const { model, rate, seed } = trial;
  const ids = { targetIds: vocabulary };
  const options = { maxBatch: batchSize, labelSmoothing: 0, padId: vocabulary.pad };
  const trainer = await Trainer.create(run.device, languageTask(model, options), {
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
    schedule: { kind: 'cosine', rate, warmup: Math.ceil(steps / 12), steps },
    clipNorm: 1,
    seed,
    startup: startupFor(steps),
  });
  const loss = async (held: readonly EncodedPair[]) => {
    const starts = Array.from(
      { length: Math.ceil(held.length / batchSize) },
      (_, i) => i * batchSize,
    );
    const batches = starts.map((at) => makeBatch(held.slice(at, at + batchSize), ids));
    return (await trainer.evaluate(batches, run.signal)).loss;
  };
  const batches = new BatchIterator(splits.train, { ...ids, batchSize, cursor: { seed } });
  const next = (count: number) =>
    Array.from({ length: count }, () => defined(batches.next().value, 'a batch'));
  const curve: [number, number][] = [];
  let tokens = 0;
  try {
    for (let point = 1; point <= points; point++) {
      const goal = Math.round((steps * point) / points);
      await trainer.train(next(goal - trainer.stepCount), {
        signal: run.signal,
        onStep: ({ step, count, loss: last }) => {
          tokens += count;
          report(step, steps, `loss ${last.toFixed(3)}`);
        },
      });
      curve.push([tokens, perplexity(await loss(splits.test))]);
    }
    return { dev: await loss(splits.dev), curve };
  } finally {
    trainer.dispose();
  }
}

/** A kind of model at its best learning rate. */
interface Measured {
  readonly kind: string;
  readonly parameters: number;
  readonly rate: number;
  /** Development loss of each rate of the sweep. */
  readonly sweep: Readonly<Record<string, number>>;
  /** Test perplexity of each seed, with their mean and its 95% interval. */
  readonly perplexities: readonly number[];
  readonly perplexity: Interval;
  /** The curve of each seed. */
  readonly curves: readonly Trained['curve'][];
}

async function measure(
  run: Run,
  splits: Splits,
  kind: string,
  model: LanguageModel,
): Promise<Measured> {
  const { rates, seeds } = SETTINGS[run.size];
  const trained = (rate: number, seed: number) =>
    run.stage(`${kind}-rate-${rate}-seed-${seed}`, (report) =>
      train(run, splits, { kind, model, rate, seed }, report),
    );
  const sweep: { readonly rate: number; readonly found: Trained }[] = [];
  for (const rate of rates) sweep.push({ rate, found: await trained(rate, run.seed) });
  const [best] = sweep.toSorted((a, b) => a.found.dev - b.found.dev);
  const { rate, found } = defined(best, 'a learning rate');
  const runs = [found];
  for (let i = 1; i < seeds; i++) runs.push(await trained(rate, run.seed + i));
  const perplexities = runs.map(({ curve }) => curve.at(-1)?.[1] ?? 0);
  return {
    kind,
    parameters: parametersOf(model),
    rate,
    sweep: Object.fromEntries(sweep.map((item) => [item.rate, item.found.dev])),
    perplexities,
    perplexity: meanInterval(perplexities),
    curves: runs.map(({ curve }) => curve),
  };
}

/** Perplexities of the test set without a network. */
interface Ends {
  readonly trigram: number;
  readonly grammar: number;
}

async function endsOf(run: Run, splits: Splits): Promise<Ends> {
  const { sentences, samples } = SETTINGS[run.size];
  const whole = (split: ToySplit) => splits[split].map(({ target }) => [...target, vocabulary.eos]);
  const held = { train: whole('train'), dev: whole('dev'), test: whole('test') };
  const tokens = held.test.reduce((sum, ids) => sum + ids.length, 0);
  const surprisals = await run.stage('grammar', async (report) => {
    const found: number[] = [];
    const count = sentences.test;
    for (const value of toySurprisals({ seed: run.seed, split: 'test', count, samples })) {
      found.push(value);
      report(found.length, count, 'sentences');
    }
    return found;
  });
  return {
    trigram: perplexity(trigramLoss(held, vocabulary.size)),
    grammar: perplexity((meanOf(surprisals) * surprisals.length) / tokens),
  };
}

function chart(measured: readonly Measured[], { trigram, grammar }: Ends): LineChart {
  const points = (curves: Measured['curves']) =>
    (curves[0] ?? []).map(([tokens], i) => ({
      tokens,
      ...meanInterval(curves.map((curve) => curve[i]?.[1] ?? 0)),
    }));
  const drawn = measured.map(({ kind, curves }) => [kind, points(curves)] as const);
  const tokens = drawn.flatMap(([, line]) => line.map((point) => point.tokens));
  const flat = (value: number): [number, number][] =>
    [Math.min(...tokens), Math.max(...tokens)].map((x) => [x, value]);
  return {
    kind: 'lines',
    title: 'Perplexity of held-out sentences',
    x: { name: 'tokens learnt from' },
    y: { name: 'perplexity a token' },
    lines: {
      ...Object.fromEntries(
        drawn.map(([kind, line]) => [kind, line.map(({ tokens: x, mean }) => [x, mean] as const)]),
      ),
      'counts of three words': flat(trigram),
      'the grammar': flat(grammar),
    },
    intervals: Object.fromEntries(
      drawn.map(([kind, line]) => [
        kind,
        line.map(
          ({ tokens: x, mean, halfWidth }) => [x, mean - halfWidth, mean + halfWidth] as const,
        ),
      ]),
    ),
  };
}

function report(measured: readonly Measured[], { trigram, grammar }: Ends): string {
  return textTable([
    ['held-out perplexity a token', '', 'seeds', 'parameters', 'learning rate'],
    ['counts of three words', trigram.toFixed(2), '', '', ''],
    ...measured.map(({ kind, perplexity: found, perplexities, parameters, rate }) => [
      kind,
      showInterval(found, 2),
      perplexities.map((value) => value.toFixed(2)).join(' '),
      parameters,
      rate,
    ]),
    ['the grammar itself', grammar.toFixed(2), '', '', ''],
  ]);
}

export const nextWord: Experiment = {
  name: 'next-word',
  question: 'What does attention bring to predicting the next word? GPT and LSTM, and the grammar',
  minutes: { small: 0.4, full: 50 },
  async perform(run) {
    const setting = SETTINGS[run.size];
    const splits = splitsOf(run, setting);
    const measured: Measured[] = [];
    for (const [kind, model] of Object.entries(modelsOf(setting))) {
      measured.push(await measure(run, splits, kind, model));
    }
    const ends = await endsOf(run, splits);
    return {
      result: { measured, ...ends },
      charts: { perplexity: chart(measured, ends) },
      report: report(measured, ends),
    };
  },
};
