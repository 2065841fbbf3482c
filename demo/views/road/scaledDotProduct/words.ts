/** The words of the figure of scaled dot-product attention. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Scaled dot-product attention',
  text: 'All words ask at once. The product QKᵀ holds how well each query (a row) fits each key (a column); divided by √d and put through softmax row by row, it becomes the weights. Without the division the products are so large that softmax gives nearly everything to one word.',
  paper: 'Vaswani et al. 2017, section 3.2.1',
  notice:
    'Switch √d off: nearly every row of A turns into all or nothing, and the bars of the gradient shrink. Where one word takes everything, a small change of the scores changes nothing, so that little can be learnt there. This network was trained with √d: what you see without it is the effect on the weights, not what another network would have learnt.',
  place: 'Attention',
  head: 'Head',
  places: {
    encoder: (layer: number) => `encoder, layer ${layer}`,
    decoder: (layer: number) => `decoder, layer ${layer}`,
  },
  scaled: 'divide by √d',
  masked: 'causal mask: no word sees a later one',
  temperature: 'Temperature T',
  products: 'QKᵀ',
  scores: (settings: { isScaled: boolean; isMasked: boolean; temperature: string }) =>
    [
      settings.isScaled ? 'S: divided by √d' : 'S: not divided by √d',
      ...(settings.temperature === '1.0' ? [] : [`divided by T = ${settings.temperature}`]),
      ...(settings.isMasked ? ['later words masked with −∞'] : []),
    ].join(', '),
  weights: 'A: softmax of each row of S',
  measures: 'How spread each row is, and how much gradient passes',
  word: 'word',
  entropy: 'entropy (bits)',
  gradient: 'gradient',
  gradientHint:
    'The entropy is 0 where one word takes everything. The gradient is the norm of the derivatives of a row’s weights by its scores; it is at most ½.',
  ghost: (isScaled: boolean) =>
    `The thin marks show the same row ${isScaled ? 'without' : 'with'} √d.`,
  mean: 'mean',
  meanWith: 'mean, with √d',
  meanWithout: 'mean, without √d',
  own: (difference: string) =>
    `These are the settings of the network itself. The weights that the GPU computed differ from these by at most ${difference}.`,
  other: 'These are not the settings that the network was trained with.',
  empty: 'Type at least one word above.',
};

const fr: typeof en = {
  title: 'L’attention par produit scalaire normalisé',
  text: 'Tous les mots demandent en même temps. Le produit QKᵀ contient l’accord de chaque requête (une ligne) avec chaque clé (une colonne) ; divisé par √d, puis passé ligne par ligne dans softmax, il devient les poids. Sans la division, les produits sont si grands que softmax donne presque tout à un seul mot.',
  paper: 'Vaswani et al. 2017, section 3.2.1',
  notice:
    'Désactivez √d : les lignes de softmax deviennent presque tout ou rien, et les barres du gradient rétrécissent. Là où un mot prend tout, un petit changement des scores ne change rien : on n’y apprend presque plus. Ce réseau a été entraîné avec √d ; ce que l’on voit sans elle est l’effet sur les poids, non ce qu’un autre réseau aurait appris.',
  place: 'Attention',
  head: 'Tête',
  places: {
    encoder: (layer) => `encodeur, couche ${layer}`,
    decoder: (layer) => `décodeur, couche ${layer}`,
  },
  scaled: 'diviser par √d',
  masked: 'masque causal : aucun mot ne voit ceux qui le suivent',
  temperature: 'Température T',
  products: 'QKᵀ',
  scores: ({ isScaled, isMasked, temperature }) =>
    [
      isScaled ? 'S : divisé par √d' : 'S : non divisé par √d',
      ...(temperature === '1,0' ? [] : [`divisé par T = ${temperature}`]),
      ...(isMasked ? ['mots suivants masqués par −∞'] : []),
    ].join(', '),
  weights: 'A : softmax de chaque ligne de S',
  measures: 'L’étalement de chaque ligne, et le gradient qui passe',
  word: 'mot',
  entropy: 'entropie (bits)',
  gradient: 'gradient',
  gradientHint:
    'L’entropie vaut 0 là où un mot prend tout. Le gradient est la norme des dérivées des poids d’une ligne par rapport à ses scores ; il vaut au plus ½.',
  ghost: (isScaled) => `Les traits fins montrent la même ligne ${isScaled ? 'sans' : 'avec'} √d.`,
  mean: 'moyenne',
  meanWith: 'moyenne, avec √d',
  meanWithout: 'moyenne, sans √d',
  own: (difference) =>
    `Ce sont les réglages du réseau lui-même. Les poids calculés par le GPU diffèrent de ceux-ci d’au plus ${difference}.`,
  other: 'Ce ne sont pas les réglages avec lesquels le réseau a été entraîné.',
  empty: 'Tapez au moins un mot ci-dessus.',
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
