/**
 * Short builders of toy grammar trees by lemma, for the fixtures of toyFixtures.test.ts.
 */
import { defined } from '../../../src/core/errors';
import { ordinals, postposed, preposed } from '../../../src/toy/adjectives';
import { type TimeExpression, times } from '../../../src/toy/calendar';
import { nouns, pastimes, people, placeNames } from '../../../src/toy/nouns';
import {
  connectors,
  degrees,
  frequencies,
  interrogatives,
  negations,
  numerals,
  type Particle,
  prepositions,
  states,
} from '../../../src/toy/particles';
import {
  type Adjunct,
  agreementOf,
  type Clause,
  type DeterminerKind,
  type Gap,
  type Nominal,
  type NounPhrase,
  type Place,
  type Predicate,
  type Pronoun,
  type Relative,
  type Sentence,
  type Time,
} from '../../../src/toy/tree';
import type { Agreement, Tense, Verb } from '../../../src/toy/types';
import { verbs } from '../../../src/toy/verbs';

const adjectives = [...preposed, ...postposed, ...ordinals];
const english = (from: readonly Particle[], text: string): Particle =>
  defined(
    from.find((item) => item.english.join(' ') === text),
    text,
  );

/** np('the small black cat'), np('two cats'), np('cats'): determiner, adjectives, noun. */
export function np(text: string, modifier?: NounPhrase['modifier']): NounPhrase {
  const words = text.split(' ');
  const last = defined(words.pop(), 'noun');
  const entry = defined(
    nouns.find((noun) => Object.values(noun.english).includes(last)),
    `noun ${last}`,
  );
  const number = last === entry.english.singular ? 'singular' : 'plural';
  const isAdjective = (word: string) => adjectives.some(({ lemma }) => lemma === word);
  const found = words.filter(isAdjective);
  const rest = words.filter((word) => !isAdjective(word)).join(' ');
  return {
    kind: 'noun',
    entry,
    number,
    determiner: determiner(rest),
    adjectives: found.map((word) => ({
      entry: defined(
        adjectives.find(({ lemma }) => lemma === word),
        word,
      ),
    })),
    modifier,
  };
}

const kinds: Readonly<Record<string, DeterminerKind>> = {
  '': 'bare',
  the: 'the',
  a: 'a',
  an: 'a',
  this: 'this',
  these: 'this',
  my: 'my',
  his: 'his',
  her: 'her',
  our: 'our',
  their: 'their',
  every: 'every',
  'all the': 'all',
  many: 'many',
  some: 'some',
  several: 'several',
  no: 'no',
  which: 'which',
  'how many': 'how many',
};

function determiner(text: string): NounPhrase['determiner'] {
  const kind = kinds[text];
  return kind === undefined ? { kind: 'number', numeral: english(numerals, text) } : { kind };
}

export function name(text: string): Nominal {
  const entry = [...people, ...placeNames].find((item) => item.english === text);
  return { kind: 'name', entry: defined(entry, text) };
}

export function pastime(text: string): Nominal {
  const entry = pastimes.find((item) => item.english.join(' ') === text);
  return { kind: 'pastime', entry: defined(entry, text) };
}

export function pair(first: Nominal, second: Nominal): Nominal {
  return { kind: 'pair', first, second };
}

const pronouns: Readonly<Record<string, Agreement>> = {
  he: { person: 3, number: 'singular', gender: 'm' },
  she: { person: 3, number: 'singular', gender: 'f' },
  i: { person: 1, number: 'singular', gender: 'm' },
  we: { person: 1, number: 'plural', gender: 'm' },
  them: { person: 3, number: 'plural', gender: 'm' },
};

export function pronoun(text: 'he' | 'she' | 'i' | 'we' | 'them'): Pronoun {
  const agreement = defined(pronouns[text], text);
  return { kind: 'pronoun', agreement, human: true, antecedent: undefined };
}

/** it or they, with the gender of what it stands for. */
export function back(antecedent: NounPhrase): Pronoun {
  const human = antecedent.entry.kind === 'person';
  return { kind: 'pronoun', agreement: agreementOf(antecedent), human, antecedent };
}

export function gap(antecedent?: Nominal): Gap {
  const agreement: Agreement =
    antecedent === undefined
      ? { person: 3, number: 'singular', gender: 'm' }
      : agreementOf(antecedent);
  return { kind: 'gap', agreement, antecedent };
}

export const who: Nominal = { kind: 'question', word: 'who' };
export const what: Nominal = { kind: 'question', word: 'what' };

/** The noun phrase with a relative clause made from a gap for it. */
export function relative(
  phrase: NounPhrase,
  role: Relative['role'],
  clauseOf: (gap: Gap) => Clause,
): NounPhrase {
  const human = phrase.entry.kind === 'person';
  return { ...phrase, modifier: { kind: 'relative', role, human, clause: clauseOf(gap(phrase)) } };
}

export function owned(phrase: NounPhrase, owner: Nominal, genitive: boolean): NounPhrase {
  return { ...phrase, modifier: { kind: 'owner', owner, genitive } };
}

export function place(preposition: string, object: Nominal): Place {
  return { kind: 'place', preposition: english(Object.values(prepositions), preposition), object };
}

export function time(text: string): Time {
  const all: readonly TimeExpression[] = Object.values(times).flat(2);
  const found = all.find((item) => item.english.map((word) => word.text).join(' ') === text);
  const expression = defined(found, text);
  return { kind: 'time', expression, parts: Array.from({ length: expression.parts }, () => ({})) };
}

function verbOf(lemma: string): Verb {
  return defined(
    verbs.find((verb) => verb.lemma === lemma),
    lemma,
  );
}

export function act(
  lemma: string,
  object?: Nominal,
  more: { recipient?: Nominal; that?: Clause } = {},
): Predicate {
  const complement = more.that === undefined ? undefined : { clause: more.that };
  return { kind: 'action', verb: verbOf(lemma), object, recipient: more.recipient, complement };
}

export function passive(lemma: string, agent?: Nominal, recipient?: Nominal): Predicate {
  const by = agent === undefined ? undefined : { nominal: agent };
  return { kind: 'passive', verb: verbOf(lemma), agent: by, recipient };
}

export function quality(
  lemma: string,
  more: { degree?: 'very' | 'too'; as?: Nominal } = {},
): Predicate {
  const entry = defined(
    adjectives.find((item) => item.lemma === lemma),
    lemma,
  );
  return {
    kind: 'quality',
    adjective: { entry },
    degree: more.degree === undefined ? undefined : { entry: degrees[more.degree] },
    standard: more.as === undefined ? undefined : { nominal: more.as },
  };
}

export function state(text: string): Predicate {
  return { kind: 'state', entry: english(states, text) };
}

interface Extras {
  readonly tense?: Tense;
  readonly not?: 'not' | 'never' | 'no longer';
  readonly often?: string;
  readonly opening?: Time;
  readonly adjuncts?: readonly Adjunct[];
}

export function clause(
  subject: Nominal | undefined,
  predicate: Predicate,
  extras: Extras = {},
): Clause {
  const { tense = 'present', not, often, opening, adjuncts = [] } = extras;
  return {
    subject,
    predicate,
    tense,
    negation:
      not === undefined
        ? undefined
        : { entry: english(Object.values(negations), not), plain: not === 'not' },
    frequency: often === undefined ? undefined : { entry: english(frequencies, often) },
    opening,
    adjuncts,
  };
}

export function say(
  subject: Nominal | undefined,
  predicate: Predicate,
  extras: Extras = {},
): Sentence {
  return { kind: 'statement', clause: clause(subject, predicate, extras) };
}

export function join(first: Clause, connector: keyof typeof connectors, second: Clause): Sentence {
  return { kind: 'joined', first, connector: { entry: connectors[connector] }, second };
}

export function ask(
  subject: Nominal | undefined,
  predicate: Predicate,
  extras: Extras & { word?: keyof typeof interrogatives; fronted?: Nominal } = {},
): Sentence {
  const { word, fronted } = extras;
  const front =
    word !== undefined
      ? ({ kind: 'adverb', entry: interrogatives[word] } as const)
      : fronted && ({ kind: 'nominal', nominal: fronted } as const);
  return {
    kind: 'question',
    clause: clause(subject, predicate, extras),
    fronted: front,
    inversion: {},
  };
}

export function askSubject(subject: Nominal, predicate: Predicate, extras: Extras = {}): Sentence {
  return { kind: 'subject question', clause: clause(subject, predicate, extras) };
}
