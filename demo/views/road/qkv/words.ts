/** The words of the figure of queries, keys and values. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Queries, keys, values',
  text: 'Each word asks a question, its query. Each word also has a key, which says what it can answer, and a value, the answer. How well a query fits a key decides how much of the value is taken.',
  paper: 'Vaswani et al. 2017, section 3.2.1',
  notice:
    'Every number from the third step on is computed in this page from the q, k and v that the GPU gave, in double precision. Choose another word: only its query changes. In the decoder a word sees no later one.',
  place: 'Attention',
  head: 'Head',
  query: 'The word that asks',
  places: {
    encoder: (layer: number) => `encoder, layer ${layer}`,
    decoder: (layer: number) => `decoder, layer ${layer}`,
    cross: (layer: number) => `decoder to encoder, layer ${layer}`,
  },
  steps: [
    'The query q of the word that asks',
    'The keys k of all words',
    'q · k: how well each key fits',
    'divided by √d, so that softmax is not saturated',
    'softmax: parts that sum to 1',
    'The values v, each by its part, summed to the context c',
  ],
  heads: {
    word: 'word',
    key: 'k',
    product: 'q · k',
    scaled: '÷ √d',
    weight: 'softmax',
    value: 'v',
  },
  context: 'c: what the word takes along',
  hidden: 'not seen: a later word',
  agreement: (difference: string) =>
    `The weights that the GPU computed differ from these by at most ${difference}.`,
};

const fr: typeof en = {
  title: 'Requêtes, clés, valeurs',
  text: 'Chaque mot pose une question, sa requête. Chaque mot a aussi une clé, qui dit à quoi il peut répondre, et une valeur, la réponse. L’accord d’une requête et d’une clé décide de la part de la valeur qui est prise.',
  paper: 'Vaswani et al. 2017, section 3.2.1',
  notice:
    'À partir de la troisième étape, chaque nombre est calculé dans cette page, en double précision, à partir des q, k et v donnés par le GPU. Choisissez un autre mot : seule sa requête change. Dans le décodeur un mot ne voit pas ceux qui le suivent.',
  place: 'Attention',
  head: 'Tête',
  query: 'Le mot qui demande',
  places: {
    encoder: (layer) => `encodeur, couche ${layer}`,
    decoder: (layer) => `décodeur, couche ${layer}`,
    cross: (layer) => `du décodeur à l’encodeur, couche ${layer}`,
  },
  steps: [
    'La requête q du mot qui demande',
    'Les clés k de tous les mots',
    'q · k : l’accord avec chaque clé',
    'divisé par √d, pour que softmax ne sature pas',
    'softmax : des parts dont la somme est 1',
    'Les valeurs v, chacune selon sa part, sommées en un contexte c',
  ],
  heads: { word: 'mot', key: 'k', product: 'q · k', scaled: '÷ √d', weight: 'softmax', value: 'v' },
  context: 'c : ce que le mot emporte',
  hidden: 'invisible : un mot qui suit',
  agreement: (difference) =>
    `Les poids calculés par le GPU diffèrent de ceux-ci d’au plus ${difference}.`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
