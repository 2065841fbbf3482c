/**
 * Draws clauses with 'to be' at random: passive, quality, state, location, existence.
 */
import { hasOneGender, postposed, preposed } from './adjectives';
import type { Chooser } from './chooser';
import { finish, pickNegation, pickRecipient, pickTense } from './generateAction';
import { pickName, pickNounPhrase } from './generateNominal';
import { type ClauseOptions, living, pickPlace, pickSubject } from './generateParticipant';
import { degrees, states } from './particles';
import type { Clause, Nominal, NounPhrase, Predicate } from './tree';
import type { Adjective, NounKind, Verb } from './types';
import { verbs } from './verbs';

const passives = verbs.filter((verb) => verb.passive);
const movables: readonly NounKind[] = [...living, 'text', 'clothing', 'thing', 'vehicle', 'food'];
const substances: readonly NounKind[] = [...movables, 'furniture', 'dish', 'drink'];

/** Adjectives that go with 'to be'. */
export const predicative = [...preposed, ...postposed].filter(
  ({ onlyAttributive }) => !onlyAttributive,
);

/** 'the house is seen by the cat'; the subject is what the verb is done to. */
export function passiveClause(chooser: Chooser, options: ClauseOptions): Clause {
  const verb = chooser.pick(passives);
  const tense = pickTense(chooser, options);
  const partner = verb.lemma;
  const subject = pickSubject(chooser, {
    ...options,
    kinds: verb.objects,
    speaker: false,
    partner,
  });
  const negation = pickNegation(chooser, options, subject);
  const giving = verb.frame === 'giving';
  const agent =
    !giving && chooser.chance(0.75) ? { nominal: pickAgent(chooser, verb, options) } : undefined;
  const recipient = giving ? pickRecipient(chooser) : undefined;
  const predicate: Predicate = { kind: 'passive', verb, recipient, agent };
  const placed =
    agent === undefined && recipient === undefined && chooser.chance(0.25 * options.room);
  const places = placed ? [pickPlace(chooser, options.room * 0.5)] : [];
  return finish(chooser, { subject, predicate, tense, negation }, places, options);
}

function pickAgent(chooser: Chooser, verb: Verb, options: ClauseOptions): Nominal {
  if (chooser.chance(0.15)) return pickName(chooser);
  const room = options.room * 0.7;
  return pickNounPhrase(chooser, { kinds: verb.subjects, room, role: 'place' });
}

/** 'the cat is very small', 'the cat is as small as the dog', 'i am sad'. */
export function qualityClause(chooser: Chooser, options: ClauseOptions): Clause {
  const adjective = chooser.pick(predicative);
  const drawn = pickSubject(chooser, {
    ...options,
    kinds: adjective.kinds,
    speaker: hasOneGender(adjective) && adjective.kinds.includes('person'),
    partner: adjective.lemma,
  });
  const subject = drawn.kind === 'noun' ? withoutRivals(drawn, adjective) : drawn;
  const negation = pickNegation(chooser, options, subject);
  const core = { subject, tense: pickTense(chooser, options), negation };
  return qualityOf(chooser, adjective, core, options);
}

/** Keeps 'the hot soup is cold' and 'the black cat is black' out. */
function withoutRivals(phrase: NounPhrase, adjective: Adjective): NounPhrase {
  const adjectives = phrase.adjectives.filter(({ entry }) => entry.precedes !== adjective.precedes);
  return { ...phrase, adjectives };
}

/** A quality clause with the adjective, subject, tense and negation given. */
export function qualityOf(
  chooser: Chooser,
  adjective: Adjective,
  core: Pick<Clause, 'subject' | 'tense' | 'negation'>,
  options: ClauseOptions,
): Clause {
  const { gradable } = adjective;
  const compared = gradable && options.alone !== true && chooser.chance(0.15);
  const graded = gradable && !compared && chooser.chance(0.35);
  const entry = chooser.chance(0.6) ? degrees.very : degrees.too;
  const predicate: Predicate = {
    kind: 'quality',
    adjective: { entry: adjective },
    degree: graded ? { entry } : undefined,
    standard: compared ? { nominal: pickStandard(chooser, adjective) } : undefined,
  };
  return finish(chooser, { ...core, predicate }, [], options);
}

function pickStandard(chooser: Chooser, { kinds }: Adjective): NounPhrase {
  const phrase = pickNounPhrase(chooser, { kinds, room: 0, role: 'place' });
  return { ...phrase, determiner: { kind: 'the' }, modifier: undefined, adjectives: [] };
}

/** 'the boy is hungry'. */
export function stateClause(chooser: Chooser, options: ClauseOptions): Clause {
  const subject = pickSubject(chooser, { ...options, kinds: living, speaker: true });
  const negation = pickNegation(chooser, options, subject);
  const predicate: Predicate = { kind: 'state', entry: chooser.pick(states) };
  const core = { subject, predicate, tense: pickTense(chooser, options), negation };
  return finish(chooser, core, [], options);
}

/** 'the book is on the table'. */
export function locationClause(chooser: Chooser, options: ClauseOptions): Clause {
  const subject = pickSubject(chooser, { ...options, kinds: movables, speaker: true });
  const negation = pickNegation(chooser, options, subject);
  const predicate: Predicate = { kind: 'location', place: pickPlace(chooser, options.room) };
  const core = { subject, predicate, tense: pickTense(chooser, options), negation };
  return finish(chooser, core, [], options);
}

const counting: readonly string[] = ['number', 'many', 'several', 'some'];

/** 'there are two cats in the garden'. */
export function existenceClause(chooser: Chooser, options: ClauseOptions): Clause {
  const negation = pickNegation(chooser, { ...options, inner: true }, undefined);
  const drawn = pickNounPhrase(chooser, { kinds: substances, room: options.room, role: 'object' });
  const keep = negation === undefined && counting.includes(drawn.determiner.kind);
  const kind = drawn.number === 'singular' && drawn.entry.countable ? 'a' : 'bare';
  const adjectives = drawn.adjectives.filter(({ entry }) => predicative.includes(entry));
  const thing: NounPhrase = keep
    ? drawn
    : { ...drawn, determiner: { kind }, adjectives, modifier: undefined };
  return {
    subject: undefined,
    predicate: { kind: 'existence', thing },
    tense: pickTense(chooser, options),
    negation,
    frequency: undefined,
    opening: undefined,
    adjuncts: [pickPlace(chooser, options.room)],
  };
}
