/**
 * What is in the one vector that seq2seq makes of a sentence (figure 2 of Sutskever et al. 2014)? Events
 * told in two voices and with the doer exchanged: are sentences of one meaning nearer to each other
 * than those of the same words in another order, which a bag of words cannot tell apart?
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

/** States after the last word, of every layer. */
const STATES = 'encoder.final_{hidden,cell}_l*';

/** Drawn: all that these two do to each other; and the verb, done by these pairs. */
const DRAWN_NOUNS = ['cat', 'dog'];
const DRAWN_VERB = 'see';
const DRAWN_PAIRS = [
  ['boy', 'horse'],
  ['cat', 'dog'],
  ['king', 'bird'],
];

/** Of one event. */
type Tellings = readonly Telling[];

/** A vector for each sentence: the four tellings of an event, then those of the next. */
type Vectors = readonly (readonly number[])[];

interface Score {
  readonly vectors: string;
  /** Mean distance to the sentence of the same meaning in the other voice. */
  readonly sameMeaning: number;
  /** To that of the same words, with the doer exchanged. */
  readonly sameWords: number;
  /** To that of the same order of nouns, which is of another voice and another meaning. */
  readonly sameOrder: number;
  /** Part of the sentences nearest to the one of the same meaning; a guess gets a third. */
  readonly nearest: number;
  /** Mean silhouette of the two meanings of an event. */
  readonly silhouette: number;
}

/** The last layer's states, or those of all. */
function stateOf(captured: Captured | undefined, isLastOnly: boolean): readonly number[] {
  const names = [...(captured?.keys() ?? [])];
  const layerOf = (name: string) => Number(/_l(\d+)$/.exec(name)?.[1]);
  const last = Math.max(...names.map(layerOf));
  const taken = names.filter((name) => !isLastOnly || layerOf(name) === last);
  return taken.flatMap((name) => Array.from(captured?.get(name)?.data ?? []));
}

/** How often each word of the sentences is in each. */
function bagsOf(pairs: readonly Pair[]): Vectors {
  const words = [...new Set(pairs.flatMap(({ source }) => source))];
  return pairs.map(({ source }) =>
    words.map((word) => source.filter((other) => other === word).length),
  );
}

/** The noun that comes first: the one that does it in the active voice, the other in the passive. */
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

/** Distances to an event's other tellings, as parts of their mean. */
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
