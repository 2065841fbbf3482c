/**
 * Does reversing the source help (Sutskever et al. 2014, section 3.3)? Trains the same seq2seq
 * model with and without.
 */
import { groupReferences } from 'qkv/text';
import { toySplit } from '../tools/lib/corpora';
import type { Recipe } from '../tools/lib/recipe';
import {
  type BandScore,
  bandCurve,
  bandName,
  COARSE_BANDS,
  FINE_BANDS,
  scoreBands,
} from './lib/byLength';
import { type Experiment, type Run, textTable } from './lib/experiment';
import { tinyRecipe } from './lib/recipes';
import { readModel, trainHere, translateWith } from './lib/trained';

const SENTENCES = { small: 60, full: 1000 } as const;

/** The shipped model's recipe with half of its steps, after which the models still differ. */
function fullRecipe(seed: number): Recipe {
  const tiny = tinyRecipe('toy-seq2seq', seed);
  return {
    ...tiny,
    model: { ...tiny.model, embeddingSize: 96, hiddenSize: 232, layers: 1 },
    corpus: { kind: 'toy', seed, pairs: 100_000 },
    steps: 3000,
    batchSize: 32,
    schedule: { kind: 'linear', rate: 0.004, warmup: 200, steps: 3000, modelSize: 232 },
  };
}

interface Scores {
  readonly order: string;
  readonly lastLoss: number;
  readonly fine: readonly BandScore[];
  readonly coarse: readonly BandScore[];
  readonly all: BandScore | undefined;
}

async function measure(run: Run, reverseSource: boolean): Promise<Scores> {
  const { size, seed, device } = run;
  const recipe = size === 'small' ? tinyRecipe('toy-seq2seq', seed) : fullRecipe(seed);
  const name = reverseSource ? 'reversed' : 'as written';
  const own = { ...recipe, model: { ...recipe.model, reverseSource } };
  const trained = await readModel(await trainHere(run, name.replace(' ', '-'), own));
  const groups = groupReferences(toySplit('test', seed, SENTENCES[size]));
  const hypotheses = await run.stage(`translations-${name.replace(' ', '-')}`, (report) =>
    translateWith(device, trained, groups, report),
  );
  const score = (bands: Parameters<typeof scoreBands>[0]) => scoreBands(bands, hypotheses, groups);
  return {
    order: name,
    lastLoss: trained.lastLoss,
    fine: score(FINE_BANDS),
    coarse: score(COARSE_BANDS),
    all: score([{ from: 1, to: 20 }])[0],
  };
}

const cell = (score: BandScore | undefined) => score?.bleu?.toFixed(1) ?? '-';

export const reversal: Experiment = {
  name: 'reversal',
  question: 'Does seq2seq learn more when it reads the source from its end?',
  minutes: { small: 0.4, full: 45 },
  async perform(run) {
    const scores = [await measure(run, false), await measure(run, true)];
    const chart = {
      kind: 'lines' as const,
      title: 'BLEU of seq2seq by the order of the source',
      x: { name: 'tokens of the source' },
      y: { name: 'BLEU' },
      lines: Object.fromEntries(scores.map(({ order, fine }) => [order, bandCurve(fine)])),
    };
    const head = COARSE_BANDS.map((band) => `${bandName(band)} tokens`);
    const report = textTable([
      ['BLEU, source', ...head, 'all', 'training loss'],
      ...scores.map(({ order, coarse, all, lastLoss }) => [
        order,
        ...coarse.map(cell),
        cell(all),
        lastLoss.toFixed(3),
      ]),
    ]);
    return { result: { scores }, charts: { bleu: chart }, report };
  },
};
