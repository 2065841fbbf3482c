/**
 * BLEU by sentence length, as in figure 2 of Bahdanau et al. (2015), for seq2seq with a fixed
 * vector, recurrent attention and the transformer, with equal numbers of parameters and equal
 * training.
 */
import { groupReferences } from 'qkv/text';
import { toySplit } from '../tools/lib/corpora';
import {
  type BandScore,
  bandCurve,
  bandName,
  COARSE_BANDS,
  FINE_BANDS,
  scoreBands,
} from './lib/byLength';
import { type Experiment, type Run, textTable } from './lib/experiment';
import { COMPARED, type Compared } from './lib/recipes';
import { obtain, translateWith } from './lib/trained';

const SENTENCES = { small: 60, full: 2000 } as const;

interface Scores {
  readonly model: string;
  readonly parameters: number;
  /** Training steps, and sentence pairs of each. */
  readonly steps: number;
  readonly batchSize: number;
  readonly fine: readonly BandScore[];
  readonly coarse: readonly BandScore[];
  readonly all: BandScore | undefined;
}

async function measure(run: Run, name: Compared): Promise<Scores> {
  const trained = await obtain(run, name);
  const groups = groupReferences(toySplit('test', run.seed, SENTENCES[run.size]));
  const hypotheses = await run.stage(`translations-${name}`, (report) =>
    translateWith(run.device, trained, groups, report),
  );
  const score = (bands: Parameters<typeof scoreBands>[0]) => scoreBands(bands, hypotheses, groups);
  return {
    model: trained.recipe.kind,
    parameters: trained.size,
    steps: trained.recipe.steps,
    batchSize: trained.recipe.batchSize,
    fine: score(FINE_BANDS),
    coarse: score(COARSE_BANDS),
    all: score([{ from: 1, to: 20 }])[0],
  };
}

const cell = (score: BandScore | undefined) => score?.bleu?.toFixed(1) ?? '-';

function report(scores: readonly Scores[]): string {
  const head = COARSE_BANDS.map((band) => `${bandName(band)} tokens`);
  return textTable([
    ['BLEU', ...head, 'all', 'parameters', 'steps'],
    ...scores.map(({ model, coarse, all, parameters, steps, batchSize }) => [
      model,
      ...coarse.map(cell),
      cell(all),
      parameters,
      `${steps} x ${batchSize}`,
    ]),
    ['sentences', ...(scores[0]?.coarse ?? []).map((band) => band.sentences)],
  ]);
}

export const bottleneck: Experiment = {
  name: 'bottleneck',
  question: 'Does one vector hold a long sentence? BLEU by length, without and with attention',
  minutes: { small: 0.6, full: 3 },
  async perform(run) {
    const scores: Scores[] = [];
    for (const name of COMPARED) scores.push(await measure(run, name));
    const chart = {
      kind: 'lines' as const,
      title: 'BLEU by the length of the sentence',
      x: { name: 'tokens of the source' },
      y: { name: 'BLEU' },
      lines: Object.fromEntries(scores.map(({ model, fine }) => [model, bandCurve(fine)])),
    };
    return { result: { scores }, charts: { bleu: chart }, report: report(scores) };
  },
};
