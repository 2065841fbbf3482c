/**
 * Nouns: English 'singular/plural' where irregular, French likewise, gender and semantic class.
 * Persons have one gender each in both languages, so that no reader has to guess it.
 */
import { defined } from '../core/errors';
import { englishS, frenchPlural } from './spelling';
import type { Gender, Name, Noun, NounKind } from './types';

function noun(english: string, french: string, gender: Gender, kind: NounKind): Noun {
  const [singular, plural] = english.split('/');
  const [singulier, pluriel] = french.split('/');
  const [one, un] = [defined(singular, 'noun'), defined(singulier, 'nom')];
  return {
    lemma: one,
    english: { singular: one, plural: plural ?? englishS(one) },
    french: { singular: un, plural: pluriel ?? frenchPlural(un) },
    gender,
    kind,
    countable: true,
  };
}

function mass(english: string, french: string, gender: Gender, kind: NounKind): Noun {
  return {
    ...noun(`${english}/${english}`, `${french}/${french}`, gender, kind),
    countable: false,
  };
}

export const nouns: readonly Noun[] = [
  noun('boy', 'garçon', 'm', 'person'),
  noun('girl', 'fille', 'f', 'person'),
  noun('man/men', 'homme', 'm', 'person'),
  noun('woman/women', 'femme', 'f', 'person'),
  noun('child/children', 'enfant', 'm', 'person'),
  noun('king', 'roi', 'm', 'person'),
  noun('queen', 'reine', 'f', 'person'),
  noun('father', 'père', 'm', 'person'),
  noun('mother', 'mère', 'f', 'person'),
  noun('brother', 'frère', 'm', 'person'),
  noun('sister', 'sœur', 'f', 'person'),
  noun('uncle', 'oncle', 'm', 'person'),
  noun('aunt', 'tante', 'f', 'person'),
  noun('actress', 'actrice', 'f', 'person'),
  noun('cat', 'chat', 'm', 'animal'),
  noun('dog', 'chien', 'm', 'animal'),
  noun('bird', 'oiseau', 'm', 'animal'),
  noun('horse', 'cheval', 'm', 'animal'),
  noun('cow', 'vache', 'f', 'animal'),
  noun('mouse/mice', 'souris', 'f', 'animal'),
  noun('bear', 'ours', 'm', 'animal'),
  noun('owl', 'hibou/hiboux', 'm', 'animal'),
  noun('turtle', 'tortue', 'f', 'animal'),
  noun('bee', 'abeille', 'f', 'animal'),
  noun('apple', 'pomme', 'f', 'food'),
  noun('cake', 'gâteau', 'm', 'food'),
  noun('egg', 'œuf', 'm', 'food'),
  noun('orange', 'orange', 'f', 'food'),
  noun('tomato/tomatoes', 'tomate', 'f', 'food'),
  mass('bread', 'pain', 'm', 'dish'),
  mass('cheese', 'fromage', 'm', 'dish'),
  mass('meat', 'viande', 'f', 'dish'),
  mass('soup', 'soupe', 'f', 'dish'),
  mass('water', 'eau', 'f', 'drink'),
  mass('milk', 'lait', 'm', 'drink'),
  mass('coffee', 'café', 'm', 'drink'),
  mass('beer', 'bière', 'f', 'drink'),
  mass('wine', 'vin', 'm', 'drink'),
  noun('book', 'livre', 'm', 'text'),
  noun('letter', 'lettre', 'f', 'text'),
  noun('newspaper', 'journal', 'm', 'text'),
  noun('story', 'histoire', 'f', 'text'),
  noun('hat', 'chapeau', 'm', 'clothing'),
  noun('dress', 'robe', 'f', 'clothing'),
  noun('shirt', 'chemise', 'f', 'clothing'),
  noun('coat', 'manteau', 'm', 'clothing'),
  noun('shoe', 'chaussure', 'f', 'clothing'),
  noun('key', 'clé', 'f', 'thing'),
  noun('watch', 'montre', 'f', 'thing'),
  noun('knife/knives', 'couteau', 'm', 'thing'),
  noun('flower', 'fleur', 'f', 'thing'),
  noun('glass', 'verre', 'm', 'thing'),
  noun('door', 'porte', 'f', 'opening'),
  noun('window', 'fenêtre', 'f', 'opening'),
  noun('box', 'boîte', 'f', 'opening'),
  noun('bag', 'sac', 'm', 'opening'),
  noun('table', 'table', 'f', 'furniture'),
  noun('chair', 'chaise', 'f', 'furniture'),
  noun('bed', 'lit', 'm', 'furniture'),
  noun('tree', 'arbre', 'm', 'furniture'),
  noun('car', 'voiture', 'f', 'vehicle'),
  noun('boat', 'bateau', 'm', 'vehicle'),
  noun('train', 'train', 'm', 'vehicle'),
  noun('house', 'maison', 'f', 'place'),
  noun('garden', 'jardin', 'm', 'place'),
  noun('school', 'école', 'f', 'place'),
  noun('church', 'église', 'f', 'place'),
  noun('city', 'ville', 'f', 'place'),
  noun('castle', 'château', 'm', 'place'),
  noun('forest', 'forêt', 'f', 'place'),
  noun('hotel', 'hôtel', 'm', 'place'),
  noun('light', 'lumière', 'f', 'light'),
];

function name(english: string, french: string, gender: Gender, kind: Name['kind']): Name {
  return { english, french, gender, kind };
}

export const people: readonly Name[] = [
  name('marie', 'marie', 'f', 'person'),
  name('anna', 'anna', 'f', 'person'),
  name('julie', 'julie', 'f', 'person'),
  name('paul', 'paul', 'm', 'person'),
  name('victor', 'victor', 'm', 'person'),
  name('thomas', 'thomas', 'm', 'person'),
];

export const placeNames: readonly Name[] = [
  name('paris', 'paris', 'm', 'city'),
  name('london', 'londres', 'm', 'city'),
  name('france', 'france', 'f', 'country'),
  name('italy', 'italie', 'f', 'country'),
  name('canada', 'canada', 'm', 'country'),
  name('japan', 'japon', 'm', 'country'),
];

/** Objects of 'play': games, with 'à' in French, and instruments, with 'de'. */
export interface Pastime {
  readonly english: readonly string[];
  readonly french: readonly string[];
}

function pastime(english: string, french: string): Pastime {
  return { english: english.split(' '), french: french.split(' ') };
}

export const pastimes: readonly Pastime[] = [
  pastime('football', 'à le football'),
  pastime('chess', 'à les échecs'),
  pastime('cards', 'à les cartes'),
  pastime('the piano', 'de le piano'),
  pastime('the violin', 'de le violon'),
  pastime('the guitar', 'de la guitare'),
];
