/**
 * Renders clauses and sentences in French: tense, participle agreement, negation, clitics,
 * est-ce que, and at last the elisions and contractions between neighbouring words.
 */
import { clitic, frenchNominals, inflectAdjective } from './french';
import { contract, elide, frenchPerson, inflectParticiple } from './spelling';
import type { Action, Passive, Predicate, Quality } from './tree';
import { agreementOf, type Clause, type Fronted, type Nominal, type Sentence } from './tree';
import type { Agreement } from './types';
import { avoir, etre, imperfectAvoir, imperfectEtre } from './verbs';
import { type Part, type Phrase, phrase, type Word, word, wordsOf } from './words';

const nominals = frenchNominals((clause) => frenchClause(clause));

const third: Agreement = { person: 3, number: 'singular', gender: 'm' };

/** A verb group: [ne] clitics, finite verb, [pas] [souvent], and the rest. */
interface Group {
  readonly clitics: readonly Word[];
  readonly finite: Word;
  readonly rest: readonly Part[];
  readonly head: Word;
}

/** An object that stands before the verb: a clitic, or what a gap stands for. */
function precedingObject({ verb, object }: Action): Agreement | undefined {
  if (object === undefined || verb.preposition !== undefined) return undefined;
  return object.kind === 'pronoun' || object.kind === 'gap' ? object.agreement : undefined;
}

function actionObjects(clause: Clause, predicate: Action): Part[] {
  const { verb, object, recipient, complement } = predicate;
  const negated = clause.negation !== undefined && verb.preposition === undefined;
  const inner = complement && frenchClause(complement.clause);
  const theme = object?.kind === 'pronoun' ? undefined : object;
  const to = recipient?.kind === 'pronoun' ? undefined : recipient;
  const standing = { negated: negated && !verb.generic, generic: verb.generic };
  return [
    verb.companion === undefined ? undefined : word(verb.companion, predicate),
    theme && verb.preposition !== undefined
      ? nominals.after([word(verb.preposition, predicate)], theme)
      : theme && nominals.nominal(theme, standing),
    to && nominals.after([word('à', to)], to),
    inner && phrase(inner.head, [word('que', complement), inner]),
  ];
}

function actionClitics({ verb, object, recipient }: Action): Word[] {
  const words: Word[] = [];
  if (recipient?.kind === 'pronoun') words.push(word(clitic(recipient.agreement, true), recipient));
  if (object?.kind === 'pronoun') {
    words.push(word(clitic(object.agreement, verb.preposition === 'à'), object));
  }
  return words;
}

function actionGroup(clause: Clause, predicate: Action, subject: Agreement): Group {
  const { verb } = predicate;
  const clitics = actionClitics(predicate);
  const objects = actionObjects(clause, predicate);
  const person = frenchPerson(subject);
  if (clause.tense !== 'past') {
    const finite = word(verb.french[clause.tense][person], predicate, clause);
    return { clitics, finite, rest: objects, head: finite };
  }
  const withEtre = verb.auxiliary === 'être';
  const agreeing = withEtre ? subject : (precedingObject(predicate) ?? third);
  const head = word(inflectParticiple(verb.french.participle, agreeing), predicate);
  const finite = word((withEtre ? etre : avoir).present[person], clause);
  return { clitics, finite, rest: [head, ...objects], head };
}

/** A form of 'être' that states something: imperfect in the past. */
function copula(clause: Clause, subject: Agreement): Word {
  const person = frenchPerson(subject);
  const text = clause.tense === 'past' ? imperfectEtre[person] : etre[clause.tense][person];
  return word(text, clause);
}

function passiveGroup(clause: Clause, predicate: Passive, subject: Agreement): Group {
  const { verb, recipient, agent } = predicate;
  const head = word(inflectParticiple(verb.french.participle, subject), predicate);
  const past = clause.tense === 'past';
  const finite = past
    ? word(avoir.present[frenchPerson(subject)], clause)
    : copula(clause, subject);
  const rest = [
    past ? word(etre.participle, clause) : undefined,
    head,
    recipient && nominals.after([word('à', recipient)], recipient),
    agent && nominals.after([word('par', agent)], agent.nominal),
  ];
  return { clitics: [], finite, rest, head };
}

function qualityGroup(clause: Clause, predicate: Quality, subject: Agreement): Group {
  const { adjective, degree, standard } = predicate;
  const head = word(inflectAdjective(adjective.entry, subject), adjective);
  const finite = copula(clause, subject);
  const rest =
    standard === undefined
      ? [...wordsOf(degree?.entry.french ?? [], degree ?? {}), head]
      : [word('aussi', adjective), head, nominals.after([word('que', standard)], standard.nominal)];
  return { clitics: [], finite, rest, head };
}

/** 'avoir' that states something: a faim, il y a. */
function having(clause: Clause, subject: Agreement): string {
  const person = frenchPerson(subject);
  return clause.tense === 'past' ? imperfectAvoir[person] : avoir[clause.tense][person];
}

function verbGroup(clause: Clause, predicate: Predicate, subject: Agreement): Group {
  switch (predicate.kind) {
    case 'action':
      return actionGroup(clause, predicate, subject);
    case 'passive':
      return passiveGroup(clause, predicate, subject);
    case 'quality':
      return qualityGroup(clause, predicate, subject);
    case 'state': {
      const finite = word(having(clause, subject), clause);
      return {
        clitics: [],
        finite,
        rest: wordsOf(predicate.entry.french, predicate),
        head: finite,
      };
    }
    case 'location': {
      const finite = copula(clause, subject);
      const place = predicate.place && nominals.adjunct(predicate.place);
      return { clitics: [], finite, rest: [place], head: place?.head ?? finite };
    }
    case 'existence': {
      const finite = word(having(clause, third), clause);
      const negated = clause.negation !== undefined;
      const rest = [nominals.nominal(predicate.thing, { negated })];
      return { clitics: [word('y', predicate)], finite, rest, head: finite };
    }
  }
}

/** 'ne' comes with a negation or with 'aucun' in the subject; it means what they mean. */
function negator({ negation, subject }: Clause): Word | undefined {
  if (negation !== undefined) return word('ne', negation);
  const none = subject?.kind === 'noun' && subject.determiner.kind === 'no';
  return none ? word('ne', subject.determiner) : undefined;
}

/** A clause, before elision. @param before words before everything, such as a question word */
function frenchClause(clause: Clause, before: readonly Part[] = []): Phrase {
  const { predicate, subject, negation, frequency } = clause;
  const agreement = subject === undefined ? third : agreementOf(subject);
  const group = verbGroup(clause, predicate, agreement);
  const who: Part = subject === undefined ? word('il', predicate) : nominals.nominal(subject);
  return phrase(group.head, [
    ...before,
    clause.opening && nominals.adjunct(clause.opening),
    who,
    negator(clause),
    ...group.clitics,
    group.finite,
    ...(negation === undefined ? [] : wordsOf(negation.entry.french, negation)),
    ...(frequency === undefined ? [] : wordsOf(frequency.entry.french, frequency)),
    ...group.rest,
    ...clause.adjuncts.map((adjunct) => nominals.adjunct(adjunct)),
  ]);
}

function frontedParts(fronted: Fronted | undefined): Part[] {
  if (fronted === undefined) return [];
  if (fronted.kind === 'nominal') return [nominals.nominal(fronted.nominal)];
  return wordsOf(fronted.entry.french, fronted);
}

/** 'where is the cat' has no est-ce que: 'où est le chat'. */
function whereabouts(clause: Clause, fronted: Fronted | undefined, subject: Nominal): Phrase {
  const finite = copula(clause, agreementOf(subject));
  return phrase(finite, [...frontedParts(fronted), finite, nominals.nominal(subject)]);
}

function question(sentence: Extract<Sentence, { kind: 'question' }>): Phrase {
  const { clause, fronted, inversion } = sentence;
  const { predicate, subject } = clause;
  if (predicate.kind === 'location' && predicate.place === undefined && subject !== undefined) {
    return whereabouts(clause, fronted, subject);
  }
  return frenchClause(clause, [...frontedParts(fronted), ...wordsOf(['est-ce', 'que'], inversion)]);
}

function sentenceWords(sentence: Sentence): readonly Word[] {
  switch (sentence.kind) {
    case 'statement':
      return frenchClause(sentence.clause).words;
    case 'joined': {
      const first = frenchClause(sentence.first);
      const second = frenchClause(sentence.second);
      const link = wordsOf(sentence.connector.entry.french, sentence.connector);
      return phrase(first.head, [first, phrase(second.head, [...link, second])]).words;
    }
    case 'subject question':
    case 'question': {
      const asked =
        sentence.kind === 'question' ? question(sentence) : frenchClause(sentence.clause);
      return phrase(asked.head, [asked, word('?', sentence)]).words;
    }
  }
}

/**
 * Applies elisions and contractions. No word depends on the words that change, so that heads stay
 * valid.
 */
function joinNeighbours(words: readonly Word[]): readonly Word[] {
  const joined: Word[] = [];
  for (const [index, item] of words.entries()) {
    const text = elide(item.text, words[index + 1]?.text);
    const previous = joined[joined.length - 1];
    const merged = previous && contract(previous.text, text);
    if (previous !== undefined && merged !== undefined) {
      joined.pop();
      joined.push({
        ...previous,
        text: merged,
        meanings: [...previous.meanings, ...item.meanings],
      });
    } else {
      joined.push(text === item.text ? item : { ...item, text });
    }
  }
  return joined;
}

/** The French words of a sentence. */
export function renderFrench(sentence: Sentence): readonly Word[] {
  return joinNeighbours(sentenceWords(sentence));
}
