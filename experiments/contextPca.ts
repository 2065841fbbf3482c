/**
 * What does seq2seq's context vector represent (figure 2 of Sutskever et al. 2014)? For events in
 * active and passive voice and with agent and patient exchanged: are sentences of the same meaning
 * nearer to each other than sentences of the same words in another order, which a bag of words
 * cannot distinguish?
 */
import { random } from 'qkv/cpu';
import type { Captured } from 'qkv/inspect';
import type { Pair } from 'qkv/text';
import { type Telling, type ToyEvent, tellingsOf, toyEvents } from 'qkv/toy';
import type { BarChart, Chart } from '../tools/lib/charts';
import { capture } from './lib/capture';
import { type Experiment, type Report, type Run, textTable } from './lib/experiment';
import { planeChart } from './lib/plane';
import {
  distancesOf,
  meanDistances,
  meanOf,
  neighbourAccuracy,
  silhouette,
} from './lib/separation';
import { obtain } from './lib/trained';

const EVENTS = { small: 12, full: 300 } as const;

/** The encoder's final states of all layers. */
const STATES = 'encoder.final_{hidden,cell}_l*';

/**
 * Events in the charts: all events between these two nouns, and events of this verb between these
 * pairs.
 */
const DRAWN_NOUNS = ['cat', 'dog'];
const DRAWN_VERB = 'see';
const DRAWN_PAIRS = [
  ['boy', 'horse'],
  ['cat', 'dog'],
  ['king', 'bird'],
];

/** Number of sentences of an event. */
type Tellings = readonly Telling[];

/** A vector for each sentence, with the four sentences of each event in order. */
type Vectors = readonly (readonly number[])[];

interface Score {
  readonly vectors: string;
  /** Mean distance to the sentence of the same meaning in the other voice. */
  readonly sameMeaning: number;
  /** Mean distance to the sentence of the same words with agent and patient exchanged. */
  readonly sameWords: number;
  /** Mean distance to the sentence with the same order of nouns, whose voice and meaning differ. */
  readonly sameOrder: number;
  /** Fraction of sentences nearest to the one of the same meaning; chance is a third. */
  readonly nearest: number;
  /** Mean silhouette of the two meanings of an event. */
  readonly silhouette: number;
}

/** The states of the last layer, or of all layers. */
function stateOf(captured: Captured | undefined, isLastOnly: boolean): readonly number[] {
  const names = [...(captured?.keys() ?? [])];
  const layerOf = (name: string) => Number(/_l(\d+)$/.exec(name)?.[1]);
  const last = Math.max(...names.map(layerOf));
  const taken = names.filter((name) => !isLastOnly || layerOf(name) === last);
  return taken.flatMap((name) => Array.from(captured?.get(name)?.data ?? []));
}

/** Bag-of-words vectors of the sentences. */
function bagsOf(pairs: readonly Pair[]): Vectors {
  const words = [...new Set(pairs.flatMap(({ source }) => source))];
  return pairs.map(({ source }) =>
    words.map((word) => source.filter((other) => other === word).length),
  );
}

/** The first noun: the agent in the active voice, the patient in the passive. */
function firstNoun({ doer, voice }: Telling, nouns: readonly string[]): string {
  return voice === 'active' ? doer : (nouns.find((noun) => noun !== doer) ?? doer);
}

function score(name: string, events: readonly Tellings[], vectors: Vectors): Score {
  const each = events.map((tellings, event) => {
    const own = vectors.slice(event * tellings.length, (event + 1) * tellings.length);
    const distances = distancesOf(own);
    const meanings = tellings.map(({ doer }) => doer);
    const within = (labels: readonly string[]) => meanDistances(distances, labels).within;
    return {
      sameMeaning: within(meanings),
      sameWords: within(tellings.map(({ voice }) => voice)),
      sameOrder: within(tellings.map((telling) => firstNoun(telling, meanings))),
      nearest: neighbourAccuracy(distances, meanings),
      silhouette: silhouette(distances, meanings),
    };
  });
  const mean = (value: (item: (typeof each)[number]) => number) => meanOf(each.map(value));
  return {
    vectors: name,
    sameMeaning: mean((item) => item.sameMeaning),
    sameWords: mean((item) => item.sameWords),
    sameOrder: mean((item) => item.sameOrder),
    nearest: mean((item) => item.nearest),
    silhouette: mean((item) => item.silhouette),
  };
}

function isOf({ nouns }: ToyEvent, lemmas: readonly string[]): boolean {
  return nouns.every(({ lemma }) => lemmas.includes(lemma));
}

async function measure(run: Run, report: Report) {
  const trained = await obtain(run, 'toy-seq2seq');
  const events = toyEvents();
  const present = events.filter(({ tense }) => tense === 'present');
  const sample = random(run.seed).shuffle(events).slice(0, EVENTS[run.size]);
  const ofNouns = present.filter((event) => isOf(event, DRAWN_NOUNS));
  const ofVerb = present.filter(
    (event) => event.verb.lemma === DRAWN_VERB && DRAWN_PAIRS.some((lemmas) => isOf(event, lemmas)),
  );
  const told = [...sample, ...ofNouns, ...ofVerb].map(tellingsOf);
  const pairs = told.flat().map(({ pair }) => pair);
  const captured = await capture(run.device, trained, pairs, STATES, report);
  const last = captured.map((sentence) => stateOf(sentence, true));
  const all = captured.map((sentence) => stateOf(sentence, false));
  const scored = told.slice(0, sample.length);
  const vectorOf = new Map(told.flat().map((telling, i) => [telling, last[i] ?? []]));
  const items = (part: readonly Tellings[], groupOf: (telling: Telling, all: Tellings) => string) =>
    part.flatMap((tellings) =>
      tellings.map((telling) => ({
        vector: vectorOf.get(telling) ?? [],
        label: telling.pair.source.join(' '),
        group: groupOf(telling, tellings),
      })),
    );
  const [order, voice] = [told.slice(sample.length, -ofVerb.length), told.slice(-ofVerb.length)];
  return {
    scores: [
      score('state of the last layer', scored, last),
      score('states of all layers', scored, all),
      score('bag of words', scored, bagsOf(pairs)),
    ],
    charts: {
      order: await planeChart(
        run.device,
        'State after the sentence, by who does it',
        items(order, (telling) => `the ${telling.doer}, ${telling.voice}`),
      ),
      voice: await planeChart(
        run.device,
        'State after the sentence, by its meaning',
        items(voice, ({ doer }, tellings) => {
          const active = tellings.find((item) => item.doer === doer && item.voice === 'active');
          return active?.pair.source.join(' ') ?? doer;
        }),
      ),
    },
  };
}

/** Distances to the other sentences of an event, relative to their mean. */
function chart(scores: readonly Score[]): BarChart {
  return {
    kind: 'bars',
    title: "Distance to an event's other tellings",
    categories: ['same meaning, other voice', 'same words, other meaning', 'same order of nouns'],
    y: { name: 'part of the mean of the three' },
    series: Object.fromEntries(
      scores.map(({ vectors, sameMeaning, sameWords, sameOrder }) => {
        const three = [sameMeaning, sameWords, sameOrder];
        return [vectors, three.map((distance) => distance / meanOf(three))];
      }),
    ),
  };
}

function report(scores: readonly Score[]): string {
  return textTable([
    ['distance to', 'same meaning', 'same words', 'same order', 'nearest means it', 'silhouette'],
    ...scores.map(({ vectors, ...score }) => [
      vectors,
      ...[score.sameMeaning, score.sameWords, score.sameOrder].map((value) => value.toFixed(3)),
      score.nearest.toFixed(3),
      score.silhouette.toFixed(3),
    ]),
    ['a guess', '', '', '', (1 / 3).toFixed(3), ''],
  ]);
}

export const contextPca: Experiment = {
  name: 'context-pca',
  question:
    "Does seq2seq's one vector hold meaning or words? Voices and word order in two dimensions",
  minutes: { small: 0.2, full: 0.5 },
  async perform(run) {
    const { scores, charts } = await run.stage('states', (progress) => measure(run, progress));
    const all: Readonly<Record<string, Chart>> = { distances: chart(scores), ...charts };
    return { result: { scores }, charts: all, report: report(scores) };
  },
};
