/** The corpora whose sentences the landing view translates, each with its models, as plain data. */
import { EXAMPLES, FIRST_MODEL, MODELS, type ModelInfo } from './models';

export type CorpusName = 'grammar' | 'everyday';

/** What models were trained on. */
export interface Corpus {
  readonly name: CorpusName;
  /** Its models, in historical order. */
  readonly models: readonly ModelInfo[];
  /** The model that is shown in detail. */
  readonly first: string;
  /** English sentences to begin with. */
  readonly examples: readonly string[];
  /** The most words of a sentence that its models were trained on, where longer ones are split. */
  readonly longest?: number;
}

const EVERYDAY = 'everyday-transformer';

/** The models that translate everyday English, by the model of the grammar of the same generation. */
const EVERYDAY_MODELS: Readonly<Record<string, string>> = {
  'toy-seq2seq': 'toy-seq2seq',
  'toy-bahdanau': 'everyday-bahdanau',
  'toy-transformer': EVERYDAY,
};

export const CORPORA: Readonly<Record<CorpusName, Corpus>> = {
  grammar: {
    name: 'grammar',
    models: MODELS,
    first: FIRST_MODEL,
    examples: EXAMPLES.map(([english]) => english),
  },
  everyday: {
    name: 'everyday',
    // One vector has no model of everyday English: its column shows what the grammar's makes of it.
    models: MODELS.flatMap((model) => {
      const name = EVERYDAY_MODELS[model.name];
      return name === undefined ? [] : [{ ...model, name, generation: model.name }];
    }),
    first: EVERYDAY,
    examples: [
      'I am hungry, where is my car?',
      'I don’t know what to say.',
      'She is afraid of the dark.',
      'Can you help me, please?',
      'I was tired because the train was late, so I went home and slept.',
    ],
    longest: 7,
  },
};

/** All models of the page. */
export const ALL_MODELS: readonly ModelInfo[] = [
  ...new Map(
    Object.values(CORPORA).flatMap(({ models }) => models.map((model) => [model.name, model])),
  ).values(),
];

/** The corpus that a model was trained on; undefined for models that are not the page's. */
export function corpusOf(model: string): Corpus | undefined {
  return Object.values(CORPORA).find(({ models }) => models.some(({ name }) => name === model));
}
