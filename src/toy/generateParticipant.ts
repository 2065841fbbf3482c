/**
 * Draws what takes part in a clause: subjects, pronouns, pairs, places, companions, times.
 */
import { times } from './calendar';
import type { Chooser } from './chooser';
import {
  definiteInstead,
  type NominalOptions,
  pickName,
  pickNounPhrase,
  pickPlain,
} from './generateNominal';
import { placeNames } from './nouns';
import { prepositions } from './particles';
import type { Nominal, Place, Pronoun, Time } from './tree';
import type { Agreement, NounKind, Tense } from './types';

export const living: readonly NounKind[] = ['person', 'animal'];
const persons: readonly NounKind[] = ['person'];
const places: readonly NounKind[] = ['place'];
const supports: readonly NounKind[] = ['furniture'];

/** Options of all clause generators. */
export interface ClauseOptions {
  readonly room: number;
  readonly tense?: Tense | undefined;
  /** Use this as the subject instead of drawing one. */
  readonly subject?: Nominal | undefined;
  /** In questions and relative clauses: 'not' only, no 'no cat', no adverbs before the clause. */
  readonly inner?: boolean;
  readonly affirmative?: boolean;
  /** Whether the clause may have no noun other than the subject. */
  readonly alone?: boolean;
}

export interface SubjectOptions extends ClauseOptions {
  readonly kinds: readonly NounKind[];
  /** Whether 'i' and 'we' are allowed. */
  readonly speaker: boolean;
  readonly partner?: string;
}

function humanPronoun(agreement: Agreement): Pronoun {
  return { kind: 'pronoun', agreement, human: true, antecedent: undefined };
}

/** he, she, him or her. */
export function pickPerson(chooser: Chooser): Pronoun {
  const gender = chooser.chance(0.5) ? 'm' : 'f';
  return humanPronoun({ person: 3, number: 'singular', gender });
}

/** i, we, me or us; only where gender does not show. */
export function pickSpeaker(chooser: Chooser): Pronoun {
  const number = chooser.chance(0.5) ? 'singular' : 'plural';
  return humanPronoun({ person: 1, number, gender: 'm' });
}

/** them, where gender does not show. */
export function pickThem(): Pronoun {
  return humanPronoun({ person: 3, number: 'plural', gender: 'm' });
}

/** A subject of the classes given; a pronoun or a name where persons are among them. */
export function pickSubject(chooser: Chooser, options: SubjectOptions): Nominal {
  const { kinds, room, speaker, partner, subject } = options;
  if (subject !== undefined) return subject;
  if (kinds.includes('person')) {
    if (speaker && chooser.chance(0.36)) return pickSpeaker(chooser);
    if (chooser.chance(0.13)) return pickPerson(chooser);
    if (chooser.chance(0.1)) return pickName(chooser);
  }
  const nominal: NominalOptions = { kinds, room, role: 'subject', partner };
  if (chooser.chance(0.03 + 0.04 * room)) return pickPair(chooser, nominal);
  const phrase = pickNounPhrase(chooser, nominal);
  return options.inner === true ? definiteInstead(phrase, ['no']) : phrase;
}

/** Two noun phrases or names joined by 'and'; mass nouns stay alone. */
export function pickPair(chooser: Chooser, options: NominalOptions): Nominal {
  return chooser.until(() => {
    const first = pairItem(chooser, options);
    const second = pairItem(chooser, options);
    const mass = [first, second].find((item) => item.kind === 'noun' && !item.entry.countable);
    if (mass !== undefined) return mass;
    return first.entry === second.entry ? undefined : { kind: 'pair', first, second };
  });
}

type PairItem = Extract<Nominal, { kind: 'noun' | 'name' }>;

function pairItem(chooser: Chooser, options: NominalOptions): PairItem {
  if (options.kinds.includes('person') && chooser.chance(0.25)) return pickName(chooser);
  const phrase = pickNounPhrase(chooser, { ...options, room: 0 });
  return definiteInstead({ ...phrase, modifier: undefined }, ['no', 'every']);
}

/** A place where something or somebody is. */
export function pickPlace(chooser: Chooser, room: number): Place {
  const { on, under, behind, near, front, in: inside } = prepositions;
  if (chooser.chance(0.15)) {
    const object: Nominal = { kind: 'name', entry: chooser.pick(placeNames) };
    return { kind: 'place', preposition: inside, object };
  }
  const preposition = chooser.weighted([
    [5, inside],
    [2, on],
    [2, under],
    [2, behind],
    [2, near],
    [2, front],
  ]);
  const kinds = preposition === on || preposition === under ? supports : places;
  return {
    kind: 'place',
    preposition,
    object: pickNounPhrase(chooser, { kinds, room, role: 'place' }),
  };
}

/** A companion or beneficiary: 'with the queen', 'for the boy'. */
export function pickCompany(chooser: Chooser, room: number, which: 'with' | 'for'): Place {
  const object = chooser.chance(0.2)
    ? pickName(chooser)
    : pickNounPhrase(chooser, { kinds: living, room: room * 0.5, role: 'place' });
  return { kind: 'place', preposition: prepositions[which], object };
}

/** A destination. */
export function pickGoal(chooser: Chooser): Place {
  const kinds = chooser.weighted([
    [3, places],
    [2, persons],
    [3, undefined],
  ]);
  const object: Nominal =
    kinds === undefined
      ? { kind: 'name', entry: chooser.pick(placeNames) }
      : pickPlain(chooser, kinds);
  return { kind: 'place', preposition: prepositions.to, object };
}

/** A time expression that agrees with the tense. */
export function pickTime(chooser: Chooser, tense: Tense): Time {
  const expression = chooser.pick(chooser.pick(times[tense]));
  return { kind: 'time', expression, parts: Array.from({ length: expression.parts }, () => ({})) };
}
