/**
 * Adjectives with their French forms, place in the noun phrase and the nouns they go with.
 * Ordinals (the third house) are adjectives too; in dates they are numbers, see calendar.ts.
 */
import { defined } from '../core/errors';
import { frenchFeminine, frenchPlural } from './spelling';
import type { Adjective, NounKind } from './types';

const solid: readonly NounKind[] = ['clothing', 'thing', 'opening', 'furniture', 'vehicle'];
const anything: readonly NounKind[] = [
  'person',
  'animal',
  'food',
  'text',
  'place',
  'light',
  ...solid,
];
const living: readonly NounKind[] = ['person', 'animal'];
const coloured: readonly NounKind[] = ['animal', 'light', ...solid];
const edible: readonly NounKind[] = ['food', 'dish', 'drink'];

/**
 * `french` is 'masculine/feminine/masculine plural/before a vowel', from left as far as irregular.
 */
function adjective(
  lemma: string,
  french: string,
  kinds: readonly NounKind[],
  options: { precedes?: boolean; onlyAttributive?: boolean; gradable?: boolean } = {},
): Adjective {
  const [first, feminine, plural, beforeVowel] = french.split('/');
  const un = defined(first, 'adjective');
  const [une, des] = [feminine ?? frenchFeminine(un), plural ?? frenchPlural(un)];
  return {
    lemma,
    french: {
      m: { singular: un, plural: des },
      f: { singular: une, plural: frenchPlural(une) },
    },
    beforeVowel: beforeVowel ?? un,
    precedes: options.precedes ?? false,
    kinds,
    onlyAttributive: options.onlyAttributive ?? false,
    gradable: options.gradable ?? true,
  };
}

const before = { precedes: true };
const plain = { gradable: false };
const side = { onlyAttributive: true };

/** Stand before the French noun. */
export const preposed: readonly Adjective[] = [
  adjective('small', 'petit', anything, before),
  adjective('big', 'grand', anything, before),
  adjective('beautiful', 'beau/belle/beaux/bel', anything, before),
  adjective(
    'old',
    'vieux/vieille/vieux/vieil',
    ['person', 'animal', 'text', 'place', ...solid],
    before,
  ),
  adjective('new', 'nouveau/nouvelle/nouveaux/nouvel', ['text', 'place', ...solid], before),
  adjective('good', 'bon/bonne', ['text', ...edible, 'person'], before),
  adjective('bad', 'mauvais', ['text', ...edible], before),
  adjective('young', 'jeune', living, before),
];

/** Stand after the French noun. */
export const postposed: readonly Adjective[] = [
  adjective('black', 'noir', coloured, plain),
  adjective('white', 'blanc/blanche', coloured, plain),
  adjective('red', 'rouge', coloured, plain),
  adjective('green', 'vert', coloured, plain),
  adjective('blue', 'bleu', coloured, plain),
  { ...adjective('orange', 'orange', coloured, plain), french: invariable('orange') },
  adjective('heavy', 'lourd', [...solid, 'text']),
  adjective('light', 'léger', [...solid, 'text']),
  adjective('expensive', 'cher', ['text', ...solid, ...edible]),
  adjective('happy', 'heureux', living),
  adjective('sad', 'triste', living),
  adjective('sick', 'malade', living),
  adjective('tired', 'fatigué', living),
  adjective('rich', 'riche', ['person', 'place']),
  adjective('dangerous', 'dangereux', ['animal', 'vehicle', 'place']),
  adjective('strange', 'étrange', [...living, 'text', 'place', 'light']),
  adjective('cold', 'froid', ['dish', 'drink', 'food']),
  adjective('hot', 'chaud', ['dish', 'drink', 'food']),
  adjective('empty', 'vide', ['opening', 'furniture', 'vehicle', 'place'], plain),
  adjective('left', 'gauche', ['opening', 'clothing'], side),
  adjective('right', 'droit', ['opening', 'clothing'], side),
];

function invariable(form: string): Adjective['french'] {
  const forms = { singular: form, plural: form };
  return { m: forms, f: forms };
}

/** Only with 'the' and a singular noun. */
export const ordinals: readonly Adjective[] = [
  adjective('first', 'premier', anything, before),
  adjective('second', 'deuxième', anything, before),
  adjective('third', 'troisième', anything, before),
  adjective('fourth', 'quatrième', anything, before),
  adjective('fifth', 'cinquième', anything, before),
  adjective('sixth', 'sixième', anything, before),
  adjective('seventh', 'septième', anything, before),
  adjective('eighth', 'huitième', anything, before),
  adjective('ninth', 'neuvième', anything, before),
  adjective('tenth', 'dixième', anything, before),
];

/** True when the adjective sounds and spells the same in both genders: safe with 'i' and 'we'. */
export function hasOneGender(adjective: Adjective): boolean {
  return adjective.french.m.singular === adjective.french.f.singular;
}
