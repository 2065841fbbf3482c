/**
 * The language-neutral tree a sentence is generated as and both languages are rendered from.
 * Nodes are told apart by identity, so a node is built anew for every use.
 */
import type { TimeExpression } from './calendar';
import type { Pastime } from './nouns';
import type { Particle } from './particles';
import type { Adjective, Agreement, GrammaticalNumber, Name, Noun, Tense, Verb } from './types';

/** The kinds of determiners, by their English word. */
export type DeterminerKind =
  | 'the'
  | 'a'
  | 'bare'
  | 'this'
  | 'my'
  | 'his'
  | 'her'
  | 'our'
  | 'their'
  | 'every'
  | 'all'
  | 'many'
  | 'some'
  | 'several'
  | 'no'
  | 'which'
  | 'how many';

/** A determiner: an article, a possessive or a number. */
export type Determiner =
  | { readonly kind: DeterminerKind }
  | { readonly kind: 'number'; readonly numeral: Particle };

/** An occurrence of an adjective. */
export interface AdjectiveNode {
  readonly entry: Adjective;
}

/** An owner: 'the boy 's cat' (genitive) or 'the door of the house'. */
export interface Owner {
  readonly kind: 'owner';
  readonly owner: Nominal;
  readonly genitive: boolean;
}

/** A relative clause, with a gap in place of the noun, or about a place ('where'). */
export interface Relative {
  readonly kind: 'relative';
  readonly role: 'subject' | 'object' | 'where';
  readonly human: boolean;
  readonly clause: Clause;
}

/** A place, with its preposition. */
export interface Place {
  readonly kind: 'place';
  readonly preposition: Particle;
  readonly object: Nominal;
}

/** An occurrence of a time expression. */
export interface Time {
  readonly kind: 'time';
  readonly expression: TimeExpression;
  /** A new object for each part, which represents the meaning of its words. */
  readonly parts: readonly object[];
}

/** An adjunct: a place or a time. */
export type Adjunct = Place | Time;

/** A noun with its determiner, adjectives and what follows it. */
export interface NounPhrase {
  readonly kind: 'noun';
  readonly entry: Noun;
  readonly number: GrammaticalNumber;
  readonly determiner: Determiner;
  readonly adjectives: readonly AdjectiveNode[];
  readonly modifier: Owner | Relative | Place | undefined;
}

/** An occurrence of a pronoun. */
export interface Pronoun {
  readonly kind: 'pronoun';
  readonly agreement: Agreement;
  /** he, she and him, her; otherwise 'it'. */
  readonly human: boolean;
  /** What 'it' or 'they' stands for; it decides the French gender. */
  readonly antecedent: Nominal | undefined;
}

/**
 * A gap, which is not rendered: a relative pronoun, a fronted question word or an earlier subject
 * fills it.
 */
export interface Gap {
  readonly kind: 'gap';
  readonly agreement: Agreement;
  readonly antecedent: Nominal | undefined;
}

/** A subject or object. */
export type Nominal =
  | NounPhrase
  | Pronoun
  | Gap
  | { readonly kind: 'name'; readonly entry: Name }
  | { readonly kind: 'pastime'; readonly entry: Pastime }
  | { readonly kind: 'pair'; readonly first: Nominal; readonly second: Nominal }
  | { readonly kind: 'question'; readonly word: 'who' | 'what' };

/** The clause after 'know' or 'say'. */
export interface Complement {
  readonly clause: Clause;
}

/** An active predicate. */
export interface Action {
  readonly kind: 'action';
  readonly verb: Verb;
  readonly object: Nominal | undefined;
  readonly recipient: Nominal | undefined;
  readonly complement: Complement | undefined;
}

/** A passive predicate, with an optional agent. */
export interface Passive {
  readonly kind: 'passive';
  readonly verb: Verb;
  readonly recipient: Nominal | undefined;
  readonly agent: { readonly nominal: Nominal } | undefined;
}

/** 'very' or 'too'. */
export interface Degree {
  readonly entry: Particle;
}

/** 'is small', 'is very small', 'is as small as the cat'. */
export interface Quality {
  readonly kind: 'quality';
  readonly adjective: AdjectiveNode;
  readonly degree: Degree | undefined;
  readonly standard: { readonly nominal: Nominal } | undefined;
}

/** A predicate. */
export type Predicate =
  | Action
  | Passive
  | Quality
  | { readonly kind: 'state'; readonly entry: Particle }
  | { readonly kind: 'location'; readonly place: Place | undefined }
  | { readonly kind: 'existence'; readonly thing: Nominal };

/** 'not', 'never' or 'no longer'. */
export interface Negation {
  readonly entry: Particle;
  /** 'not' needs 'do' in English; 'never' and 'no longer' do not. */
  readonly plain: boolean;
}

/** A clause: a subject and its predicate. */
export interface Clause {
  /** Undefined only with 'there is'. */
  readonly subject: Nominal | undefined;
  readonly predicate: Predicate;
  readonly tense: Tense;
  readonly negation: Negation | undefined;
  readonly frequency: { readonly entry: Particle } | undefined;
  readonly opening: Time | undefined;
  readonly adjuncts: readonly Adjunct[];
}

/** The fronted phrase of a question; a nominal leaves a gap in the clause. */
export type Fronted =
  | { readonly kind: 'adverb'; readonly entry: Particle }
  | { readonly kind: 'nominal'; readonly nominal: Nominal };

/** A sentence of any kind. */
export type Sentence =
  | { readonly kind: 'statement'; readonly clause: Clause }
  | {
      readonly kind: 'joined';
      readonly first: Clause;
      readonly connector: { readonly entry: Particle };
      readonly second: Clause;
    }
  /** Order of a statement: 'who sees the cat ?'. */
  | { readonly kind: 'subject question'; readonly clause: Clause }
  | {
      readonly kind: 'question';
      readonly fronted: Fronted | undefined;
      readonly clause: Clause;
      /** What 'do' and 'est-ce que' mean. */
      readonly inversion: object;
    };

/** Person, number and French gender of a nominal. */
export function agreementOf(nominal: Nominal): Agreement {
  switch (nominal.kind) {
    case 'noun':
      return { person: 3, number: nominal.number, gender: nominal.entry.gender };
    case 'name':
      return { person: 3, number: 'singular', gender: nominal.entry.gender };
    case 'pronoun':
    case 'gap':
      return nominal.agreement;
    case 'pair': {
      const genders = [agreementOf(nominal.first).gender, agreementOf(nominal.second).gender];
      return { person: 3, number: 'plural', gender: genders.includes('m') ? 'm' : 'f' };
    }
    case 'pastime':
    case 'question':
      return { person: 3, number: 'singular', gender: 'm' };
  }
}
