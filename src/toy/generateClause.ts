/**
 * Draws a clause of any sort, and adds relative clauses to its noun phrases. Clauses inside
 * relative clauses have none of their own.
 */
import type { Chooser } from './chooser';
import {
  actionClause,
  clauseWithGap,
  givers,
  goers,
  intransitives,
  located,
  pickTense,
  players,
  sayers,
  transitives,
} from './generateAction';
import { type ClauseOptions, living, pickPlace } from './generateParticipant';
import {
  existenceClause,
  locationClause,
  passiveClause,
  qualityClause,
  stateClause,
} from './generateState';
import {
  agreementOf,
  type Clause,
  type Gap,
  type Nominal,
  type NounPhrase,
  type Relative,
} from './tree';
import type { Verb } from './types';

const small: ClauseOptions = { room: 0, inner: true };

/** The clause without times and places, except where one goes to. */
export function bareClause(clause: Clause): Clause {
  const { predicate } = clause;
  const going = predicate.kind === 'action' && predicate.verb.frame === 'going';
  const adjuncts = going ? clause.adjuncts.filter(({ kind }) => kind === 'place') : [];
  return { ...clause, opening: undefined, adjuncts };
}

/** Adds a relative clause, or a place, to 'the' and a noun. */
function withRelative(chooser: Chooser, phrase: NounPhrase): NounPhrase {
  const { entry, determiner } = phrase;
  if (determiner.kind !== 'the' || phrase.modifier !== undefined) return phrase;
  if (entry.kind !== 'place' && chooser.chance(0.2)) {
    return { ...phrase, modifier: pickPlace(chooser, 0) };
  }
  const role = chooser.weighted<Relative['role']>([
    [living.includes(entry.kind) ? 3 : 0, 'subject'],
    [3, 'object'],
    [entry.kind === 'place' ? 4 : 0, 'where'],
  ]);
  const clause = relativeClause(chooser, phrase, role);
  if (clause === undefined) return phrase;
  const human = entry.kind === 'person';
  return { ...phrase, modifier: { kind: 'relative', role, human, clause: bareClause(clause) } };
}

function relativeClause(
  chooser: Chooser,
  phrase: NounPhrase,
  role: Relative['role'],
): Clause | undefined {
  const gap: Gap = { kind: 'gap', agreement: agreementOf(phrase), antecedent: phrase };
  switch (role) {
    case 'where':
      return actionClause(chooser, chooser.pick(located), small);
    case 'object':
      return clauseWithGap(chooser, gap, phrase);
    case 'subject': {
      const suits = (verb: Verb) => verb.subjects.includes(phrase.entry.kind);
      const from = chooser.chance(0.3) ? intransitives : transitives;
      return actionClause(chooser, chooser.pick(from.filter(suits)), { ...small, subject: gap });
    }
  }
}

function enriched(
  chooser: Chooser,
  nominal: Nominal | undefined,
  chance: number,
): Nominal | undefined {
  return nominal?.kind === 'noun' && chooser.chance(chance)
    ? withRelative(chooser, nominal)
    : nominal;
}

/** Adds relative clauses to the subject, object or agent as far as there is room. */
function enrich(chooser: Chooser, clause: Clause, { room, inner }: ClauseOptions): Clause {
  const subject = enriched(chooser, clause.subject, 0.14 * room);
  const { predicate } = clause;
  if (inner === true) return { ...clause, subject };
  if (predicate.kind === 'action') {
    const object = enriched(chooser, predicate.object, 0.17 * room);
    return { ...clause, subject, predicate: { ...predicate, object } };
  }
  return { ...clause, subject };
}

type Maker = (chooser: Chooser, options: ClauseOptions) => Clause;

function action(from: readonly Verb[]): Maker {
  return (chooser, options) => actionClause(chooser, chooser.pick(from), options);
}

const makers: readonly (readonly [number, Maker])[] = [
  [36, action(transitives)],
  [13, action(intransitives)],
  [7, action(givers)],
  [4, action(goers)],
  [4, action(players)],
  [17, passiveClause],
  [12, qualityClause],
  [5, stateClause],
  [5, locationClause],
  [4, existenceClause],
];

/** A clause of any sort but 'know that'. */
export function anyClause(chooser: Chooser, options: ClauseOptions): Clause {
  const make = chooser.weighted(makers);
  return enrich(chooser, make(chooser, options), options);
}

/** 'the boy knows that ...', 'the queen says that ...'. */
export function sayingClause(chooser: Chooser, options: ClauseOptions): Clause {
  const outer = bareClause(actionClause(chooser, chooser.pick(sayers), { ...options, room: 0 }));
  // After a past verb only the past: tenses agree.
  const tense = outer.tense === 'past' ? 'past' : pickTense(chooser, {});
  const clause = bareClause(anyClause(chooser, { room: options.room * 0.6, tense }));
  const { predicate } = outer;
  return predicate.kind === 'action'
    ? { ...outer, predicate: { ...predicate, complement: { clause } } }
    : outer;
}
