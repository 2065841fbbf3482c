/**
 * Draws noun phrases at random: noun of the classes asked for, number, determiner, adjectives,
 * owner. `room` is how much a phrase may grow: 0 is determiner and noun, 1 usual, 2 rich.
 */
import { ordinals, postposed, preposed } from './adjectives';
import type { Chooser } from './chooser';
import { nouns, people } from './nouns';
import { numerals } from './particles';
import type { AdjectiveNode, Determiner, DeterminerKind, Nominal, NounPhrase } from './tree';
import type { Adjective, Noun, NounKind } from './types';

export interface NominalOptions {
  readonly kinds: readonly NounKind[];
  readonly room: number;
  /**
   * The role, which determines the possible determiners; 'place' is for any noun after a
   * preposition.
   */
  readonly role: 'subject' | 'object' | 'place';
  /** Lemma of the verb or predicate adjective the noun is combined with. */
  readonly partner?: string | undefined;
  /** Object of a negated verb: only articles that have a natural negation. */
  readonly negated?: boolean;
  /** Object of 'love' or 'know': no 'a', numbers or amounts. */
  readonly generic?: boolean;
}

const nounsByKinds = new Map<readonly NounKind[], readonly Noun[]>();

function nounsOf(kinds: readonly NounKind[]): readonly Noun[] {
  const found = nounsByKinds.get(kinds) ?? nouns.filter(({ kind }) => kinds.includes(kind));
  nounsByKinds.set(kinds, found);
  return found;
}

/** Draws a noun that the split may combine with the partner. */
function pickNoun(chooser: Chooser, kinds: readonly NounKind[], partner?: string): Noun {
  return chooser.until(() => {
    const noun = chooser.pick(nounsOf(kinds));
    return partner === undefined || chooser.allows(partner, noun.lemma) ? noun : undefined;
  });
}

type Weights = readonly (readonly [number, DeterminerKind | 'number'])[];

const possessives: Weights = [
  [3, 'my'],
  [3, 'his'],
  [3, 'her'],
  [3, 'our'],
  [3, 'their'],
];
const amounts: Weights = [
  [6, 'several'],
  [22, 'number'],
];
const definiteSingular: Weights = [[34, 'the'], [6, 'this'], ...possessives];
const singular: Weights = [[24, 'a'], ...definiteSingular];
const singularSubject: Weights = [[5, 'every'], [4, 'no'], ...singular];
const definitePlural: Weights = [[18, 'the'], [9, 'this'], ...possessives];
const quantities: Weights = [[7, 'all'], [6, 'many'], [6, 'some'], ...amounts];
const definiteMass: Weights = [[12, 'the'], ...possessives];
const bare: Weights = [[20, 'bare']];

const weights = {
  singular: { subject: singularSubject, object: singular, place: singular },
  plural: {
    subject: [...definitePlural, ...quantities],
    object: [...definitePlural, ...quantities, ...bare],
    place: [...definitePlural, ...amounts],
  },
  mass: { subject: definiteMass, object: [...definiteMass, ...bare], place: definiteMass },
  generic: { singular: definiteSingular, plural: [...definitePlural, ...bare] },
};

function determinerWeights(noun: Noun, plural: boolean, options: NominalOptions): Weights {
  const { role, negated = false, generic = false } = options;
  if (!noun.countable) return weights.mass[role];
  if (generic || (plural && negated)) return weights.generic[plural ? 'plural' : 'singular'];
  return weights[plural ? 'plural' : 'singular'][role];
}

function pickDeterminer(chooser: Chooser, from: Weights): Determiner {
  const kind = chooser.weighted(from);
  return kind === 'number' ? { kind, numeral: chooser.pick(numerals) } : { kind };
}

/** At most one adjective that suits the noun and that the split may combine with it. */
function pickAdjective(chooser: Chooser, from: readonly Adjective[], noun: Noun): AdjectiveNode[] {
  const suitable = from.filter(
    ({ kinds, lemma }) => kinds.includes(noun.kind) && chooser.allows(lemma, noun.lemma),
  );
  return suitable.length === 0 ? [] : [{ entry: chooser.pick(suitable) }];
}

function pickAdjectives(chooser: Chooser, noun: Noun, room: number): AdjectiveNode[] {
  const before = chooser.chance(0.17 + 0.1 * room) ? pickAdjective(chooser, preposed, noun) : [];
  const after = chooser.chance(0.22 + 0.12 * room) ? pickAdjective(chooser, postposed, noun) : [];
  return [...before, ...after];
}

/** A noun phrase with determiner, adjectives and perhaps an owner, without relative clause. */
export function pickNounPhrase(chooser: Chooser, options: NominalOptions): NounPhrase {
  const entry = pickNoun(chooser, options.kinds, options.partner);
  const plural = entry.countable && chooser.chance(0.45);
  const determiner = pickDeterminer(chooser, determinerWeights(entry, plural, options));
  const ordinal = determiner.kind === 'the' && !plural && entry.countable && chooser.chance(0.14);
  const adjectives = chooser.part(() =>
    ordinal
      ? pickAdjective(chooser, ordinals, entry)
      : pickAdjectives(chooser, entry, options.room),
  );
  const number = plural ? 'plural' : 'singular';
  const phrase = {
    kind: 'noun',
    entry,
    number,
    determiner,
    adjectives,
    modifier: undefined,
  } as const;
  return chooser.part(() => {
    const owned = determiner.kind === 'the' && chooser.chance(0.07 + 0.07 * options.room);
    return owned ? withOwner(chooser, phrase, ordinal) : phrase;
  });
}

const parts: readonly NounKind[] = ['opening', 'light'];
const wholes: readonly NounKind[] = ['place', 'vehicle'];
const persons: readonly NounKind[] = ['person'];
const unowned: readonly NounKind[] = ['dish', 'drink', 'furniture'];

function withOwner(chooser: Chooser, phrase: NounPhrase, ordinal: boolean): NounPhrase {
  const { kind } = phrase.entry;
  if (unowned.includes(kind)) return phrase;
  if (parts.includes(kind)) {
    const owner = pickPlain(chooser, wholes);
    return { ...phrase, modifier: { kind: 'owner', owner, genitive: false } };
  }
  const owner = chooser.chance(0.4) ? pickName(chooser) : pickPlain(chooser, persons);
  const one = owner.kind === 'name' || owner.number === 'singular';
  const genitive = one && !ordinal && chooser.chance(0.65);
  return { ...phrase, modifier: { kind: 'owner', owner, genitive } };
}

/** 'the' or a possessive and a noun. */
export function pickPlain(chooser: Chooser, kinds: readonly NounKind[]): NounPhrase {
  const entry = pickNoun(chooser, kinds);
  const number = entry.countable && chooser.chance(0.3) ? 'plural' : 'singular';
  const determiner = pickDeterminer(chooser, [[24, 'the'], ...possessives]);
  return { kind: 'noun', entry, number, determiner, adjectives: [], modifier: undefined };
}

/** A person's name. */
export function pickName(chooser: Chooser): Extract<Nominal, { kind: 'name' }> {
  return { kind: 'name', entry: chooser.pick(people) };
}

/** The phrase with 'the', if its determiner is one of those listed. */
export function definiteInstead(
  phrase: NounPhrase,
  instead: readonly Determiner['kind'][],
): NounPhrase {
  return instead.includes(phrase.determiner.kind)
    ? { ...phrase, determiner: { kind: 'the' } }
    : phrase;
}
