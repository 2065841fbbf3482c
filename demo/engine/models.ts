/** The models that the page offers, in historical order, as plain data. */

/** A model of the page. */
export interface ModelInfo {
  /** Its folder in models/. */
  readonly name: string;
  /** The name of the model of the same generation in MODELS, for one of another corpus. */
  readonly generation?: string;
  readonly year: number | undefined;
  /** Where its generation comes from, with a link. */
  readonly paper?: { readonly authors: string; readonly url: string };
}

export const MODELS: readonly ModelInfo[] = [
  {
    name: 'toy-seq2seq',
    year: 2014,
    paper: { authors: 'Sutskever, Vinyals, Le', url: 'https://arxiv.org/abs/1409.3215' },
  },
  {
    name: 'toy-bahdanau',
    year: 2015,
    paper: { authors: 'Bahdanau, Cho, Bengio', url: 'https://arxiv.org/abs/1409.0473' },
  },
  {
    name: 'toy-transformer',
    year: 2017,
    paper: { authors: 'Vaswani et al.', url: 'https://arxiv.org/abs/1706.03762' },
  },
];

/** The address of a model's folder, which ends in a slash. */
export function modelFolder(name: string): string {
  return new URL(`models/${name}/`, document.baseURI).href;
}

/** The model that is loaded first, and shown in detail. */
export const FIRST_MODEL = 'toy-transformer';

/**
 * Sentences of the grammar with their translations, none of them used in training. The page begins
 * with the first one, which one vector does not hold.
 */
export const EXAMPLES: readonly (readonly [english: string, french: string])[] = [
  [
    'eight happy girls never visit france and the tired boy answers a tired girl',
    'huit filles heureuses ne visitent jamais la france et le garçon fatigué répond à une fille fatiguée',
  ],
  ['the small black cat sees a big house', 'le petit chat noir voit une grande maison'],
  [
    'the big bears that we loved were not black',
    "les grands ours que nous avons aimés n' étaient pas noirs",
  ],
  [
    'her tired sister never knows that a bee will dance',
    "sa sœur fatiguée ne sait jamais qu' une abeille dansera",
  ],
  ['which cheese do the kings sell ?', 'quel fromage est-ce que les rois vendent ?'],
];
