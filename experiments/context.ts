/**
 * Does context separate the senses of a word? Compares embeddings of the grammar's homographs ('a
 * light box', 'a red light'), which do not depend on context, with the states of Bahdanau's encoder
 * and of each layer of the transformer's encoder, by silhouettes, nearest neighbours and principal
 * components.
 */
import { type ToyPair, toyPairs } from 'qkv/toy';
import type { BarChart, Chart } from '../tools/lib/charts';
import { capture, rowsOf } from './lib/capture';
import { type Experiment, type Report, type Run, textTable } from './lib/experiment';
import { type Homograph, homographsIn } from './lib/occurrences';
import { planeChart } from './lib/plane';
import type { Compared } from './lib/recipes';
import {
  distancesOf,
  majority,
  meanDistances,
  meanOf,
  neighbourAccuracy,
  silhouette,
} from './lib/separation';
import { obtain } from './lib/trained';

const SETTINGS = {
  small: { sentences: 400, least: 4, most: 6 },
  full: { sentences: 6000, least: 15, most: 40 },
} as const;

/** Embeddings of words, and all encoder states of their occurrences. */
const STATES = '{src_embed,encoder,transformer.encoder,transformer.encoder.layers.*}.output';

/** Homographs in the charts, if they occur often enough. */
const DRAWN: readonly string[] = ['know', 'light', 'left'];

const MODELS: readonly Compared[] = ['toy-bahdanau', 'toy-transformer'];

interface WordScore {
  readonly word: string;
  /** Number of occurrences of each sense. */
  readonly senses: Readonly<Record<string, number>>;
  readonly silhouette: number;
  /** Fraction of occurrences whose nearest neighbour has the same sense. */
  readonly neighbours: number;
  /** Fraction of the most common sense. */
  readonly majority: number;
  /** Mean distances between occurrences of the same sense, and of different senses. */
  readonly within: number;
  readonly between: number;
}

interface LayerScore {
  readonly model: string;
  readonly layer: string;
  readonly words: readonly WordScore[];
}

const nameOf = ({ model, layer }: Pick<LayerScore, 'model' | 'layer'>) => `${model}: ${layer}`;

function layerName(model: string, name: string): string {
  const layer = /layers\.(\d+)\./.exec(name)?.[1];
  if (layer !== undefined) return `layer ${Number(layer) + 1}`;
  if (name !== 'src_embed.output') return model === 'transformer' ? 'output' : 'states';
  return model === 'transformer' ? 'word + position' : 'word vector';
}

function scoreWord({ word, occurrences }: Homograph, vectors: readonly (readonly number[])[]) {
  const labels = occurrences.map(({ sense }) => sense);
  const distances = distancesOf(vectors);
  const names = [...new Set(labels)];
  return {
    word,
    senses: Object.fromEntries(
      names.map((name) => [name, labels.filter((label) => label === name).length]),
    ),
    silhouette: silhouette(distances, labels),
    neighbours: neighbourAccuracy(distances, labels),
    majority: majority(labels),
    ...meanDistances(distances, labels),
  };
}

interface Measured {
  readonly layers: readonly LayerScore[];
  readonly drawn: readonly Chart[];
}

async function measure(run: Run, name: Compared, report: Report): Promise<Measured> {
  const { sentences, ...limits } = SETTINGS[run.size];
  const drawnPairs = toyPairs({ seed: run.seed, split: 'test', count: sentences });
  const homographs = homographsIn(drawnPairs, limits);
  const used = [...new Set(homographs.flatMap((item) => item.occurrences.map((o) => o.pair)))];
  const at = new Map(used.map((pair, i) => [pair, i]));
  const trained = await obtain(run, name);
  const pairs = used.flatMap((pair) => drawnPairs[pair] ?? []);
  const captured = await capture(run.device, trained, pairs, STATES, report);
  const model = trained.recipe.kind;
  const layers: LayerScore[] = [];
  const drawn: Chart[] = [];
  const names = [...(captured[0]?.keys() ?? [])];
  for (const value of names) {
    const states = captured.map((sentence) => {
      const tensor = sentence.get(value);
      return tensor === undefined ? [] : rowsOf(tensor);
    });
    const layer = layerName(model, value);
    const vectorsOf = ({ occurrences }: Homograph) =>
      occurrences.map(({ pair, place }) => states[at.get(pair) ?? 0]?.[place] ?? []);
    const words = homographs.map((item) => scoreWord(item, vectorsOf(item)));
    layers.push({ model, layer, words });
    if (value !== names.at(-1)) continue;
    for (const item of homographs.filter(({ word }) => DRAWN.includes(word))) {
      const title = `'${item.word}' in ${model}, ${layer}`;
      drawn.push(await planeChart(run.device, title, itemsOf(item, vectorsOf(item), drawnPairs)));
    }
  }
  return { layers, drawn };
}

/** Occurrences, labelled with their neighbouring words. */
function itemsOf(
  { occurrences }: Homograph,
  vectors: readonly (readonly number[])[],
  pairs: readonly ToyPair[],
) {
  return occurrences.map(({ pair, place, sense }, i) => ({
    vector: vectors[i] ?? [],
    label: (pairs[pair]?.source ?? []).slice(Math.max(0, place - 1), place + 2).join(' '),
    group: sense,
  }));
}

const decimals = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(2));

/** Means over the words for each layer, then the words in the best layers. */
function report(layers: readonly LayerScore[]): string {
  const words = layers[0]?.words ?? [];
  const chance = meanOf(words.map((word) => word.majority));
  const means = layers.map((layer) => {
    const mean = (value: (word: WordScore) => number) => decimals(meanOf(layer.words.map(value)));
    return [
      nameOf(layer),
      mean((word) => word.silhouette),
      mean(({ within, between }) => within / between),
      mean((word) => word.neighbours),
    ];
  });
  const shown = layers.filter(({ layer }) => layer !== 'word + position');
  const rows = words.map(({ word, senses, majority: most }, i) => [
    `${word}: ${Object.entries(senses).flat().join(' ')}`,
    ...shown.map((layer) => decimals(layer.words[i]?.neighbours ?? 0)),
    decimals(most),
  ]);
  return [
    textTable([
      [`mean of ${words.length} words`, 'silhouette', 'within / between', 'nearest has the sense'],
      ...means,
      ['always the commonest sense', '', '', decimals(chance)],
    ]),
    textTable([
      ['nearest has the sense', ...shown.map(({ layer }) => layer), 'commonest'],
      ...rows,
    ]),
  ].join('\n\n');
}

function chart(
  title: string,
  layers: readonly LayerScore[],
  value: (word: WordScore) => number,
): BarChart {
  return {
    kind: 'bars',
    title,
    categories: (layers[0]?.words ?? []).map(({ word }) => word),
    y: { name: title },
    series: Object.fromEntries(
      layers.map(({ model, layer, words }) => [nameOf({ model, layer }), words.map(value)]),
    ),
  };
}

export const context: Experiment = {
  name: 'context',
  question: 'Does context tell the senses of a word apart? Word vectors against encoder states',
  minutes: { small: 0.5, full: 1 },
  async perform(run) {
    const found: Measured[] = [];
    for (const name of MODELS) {
      found.push(await run.stage(name, (progress) => measure(run, name, progress)));
    }
    const layers = found.flatMap((item) => item.layers);
    const drawn = found.flatMap((item, i) =>
      item.drawn.map((plane, k) => [`${MODELS[i]}-${k + 1}`, plane] as const),
    );
    const charts = {
      silhouettes: chart('silhouette of senses', layers, (word) => word.silhouette),
      neighbours: chart('right by nearest neighbour', layers, (word) => word.neighbours),
      ...Object.fromEntries(drawn),
    };
    return { result: { layers }, charts, report: report(layers) };
  },
};
