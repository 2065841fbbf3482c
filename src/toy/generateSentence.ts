/**
 * Draws whole sentences at random: statements, joined clauses, questions (in generateQuestion.ts).
 * 'it' and 'they' only occur where one noun can be meant.
 */
import type { Chooser } from './chooser';
import { actionClause, directs, intransitives, pickTense } from './generateAction';
import { anyClause, bareClause, sayingClause } from './generateClause';
import { definiteInstead, pickNounPhrase } from './generateNominal';
import { type ClauseOptions, living } from './generateParticipant';
import {
  adverbialQuestion,
  objectQuestion,
  subjectQuestion,
  whereaboutsQuestion,
  yesNoQuestion,
} from './generateQuestion';
import { predicative, qualityOf } from './generateState';
import { connectors, type Particle } from './particles';
import type { NounPhrase } from './tree';
import {
  agreementOf,
  type Clause,
  type Gap,
  type Nominal,
  type Pronoun,
  type Sentence,
} from './tree';
import type { Adjective, Verb } from './types';

const { and, but, because, so } = connectors;

function join(first: Clause, entry: Particle, second: Clause): Sentence {
  return { kind: 'joined', first, connector: { entry }, second };
}

/** The pronoun that refers back to a noun. */
function pronounFor(antecedent: NounPhrase): Pronoun {
  const human = antecedent.entry.kind === 'person';
  return { kind: 'pronoun', agreement: agreementOf(antecedent), human, antecedent };
}

/** Two unrelated clauses of one tense. */
function joinedClauses(chooser: Chooser): Sentence {
  const options = { room: 0.95, tense: pickTense(chooser, {}) };
  const first = anyClause(chooser, options);
  const second = { ...anyClause(chooser, options), opening: undefined };
  return join(first, chooser.pick([and, but, because, so]), second);
}

/** 'the house is old but it is beautiful', 'the cat sleeps because it is tired'. */
function referringBack(chooser: Chooser): Sentence {
  return chooser.until(() => tryReferringBack(chooser));
}

function tryReferringBack(chooser: Chooser): Sentence | undefined {
  const adjective = chooser.pick(predicative);
  const alive = adjective.kinds.includes('person') && chooser.chance(0.6);
  const kinds = alive ? living : adjective.kinds;
  const drawn = pickNounPhrase(chooser, {
    kinds: kinds.filter((kind) => adjective.kinds.includes(kind)),
    partner: adjective.lemma,
    room: 0.5,
    role: 'place',
  });
  const subject = definiteInstead({ ...drawn, adjectives: [], modifier: undefined }, ['a']);
  const first = alive
    ? intransitiveOf(chooser, subject)
    : otherQuality(chooser, subject, adjective);
  if (first === undefined) return undefined;
  const core = { subject: pronounFor(subject), tense: first.tense, negation: undefined };
  const second = bareClause(qualityOf(chooser, adjective, core, { room: 0, inner: true }));
  return join(first, chooser.pick(alive ? [because, but, and] : [but, and]), second);
}

/** An intransitive clause in which no other noun could be meant by 'it'. */
function intransitiveOf(chooser: Chooser, subject: NounPhrase): Clause {
  const suits = ({ subjects }: Verb) => subjects.includes(subject.entry.kind);
  const verb = chooser.pick(intransitives.filter(suits));
  const clause = actionClause(chooser, verb, { room: 0.5, inner: true, subject });
  return { ...clause, adjuncts: clause.adjuncts.filter(({ kind }) => kind === 'time') };
}

/** A quality that does not contradict the other one; 'as ... as' would bring in a second noun. */
function otherQuality(
  chooser: Chooser,
  subject: NounPhrase,
  { lemma, precedes, gradable }: Adjective,
): Clause | undefined {
  const { entry } = subject;
  const suitable = predicative.filter(
    (other) =>
      other.lemma !== lemma &&
      (other.precedes !== precedes || other.gradable !== gradable) &&
      other.kinds.includes(entry.kind) &&
      chooser.allows(other.lemma, entry.lemma),
  );
  if (suitable.length === 0) return undefined;
  const core = { subject, tense: pickTense(chooser, {}), negation: undefined };
  const options = { room: 0, inner: true, alone: true };
  return bareClause(qualityOf(chooser, chooser.pick(suitable), core, options));
}

const chained: ClauseOptions = { room: 0.7, affirmative: true, inner: true };

/** 'the queen buys the apple and eats it': one subject, and a pronoun for the first object. */
function chain(chooser: Chooser): Sentence {
  return chooser.until(() => tryChain(chooser));
}

function tryChain(chooser: Chooser): Sentence | undefined {
  const first = bareClause(actionClause(chooser, chooser.pick(directs), chained));
  const { predicate, subject, tense } = first;
  const object = predicate.kind === 'action' ? predicate.object : undefined;
  if (subject === undefined || object?.kind !== 'noun') return undefined;
  const suitable = directs.filter((verb) => continues(chooser, verb, first, subject, object));
  if (suitable.length === 0) return undefined;
  const shared: Gap = { kind: 'gap', agreement: agreementOf(subject), antecedent: undefined };
  const gap: Gap = { kind: 'gap', agreement: agreementOf(object), antecedent: object };
  const options = { ...chained, subject: shared, tense };
  const second = actionClause(chooser, chooser.pick(suitable), options, gap);
  return join(first, and, bareClause(withObject(second, pronounFor(object))));
}

function withObject(clause: Clause, object: Pronoun): Clause {
  const { predicate } = clause;
  return predicate.kind === 'action' ? { ...clause, predicate: { ...predicate, object } } : clause;
}

/** True when the verb can follow 'and' with the first clause's subject and this object. */
function continues(
  chooser: Chooser,
  verb: Verb,
  { predicate, tense }: Clause,
  subject: Nominal,
  object: NounPhrase,
): boolean {
  const same = predicate.kind === 'action' && predicate.verb.french === verb.french;
  const speaker = agreementOf(subject).person === 1;
  // Keeps plural participles out that nothing else brings about, see clauseWithGap.
  const rare = !verb.passive && tense === 'past' && object.number === 'plural';
  return (
    !same &&
    !rare &&
    (!speaker || verb.firstPerson) &&
    (!includesAnimal(subject) || verb.subjects.includes('animal')) &&
    verb.objects.includes(object.entry.kind) &&
    chooser.allows(verb.lemma, object.entry.lemma)
  );
}

function includesAnimal(nominal: Nominal): boolean {
  if (nominal.kind === 'pair')
    return includesAnimal(nominal.first) || includesAnimal(nominal.second);
  return nominal.kind === 'noun' && nominal.entry.kind === 'animal';
}

function statement(chooser: Chooser): Sentence {
  const room = chooser.pick([0.5, 1.2, 2.2]);
  return { kind: 'statement', clause: anyClause(chooser, { room }) };
}

function saying(chooser: Chooser): Sentence {
  return { kind: 'statement', clause: sayingClause(chooser, { room: 1 }) };
}

const makers: readonly (readonly [number, (chooser: Chooser) => Sentence])[] = [
  [27, statement],
  [32, joinedClauses],
  [5, referringBack],
  [8, chain],
  [7, saying],
  [8, yesNoQuestion],
  [4, adverbialQuestion],
  [1, whereaboutsQuestion],
  [5, objectQuestion],
  [5, subjectQuestion],
];

/** A sentence of any sort, of any length. */
export function generateSentence(chooser: Chooser): Sentence {
  return chooser.part(() => chooser.weighted(makers)(chooser));
}
