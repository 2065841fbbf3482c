/**
 * Draws questions at random: yes or no, where, when, why, who, what, which, how many.
 */
import type { Chooser } from './chooser';
import {
  actionClause,
  clauseWithGap,
  directs,
  intransitives,
  located,
  transitives,
} from './generateAction';
import { anyClause, bareClause } from './generateClause';
import { definiteInstead, pickNounPhrase } from './generateNominal';
import { type ClauseOptions, living } from './generateParticipant';
import { predicative } from './generateState';
import { interrogatives } from './particles';
import type { NounPhrase } from './tree';
import {
  agreementOf,
  type Clause,
  type Fronted,
  type Gap,
  type Nominal,
  type Sentence,
} from './tree';
import type { Agreement, NounKind, Tense, Verb } from './types';

const third: Agreement = { person: 3, number: 'singular', gender: 'm' };
const asking: ClauseOptions = { room: 0.5, inner: true, affirmative: true };
const findable: readonly NounKind[] = [...living, 'text', 'clothing', 'thing', 'place'];

function question(clause: Clause, fronted: Fronted | undefined): Sentence {
  return { kind: 'question', fronted, clause, inversion: {} };
}

/** 'does the cat see the dog ?' */
export function yesNoQuestion(chooser: Chooser): Sentence {
  return question(anyClause(chooser, { room: 0.9, inner: true }), undefined);
}

/** 'where does the cat sleep ?' */
export function adverbialQuestion(chooser: Chooser): Sentence {
  const { where, when, why } = interrogatives;
  const entry = chooser.pick([where, when, why]);
  const still = entry === where ? located : intransitives;
  const from = chooser.chance(0.5) ? still : transitives;
  const clause = actionClause(chooser, chooser.pick(from), asking);
  return question(entry === why ? clause : bareClause(clause), { kind: 'adverb', entry });
}

/** 'where is the cat ?' */
export function whereaboutsQuestion(chooser: Chooser): Sentence {
  const drawn = pickNounPhrase(chooser, { kinds: findable, room: 1, role: 'place' });
  const subject = definiteInstead(drawn, ['a', 'number', 'several']);
  const tense = chooser.weighted<Tense>([
    [3, 'present'],
    [2, 'past'],
    [1, 'future'],
  ]);
  const clause: Clause = {
    subject,
    predicate: { kind: 'location', place: undefined },
    tense,
    negation: undefined,
    frequency: undefined,
    opening: undefined,
    adjuncts: [],
  };
  return question(clause, { kind: 'adverb', entry: interrogatives.where });
}

/** 'what does the cat see ?', 'which house does the cat see ?' */
export function objectQuestion(chooser: Chooser): Sentence {
  return chooser.until(() => tryObjectQuestion(chooser));
}

/** Undefined if no verb suits the noun that is asked about. */
function tryObjectQuestion(chooser: Chooser): Sentence | undefined {
  const verb = chooser.pick(directs);
  if (chooser.chance(0.4)) return whoOrWhat(chooser, verb);
  const nominal = pickAsked(chooser, verb.objects);
  const gap: Gap = { kind: 'gap', agreement: agreementOf(nominal), antecedent: nominal };
  const clause = clauseWithGap(chooser, gap, nominal);
  return clause && question(clause, { kind: 'nominal', nominal });
}

function whoOrWhat(chooser: Chooser, verb: Verb): Sentence {
  const { objects } = verb;
  const things = objects.some((kind) => !living.includes(kind));
  const who = objects.includes('person') && (!things || chooser.chance(0.6));
  const gap: Gap = { kind: 'gap', agreement: third, antecedent: undefined };
  const clause = bareClause(actionClause(chooser, verb, asking, gap));
  const nominal: Nominal = { kind: 'question', word: who ? 'who' : 'what' };
  return question(clause, { kind: 'nominal', nominal });
}

/** A noun phrase with 'which' or 'how many'. */
function pickAsked(chooser: Chooser, kinds: readonly NounKind[]): NounPhrase {
  const drawn = pickNounPhrase(chooser, { kinds, room: 0.7, role: 'place' });
  const kind = drawn.number === 'plural' && chooser.chance(0.5) ? 'how many' : 'which';
  const adjectives = drawn.adjectives.filter(({ entry }) => predicative.includes(entry));
  return { ...drawn, determiner: { kind }, adjectives, modifier: undefined };
}

/** 'who sees the cat ?', 'which cats sleep ?' */
export function subjectQuestion(chooser: Chooser): Sentence {
  const from = chooser.chance(0.65) ? transitives : intransitives;
  // 'who works' would leave open which of the two verbs is meant; animals do either.
  const verb = chooser.pick(from.filter(({ subjects }) => subjects.includes('animal')));
  const subject: Nominal = chooser.chance(0.5)
    ? { kind: 'question', word: 'who' }
    : pickAsked(chooser, verb.subjects);
  const clause = actionClause(chooser, verb, { ...asking, subject });
  return { kind: 'subject question', clause };
}
