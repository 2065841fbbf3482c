/**
 * Renders clauses and sentences in English: tense, do-support, negation, inversion in questions.
 */
import { defined } from '../core/errors';
import { englishNominals, isThirdSingular } from './english';
import type { Action, Quality, Sentence } from './tree';
import { agreementOf, type Clause, type Fronted, type Nominal, type Predicate } from './tree';
import type { EnglishVerb } from './types';
import { type Part, type Phrase, phrase, type Word, word, wordsOf } from './words';

const nominals = englishNominals((clause) => englishClause(clause));
const object = (nominal: Nominal | undefined): Phrase | undefined =>
  nominal && nominals.nominal(nominal, 'object');

/** The words after the finite verb and subject, and the clause's head among them. */
interface Rest {
  readonly head: Word;
  readonly parts: readonly Part[];
}

function withPreposition(text: string, meaning: object, nominal: Nominal): Phrase | undefined {
  const inner = object(nominal);
  return inner && phrase(inner.head, [word(text, meaning), inner]);
}

function actionObjects({ verb, object: theme, recipient, complement }: Action, main: Word): Part[] {
  if (recipient?.kind === 'pronoun') return [object(recipient), object(theme)];
  const particle = verb.particle === undefined ? undefined : word(verb.particle, ...main.meanings);
  const inner = complement && englishClause(complement.clause);
  return [
    particle,
    object(theme),
    recipient && withPreposition('to', recipient, recipient),
    inner && phrase(inner.head, [word('that', complement), inner]),
  ];
}

function quality({ adjective, degree, standard }: Quality): Rest {
  const head = word(adjective.entry.lemma, adjective);
  if (standard !== undefined) {
    const than = object(standard.nominal);
    const second = than && phrase(than.head, [word('as', standard), than]);
    return { head, parts: [word('as', adjective), head, second] };
  }
  return { head, parts: [...wordsOf(degree?.entry.english ?? [], degree ?? {}), head] };
}

/** What follows 'to be'; undefined for actions, which have no 'to be'. */
function restOfState(predicate: Exclude<Predicate, Action>): Rest | undefined {
  switch (predicate.kind) {
    case 'passive': {
      const head = word(predicate.verb.english.participle, predicate);
      const { recipient, agent } = predicate;
      return {
        head,
        parts: [
          head,
          recipient && withPreposition('to', recipient, recipient),
          agent && withPreposition('by', agent, agent.nominal),
        ],
      };
    }
    case 'quality':
      return quality(predicate);
    case 'state': {
      const head = word(defined(predicate.entry.english[0], 'word'), predicate);
      return { head, parts: [head] };
    }
    case 'location': {
      const place = predicate.place && nominals.adjunct(predicate.place);
      return place && { head: place.head, parts: [place] };
    }
    case 'existence': {
      const thing = object(predicate.thing);
      return thing && { head: thing.head, parts: [thing] };
    }
  }
}

const beForms = {
  present: { first: 'am', third: 'is', plural: 'are' },
  past: { first: 'was', third: 'was', plural: 'were' },
};

function beForm(tense: 'present' | 'past', subject: Nominal): string {
  const { person, number } = agreementOf(subject);
  if (number === 'plural') return beForms[tense].plural;
  return person === 1 ? beForms[tense].first : beForms[tense].third;
}

function simpleForm(verb: EnglishVerb, clause: Clause, subject: Nominal): string {
  if (clause.tense === 'past') return verb.past;
  return isThirdSingular(subject) ? verb.third : verb.base;
}

/** The verb group: the word that moves in a question, then what follows the subject. */
interface Group {
  readonly movable: Word | undefined;
  readonly rest: Rest;
}

function adverbs({ negation, frequency }: Clause): Word[] {
  const negative = negation === undefined ? [] : wordsOf(negation.entry.english, negation);
  return frequency ? [...negative, ...wordsOf(frequency.entry.english, frequency)] : negative;
}

function actionGroup(clause: Clause, predicate: Action, subject: Nominal, moves: object[]): Group {
  const { english } = predicate.verb;
  const plainNegation = clause.negation?.plain === true;
  if (clause.tense !== 'future' && moves.length === 0 && !plainNegation) {
    const main = word(simpleForm(english, clause, subject), predicate, clause);
    const parts = [...adverbs(clause), main, ...actionObjects(predicate, main)];
    return { movable: undefined, rest: { head: main, parts } };
  }
  const main = word(english.base, predicate);
  const rest = { head: main, parts: [...adverbs(clause), main, ...actionObjects(predicate, main)] };
  return { movable: auxiliary(clause, subject, moves), rest };
}

function auxiliary(clause: Clause, subject: Nominal, moves: object[]): Word {
  if (clause.tense === 'future') return word('will', clause, ...moves);
  if (clause.tense === 'past') return word('did', clause, ...moves);
  const meanings = moves.length > 0 || clause.negation === undefined ? moves : [clause.negation];
  return word(isThirdSingular(subject) ? 'does' : 'do', ...meanings);
}

function stateGroup(
  clause: Clause,
  predicate: Exclude<Predicate, Action>,
  subject: Nominal,
  moves: object[],
): Group {
  const after = restOfState(predicate);
  const future = clause.tense === 'future';
  const text = clause.tense === 'future' ? 'will' : beForm(clause.tense, subject);
  const movable = word(text, clause, ...moves);
  const be = future ? word('be', clause) : undefined;
  // Without anything after it ('where is the cat'), 'to be' itself is the head.
  const head = after?.head ?? be ?? movable;
  return { movable, rest: { head, parts: [...adverbs(clause), be, ...(after?.parts ?? [])] } };
}

function verbGroup(clause: Clause, subject: Nominal, moves: object[]): Group {
  const { predicate } = clause;
  if (predicate.kind === 'action') return actionGroup(clause, predicate, subject, moves);
  return stateGroup(clause, predicate, subject, moves);
}

/**
 * A clause. With `inversion` the auxiliary stands before the subject.
 * @param before words before everything but the clause's opening, such as a question word
 */
function englishClause(clause: Clause, inversion?: object, before: readonly Part[] = []): Phrase {
  const { predicate, subject } = clause;
  const thing = predicate.kind === 'existence' ? predicate.thing : undefined;
  const agreeing = subject ?? thing;
  if (agreeing === undefined) return phrase(word(''), []);
  const { movable, rest } = verbGroup(clause, agreeing, inversion === undefined ? [] : [inversion]);
  const who = subject ? nominals.nominal(subject, 'subject') : word('there', predicate);
  const core = inversion === undefined ? [who, movable] : [movable, who];
  return phrase(rest.head, [
    ...before,
    clause.opening && nominals.adjunct(clause.opening),
    ...core,
    ...rest.parts,
    ...clause.adjuncts.map((adjunct) => nominals.adjunct(adjunct)),
  ]);
}

function frontedParts(fronted: Fronted | undefined): Part[] {
  if (fronted === undefined) return [];
  if (fronted.kind === 'nominal') return [object(fronted.nominal)];
  return wordsOf(fronted.entry.english, fronted);
}

/** The English words of a sentence. */
export function renderEnglish(sentence: Sentence): readonly Word[] {
  switch (sentence.kind) {
    case 'statement':
      return englishClause(sentence.clause).words;
    case 'joined': {
      const first = englishClause(sentence.first);
      const second = englishClause(sentence.second);
      const link = wordsOf(sentence.connector.entry.english, sentence.connector);
      return phrase(first.head, [first, phrase(second.head, [...link, second])]).words;
    }
    case 'subject question': {
      const clause = englishClause(sentence.clause);
      return phrase(clause.head, [clause, word('?', sentence)]).words;
    }
    case 'question': {
      const { clause, inversion, fronted } = sentence;
      const asked = englishClause(clause, inversion, frontedParts(fronted));
      return phrase(asked.head, [asked, word('?', sentence)]).words;
    }
  }
}
