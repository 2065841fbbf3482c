/**
 * `qkv/toy`: the English-French corpus of a small grammar, with its alignments and dependencies.
 */
export type { TimeExpression, TimeWord } from '../toy/calendar';
export { type Telling, type ToyEvent, tellingsOf, toyEvents, type Voice } from '../toy/events';
export { toyNounKinds, toyPairs } from '../toy/index';
export type { Pastime } from '../toy/nouns';
export type { Particle } from '../toy/particles';
export { type Sense, senseOf, toySenses } from '../toy/senses';
export {
  type ToyExample,
  type ToyPair,
  type ToySplit,
  toyExamples,
  type toySplits,
} from '../toy/split';
export { type ToySubject, toySubject } from '../toy/subject';
export { type SurprisalOptions, toySurprisals } from '../toy/surprisal';
export type {
  Action,
  AdjectiveNode,
  Adjunct,
  Clause,
  Complement,
  Degree,
  Determiner,
  DeterminerKind,
  Fronted,
  Gap,
  Negation,
  Nominal,
  NounPhrase,
  Owner,
  Passive,
  Place as PlacePhrase,
  Predicate,
  Pronoun,
  Quality,
  Relative,
  Sentence as SentenceTree,
  Time,
} from '../toy/tree';
export type {
  Adjective,
  Agreement,
  EnglishVerb,
  Forms,
  Frame as VerbFrame,
  FrenchPerson,
  FrenchVerb,
  Gender,
  GrammaticalNumber,
  Name,
  Noun,
  NounKind,
  Tense,
  Verb,
} from '../toy/types';
export { toyVocabulary } from '../toy/vocabulary';
