/**
 * Does attention align target words with the source words that they translate? Compares attention
 * with the grammar's word links by the alignment error rate (Och and Ney 2003), for Bahdanau's
 * attention and for each cross-attention head of the transformer, under teacher forcing. The head,
 * and whether a row belongs to the input or the output word of its position, are chosen on the
 * development set.
 */
import type { AlignedPair } from 'qkv/evaluation';
import type { MatrixChart } from '../tools/lib/charts';
import { toySplit } from '../tools/lib/corpora';
import { AlignmentErrors } from './lib/alignmentErrors';
import { type Attention, attentionOf } from './lib/attention';
import { type Experiment, type Report, type Run, textTable } from './lib/experiment';
import type { Compared } from './lib/recipes';
import { strongest, type Weights } from './lib/strongest';
import { obtain } from './lib/trained';

const SENTENCES = { small: 40, full: 500 } as const;
/** Lengths of the sentences in the charts; the first sentence of each length is used. */
const DRAWN_LENGTHS = [7, 11];

/** Attention weights of Bahdanau's decoder and of the transformer's cross-attention. */
const WEIGHTS = '{attention.weights,**.multihead_attn.weights}';

const ATTENTIVE: readonly Compared[] = ['toy-bahdanau', 'toy-transformer'];

interface HeadScore {
  readonly head: string;
  /** 1 if a row belongs to the input word of its position, 0 if to the output word. */
  readonly shift: number;
  readonly devError: number;
  readonly testError: number;
}

interface ModelScore {
  readonly model: string;
  /** Head chosen on the development set first. */
  readonly heads: readonly HeadScore[];
}

function errorRate(
  attention: Attention,
  pairs: readonly AlignedPair[],
  head: string,
  shift: number,
): number {
  const errors = new AlignmentErrors();
  pairs.forEach(({ source, target, links }, i) => {
    const rows = attention[i]?.[head] ?? [];
    const found = target.flatMap((_, t): [number, number][] => {
      // No link if the largest weight is on eos.
      const s = strongest(rows[t + shift] ?? [], source.length + 1);
      return s < source.length ? [[s, t]] : [];
    });
    errors.add(found, links ?? []);
  });
  return errors.rate;
}

/** The error of the diagonal baseline, which links words at the same relative position. */
function diagonalError(pairs: readonly AlignedPair[]): number {
  const errors = new AlignmentErrors();
  for (const { source, target, links } of pairs) {
    const place = (t: number) => Math.floor(((t + 0.5) * source.length) / target.length);
    errors.add(
      target.map((_, t): [number, number] => [place(t), t]),
      links ?? [],
    );
  }
  return errors.rate;
}

async function measure(run: Run, name: Compared, splits: Splits, report: Report) {
  const trained = await obtain(run, name);
  const attention = (split: keyof Splits) =>
    attentionOf(run.device, trained, splits[split], WEIGHTS, report);
  const [dev, test] = [await attention('dev'), await attention('test')];
  const heads = Object.keys(dev[0] ?? {}).flatMap((head) =>
    [0, 1].map((shift) => ({
      head,
      shift,
      devError: errorRate(dev, splits.dev, head, shift),
      testError: errorRate(test, splits.test, head, shift),
    })),
  );
  heads.sort((a, b) => a.devError - b.devError);
  const [best] = heads;
  const drawn = DRAWN_LENGTHS.flatMap((length) => {
    const at = splits.test.findIndex(({ source }) => source.length === length);
    const pair = splits.test[at];
    if (pair === undefined || best === undefined) return [];
    return [drawing(trained.recipe.kind, pair, test[at]?.[best.head] ?? [], best)];
  });
  return { model: trained.recipe.kind, heads, drawn };
}

interface Splits {
  readonly dev: readonly AlignedPair[];
  readonly test: readonly AlignedPair[];
}

function drawing(
  model: string,
  { source, target, links }: AlignedPair,
  weights: Weights,
  { head, shift }: HeadScore,
): MatrixChart {
  return {
    kind: 'matrix',
    title: `${model}, ${head}${shift === 1 ? ' (one step later)' : ''}`,
    rows: target,
    columns: source,
    values: target.map((_, t) => (weights[t + shift] ?? []).slice(0, source.length)),
    marked: (links ?? []).map(([s, t]): [number, number] => [t, s]),
  };
}

function report(scores: readonly ModelScore[], diagonal: number): string {
  const percent = (part: number) => part.toFixed(3);
  const shown = scores.flatMap(({ model, heads }) =>
    heads
      .slice(0, 3)
      .map(({ head, shift, devError, testError }) => [
        `${model}: ${head}${shift === 1 ? ', one step later' : ''}`,
        percent(devError),
        percent(testError),
      ]),
  );
  return textTable([
    ['alignment error rate', 'dev', 'test'],
    ...shown,
    ['the diagonal', '', percent(diagonal)],
  ]);
}

export const alignment: Experiment = {
  name: 'alignment',
  question: 'Does attention find the words that a word is translated from? Error against the truth',
  minutes: { small: 0.5, full: 2 },
  async perform(run) {
    const splits: Splits = {
      dev: toySplit('dev', run.seed, SENTENCES[run.size]),
      test: toySplit('test', run.seed, SENTENCES[run.size]),
    };
    const found: Awaited<ReturnType<typeof measure>>[] = [];
    for (const name of ATTENTIVE) {
      found.push(await run.stage(name, (report) => measure(run, name, splits, report)));
    }
    const diagonal = diagonalError(splits.test);
    const scores = found.map(({ model, heads }) => ({ model, heads }));
    const charts = Object.fromEntries(
      found.flatMap(({ model, drawn }) =>
        drawn.map((chart, i) => [`${model}-${i + 1}`, chart] as const),
      ),
    );
    return { result: { scores, diagonal }, charts, report: report(scores, diagonal) };
  },
};
