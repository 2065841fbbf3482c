/**
 * Draws active clauses at random: verb first, then subject, tense and objects that suit it.
 * Keeps out what English leaves open in French: 'we arrived', 'he saw us', 'he saw them'.
 */
import type { Chooser } from './chooser';
import {
  definiteInstead,
  type NominalOptions,
  pickName,
  pickNounPhrase,
  pickPlain,
} from './generateNominal';
import {
  type ClauseOptions,
  pickCompany,
  pickGoal,
  pickPair,
  pickPerson,
  pickPlace,
  pickSpeaker,
  pickSubject,
  pickThem,
  pickTime,
} from './generateParticipant';
import { pastimes, placeNames } from './nouns';
import { frequencies, negations } from './particles';
import type { Action, Adjunct, Clause, Gap, Negation, Nominal, NounPhrase, Place } from './tree';
import type { NounKind, Tense, Verb } from './types';
import { verbs } from './verbs';

const tenses: readonly Tense[] = ['present', 'past', 'future'];
const persons: readonly NounKind[] = ['person'];

/** Verbs with more French forms are drawn more often, so that every form is met. */
function byFrame(frame: Verb['frame']): readonly Verb[] {
  return verbs
    .filter((verb) => verb.frame === frame)
    .flatMap((verb) => {
      const rare = verb.auxiliary === 'être' || !verb.passive;
      const weight = 2 + (verb.firstPerson ? 2 : 0) + (rare ? 1 : 0);
      return Array.from({ length: weight }, () => verb);
    });
}

export const transitives = byFrame('transitive');
/** Verbs whose object can precede the verb as a French direct object. */
export const directs = transitives.filter(({ preposition }) => preposition === undefined);
export const intransitives = byFrame('intransitive');
/** Intransitive verbs for clauses about a place: 'the house where the cat sleeps'. */
export const located = intransitives.filter((verb) => !isDeparture(verb));
export const givers = byFrame('giving');
export const sayers = byFrame('saying');
export const goers = byFrame('going');
export const players = byFrame('playing');

export function pickTense(chooser: Chooser, options: { tense?: Tense | undefined }): Tense {
  return options.tense ?? chooser.pick(tenses);
}

const quantified: readonly string[] = ['no', 'every', 'all', 'many', 'some', 'several'];

/** A negation, unless the subject is a quantity: 'no cat', 'every cat', 'many cats'. */
export function pickNegation(
  chooser: Chooser,
  options: ClauseOptions,
  subject: Nominal | undefined,
): Negation | undefined {
  if (options.affirmative || !chooser.chance(0.2)) return undefined;
  if (subject?.kind === 'noun' && quantified.includes(subject.determiner.kind)) return undefined;
  const { not, never, noLonger } = negations;
  const entry = chooser.weighted([
    [6, not],
    [options.inner ? 0 : 2, never],
    [options.inner ? 0 : 2, noLonger],
  ]);
  return { entry, plain: entry === not };
}

/** An active clause with the verb; `gap` takes the place of the object. */
export function actionClause(
  chooser: Chooser,
  verb: Verb,
  options: ClauseOptions,
  gap?: Gap,
): Clause {
  const tense = pickTense(chooser, options);
  // 'i' and 'we' leave the gender of a participle with 'être' open.
  const speaker = verb.firstPerson && !(tense === 'past' && verb.auxiliary === 'être');
  const subject = pickSubject(chooser, { ...options, kinds: verb.subjects, speaker });
  const negation = pickNegation(chooser, options, subject);
  const objects = pickObjects(chooser, verb, { ...options, tense }, negation !== undefined, gap);
  const predicate: Action = { kind: 'action', verb, complement: undefined, ...objects };
  const places = chooser.part(() =>
    gap === undefined ? placesFor(chooser, verb, options.room) : [],
  );
  return finish(chooser, { subject, predicate, tense, negation }, places, options);
}

type Objects = Pick<Action, 'object' | 'recipient'>;

function pickObjects(
  chooser: Chooser,
  verb: Verb,
  options: ClauseOptions,
  negated: boolean,
  gap: Gap | undefined,
): Objects {
  switch (verb.frame) {
    case 'transitive':
      return { object: gap ?? pickObject(chooser, verb, options, negated), recipient: undefined };
    case 'giving':
      return pickGift(chooser, verb, options, negated);
    case 'playing':
      return { object: { kind: 'pastime', entry: chooser.pick(pastimes) }, recipient: undefined };
    case 'intransitive':
    case 'going':
    case 'saying':
      return { object: undefined, recipient: undefined };
  }
}

function pickObject(
  chooser: Chooser,
  verb: Verb,
  options: ClauseOptions,
  negated: boolean,
): Nominal {
  const { room } = options;
  const nominal: NominalOptions = {
    kinds: verb.objects,
    room,
    role: 'object',
    partner: verb.lemma,
    negated: negated && verb.preposition === undefined,
    generic: verb.generic || verb.lemma === 'know someone',
  };
  if (verb.objects.includes('person')) {
    if (chooser.chance(0.26)) return pickObjectPronoun(chooser, verb, options.tense);
    if (chooser.chance(0.1)) return pickName(chooser);
  }
  // 'entrer dans' does not go well with cities and countries.
  const named = verb.objects.includes('place') && verb.preposition === undefined;
  if (named && chooser.chance(0.13)) return pickPlaceName(chooser, verb);
  if (!negated && chooser.chance(0.05 * room)) return pickPair(chooser, nominal);
  return pickNounPhrase(chooser, nominal);
}

function pickPlaceName(chooser: Chooser, verb: Verb): Nominal {
  const allowed = placeNames.filter(({ english }) => chooser.allows(verb.lemma, english));
  return { kind: 'name', entry: chooser.pick(allowed) };
}

/** me, us and them leave the gender of a French participle open: not in the past. */
function pickObjectPronoun(chooser: Chooser, verb: Verb, tense: Tense | undefined): Nominal {
  const genderless = verb.preposition === 'à' || tense !== 'past';
  if (!genderless || chooser.chance(0.5)) return pickPerson(chooser);
  return chooser.chance(0.6) ? pickSpeaker(chooser) : pickThem();
}

function pickGift(chooser: Chooser, verb: Verb, options: ClauseOptions, negated: boolean): Objects {
  const nominal = { kinds: verb.objects, room: options.room * 0.7, partner: verb.lemma, negated };
  const object = pickNounPhrase(chooser, { ...nominal, role: 'object' });
  if (verb.lemma !== 'return something' && chooser.chance(0.45)) {
    const receivers = {
      person: pickPerson(chooser),
      speaker: pickSpeaker(chooser),
      them: pickThem(),
    };
    const receiver = chooser.weighted<keyof typeof receivers>([
      [5, 'person'],
      [3, 'speaker'],
      [2, 'them'],
    ]);
    // 'gives her books' would be two things at once.
    return { object: definiteInstead(object, ['bare']), recipient: receivers[receiver] };
  }
  return { object, recipient: pickRecipient(chooser) };
}

/** The recipient. */
export function pickRecipient(chooser: Chooser): Nominal {
  return chooser.chance(0.3) ? pickName(chooser) : pickPlain(chooser, persons);
}

/** Verbs of motion such as leave and return, with which 'where' would mean 'where to'. */
function isDeparture({ lemma }: Verb): boolean {
  return lemma === 'leave' || lemma === 'return';
}

function placesFor(chooser: Chooser, verb: Verb, room: number): Place[] {
  const { frame, english, objects } = verb;
  if (frame === 'going') return [pickGoal(chooser)];
  if (frame === 'intransitive' || frame === 'playing') {
    if (chooser.chance(0.15)) return [pickCompany(chooser, room, 'with')];
    if (isDeparture(verb)) return [];
    return chooser.chance(0.25 + 0.17 * room) ? [pickPlace(chooser, room)] : [];
  }
  if (frame !== 'transitive' || objects.includes('place')) return [];
  if (english.base === 'buy' && chooser.chance(0.4)) return [pickCompany(chooser, room, 'for')];
  return chooser.chance(0.15 * room) ? [pickPlace(chooser, room * 0.5)] : [];
}

type Core = Pick<Clause, 'subject' | 'predicate' | 'tense' | 'negation'>;

/** Completes a clause with a frequency adverb, or with places and a time. */
export function finish(
  chooser: Chooser,
  core: Core,
  places: readonly Adjunct[],
  options: ClauseOptions,
): Clause {
  const { room, inner = false } = options;
  const clause: Clause = { ...core, frequency: undefined, opening: undefined, adjuncts: places };
  const positive = core.negation === undefined && !isNone(core.subject);
  return chooser.part(() => {
    if (!inner && positive && chooser.chance(0.13)) {
      return { ...clause, frequency: { entry: chooser.pick(frequencies) } };
    }
    const timeless = core.negation !== undefined && !core.negation.plain;
    if (timeless || !chooser.chance(0.14 + 0.14 * room)) return clause;
    const time = pickTime(chooser, core.tense);
    if (!inner && chooser.chance(0.3)) return { ...clause, opening: time };
    return { ...clause, adjuncts: [...places, time] };
  });
}

function isNone(subject: Nominal | undefined): boolean {
  return subject?.kind === 'noun' && subject.determiner.kind === 'no';
}

/** A clause whose direct object is the gap, or undefined if no verb suits its noun. */
export function clauseWithGap(chooser: Chooser, gap: Gap, phrase: NounPhrase): Clause | undefined {
  const { kind, lemma } = phrase.entry;
  const suitable = directs.filter(
    (verb) => verb.objects.includes(kind) && chooser.allows(verb.lemma, lemma),
  );
  if (suitable.length === 0) return undefined;
  const verb = chooser.pick(suitable);
  const options = { room: 0, inner: true, tense: tenseBeforeGap(chooser, verb, gap) };
  return actionClause(chooser, verb, options, gap);
}

/** Plural participles that nothing but a gap would bring about (attendues) are left out. */
function tenseBeforeGap(chooser: Chooser, verb: Verb, gap: Gap): Tense {
  return verb.passive || gap.agreement.number === 'singular'
    ? pickTense(chooser, {})
    : chooser.pick(['present', 'future']);
}
