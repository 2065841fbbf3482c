/** The words of the figure of one-hot vectors. */
import type { Language } from '../../../state/settings';

const en = {
  title: 'One-hot',
  text: 'The simplest vector of a word has a place for each word of the vocabulary: 1 at its own place, 0 everywhere else. Added up, the vectors of a sentence count its words: a bag of words.',
  paper: 'Harris 1954, “Distributional Structure”, the origin of the bag of words',
  notice:
    'The dot product of two different words is always 0: “girls” is as far from “girl” as from “never”, so nothing that is learnt of one word helps with another. And a bag does not know the order: shuffle the words, and the rows change places, but their sum stays the same. Whatever is computed from the bag cannot tell who answers whom.',
  products: 'Each word times each word',
  productsLabel: 'Dot products of the one-hot vectors of the words',
  first: 'A word',
  second: 'Another word',
  pair: 'The pair',
  terms: 'terms',
  result: (product: string, distance: string) =>
    `The terms sum to ${product}. Their distance is ${distance}.`,
  right: 'They are at a right angle, as any two different words are.',
  same: 'It is the same word.',
  order: 'The sentence, word by word',
  shuffle: 'Shuffle the words',
  typed: 'As typed',
  rowsTyped: 'As typed',
  rowsShuffled: 'Shuffled',
  rowsLabel: (which: string) => `${which}: a row for each word of the sentence`,
  bag: 'The bag of words',
  bagLabel: 'How often each word occurs, in both orders',
  word: 'word',
  difference: 'difference',
  equal: (moved: string, words: string) =>
    `${moved} of ${words} words stand at another place; the bag is the same.`,
  empty: 'There is no word in the sentence: the first example is shown.',
  cut: (count: string) => `Only the first ${count} words are shown.`,
};

const fr: typeof en = {
  title: 'One-hot',
  text: 'Le vecteur le plus simple d’un mot a une place pour chaque mot du vocabulaire : 1 à la sienne, 0 partout ailleurs. La somme des vecteurs d’une phrase compte ses mots : c’est un sac de mots.',
  paper: 'Harris 1954, « Distributional Structure », d’où vient le sac de mots',
  notice:
    'Le produit scalaire de deux mots différents est toujours 0 : « girls » est aussi loin de « girl » que de « never », si bien que rien de ce qu’on apprend sur un mot ne sert pour un autre. Et un sac ignore l’ordre : mélangez les mots, et les lignes changent de place, mais leur somme reste la même. Rien de ce qu’on calcule à partir du sac ne peut dire qui répond à qui.',
  products: 'Chaque mot multiplié par chaque mot',
  productsLabel: 'Produits scalaires des vecteurs one-hot des mots',
  first: 'Un mot',
  second: 'Un autre mot',
  pair: 'La paire',
  terms: 'termes',
  result: (product, distance) =>
    `La somme des termes est ${product}. Leur distance est ${distance}.`,
  right: 'Ils sont à angle droit, comme deux mots différents quels qu’ils soient.',
  same: 'C’est le même mot.',
  order: 'La phrase, mot par mot',
  shuffle: 'Mélanger les mots',
  typed: 'Dans l’ordre',
  rowsTyped: 'Dans l’ordre',
  rowsShuffled: 'Mélangée',
  rowsLabel: (which) => `${which} : une ligne par mot de la phrase`,
  bag: 'Le sac de mots',
  bagLabel: 'Nombre d’occurrences de chaque mot, dans les deux ordres',
  word: 'mot',
  difference: 'différence',
  equal: (moved, words) => `${moved} mots sur ${words} ont changé de place ; le sac est le même.`,
  empty: 'La phrase n’a pas de mot : voici le premier exemple.',
  cut: (count) => `Seuls les ${count} premiers mots sont montrés.`,
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
