/** The words of the figure of positions. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'Positions',
  text: 'Attention sees a set of words, not a row: it would not notice if they changed places. So a vector that depends on the place alone is added to each word. It is made of waves, from very short to very long ones, like the hands of many clocks: together they tell each place from all others.',
  paper: 'Vaswani et al. 2017, section 3.5',
  notice:
    'The dot product of two places depends only on how far apart they are: along each diagonal the colour is the same. Below, switch the positions off: the encoder then gives each word exactly the same vector in whatever order the words stand, and even the translation of the shuffled sentence stays the same. The small distances that are left are rounding errors.',
  tableTitle: 'Waves',
  base: 'Base b',
  size: 'Size d',
  length: 'Places',
  waves: (size: number) =>
    `A row for each place, a column for each of the ${size} numbers: short waves on the left, long ones on the right`,
  products: 'Dot products of all pairs of places, divided by d/2',
  byDistance: 'The same by distance',
  distance: 'distance of the places',
  product: 'dot product ÷ (d/2)',
  place: (place: number) => `place ${place}`,
  orderTitle: 'Your sentence in another order',
  shuffle: 'Shuffle again',
  inOrder: 'Back in order',
  positions: 'Positions of the English words',
  on: 'on',
  off: 'off',
  permutation: 'The words as they are, above, and in the order that is read, below',
  column: {
    word: 'word',
    places: 'place',
    distance: 'distance of its two vectors',
  },
  mean: (on: string, off: string) =>
    `On average the two vectors of a word are ${on} apart with positions, and ${off} without.`,
  translations: {
    inOrder: 'in order',
    shuffled: 'shuffled',
  },
  same: 'Both orders have the same translation.',
  different: 'The two orders have different translations.',
};

export type PositionWords = typeof en;

const fr: PositionWords = {
  title: 'Les positions',
  text: 'L’attention voit un ensemble de mots, et non une suite : elle ne remarquerait pas qu’ils changent de place. On ajoute donc à chaque mot un vecteur qui ne dépend que de sa place. Il est fait d’ondes, des plus courtes aux plus longues, comme les aiguilles de nombreuses horloges : ensemble, elles distinguent chaque place de toutes les autres.',
  paper: 'Vaswani et al. 2017, section 3.5',
  notice:
    'Le produit scalaire de deux places ne dépend que de leur écart : le long de chaque diagonale, la couleur est la même. En bas, éteignez les positions : l’encodeur donne alors à chaque mot exactement le même vecteur, quel que soit l’ordre des mots, et même la traduction de la phrase mélangée reste la même. Les petites distances qui restent sont des erreurs d’arrondi.',
  tableTitle: 'Les ondes',
  base: 'Base b',
  size: 'Taille d',
  length: 'Places',
  waves: (size) =>
    `Une ligne par place, une colonne par nombre (il y en a ${size}) : les ondes courtes à gauche, les longues à droite`,
  products: 'Produits scalaires de toutes les paires de places, divisés par d/2',
  byDistance: 'Les mêmes selon l’écart',
  distance: 'écart des places',
  product: 'produit scalaire ÷ (d/2)',
  place: (place) => `place ${place}`,
  orderTitle: 'Votre phrase dans un autre ordre',
  shuffle: 'Mélanger encore',
  inOrder: 'Remettre en ordre',
  positions: 'Positions des mots anglais',
  on: 'allumées',
  off: 'éteintes',
  permutation: 'Les mots tels quels, en haut, et dans l’ordre qui est lu, en bas',
  column: {
    word: 'mot',
    places: 'place',
    distance: 'distance de ses deux vecteurs',
  },
  mean: (on, off) =>
    `En moyenne, les deux vecteurs d’un mot sont distants de ${on} avec les positions, et de ${off} sans elles.`,
  translations: {
    inOrder: 'en ordre',
    shuffled: 'mélangée',
  },
  same: 'Les deux ordres ont la même traduction.',
  different: 'Les deux ordres ont des traductions différentes.',
};

export const WORDS: Readonly<Record<Language, PositionWords>> = { en, fr };
