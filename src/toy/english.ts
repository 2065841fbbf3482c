/**
 * Renders noun phrases, pronouns, places and times in English.
 * Clauses are in englishClause.ts; the two files call each other for relative clauses, which
 * is why the clause renderer is passed in.
 */
import { englishArticle } from './spelling';
import type { Adjunct, Place, Pronoun, Relative, Time } from './tree';
import { agreementOf, type Clause, type Determiner, type Nominal, type NounPhrase } from './tree';
import type { GrammaticalNumber } from './types';
import { type Part, type Phrase, phrase, type Word, word, wordsOf } from './words';

export type Role = 'subject' | 'object';
export type ClauseRenderer = (clause: Clause) => Phrase;

export interface EnglishNominals {
  nominal(nominal: Nominal, role: Role): Phrase | undefined;
  adjunct(adjunct: Adjunct): Phrase | undefined;
}

const subjectPronouns = { m: 'he', f: 'she' };
const objectPronouns = { m: 'him', f: 'her' };

function pronounText({ agreement, human }: Pronoun, role: Role): string {
  const subject = role === 'subject';
  const plural = agreement.number === 'plural';
  if (agreement.person === 1) {
    if (plural) return subject ? 'we' : 'us';
    return subject ? 'i' : 'me';
  }
  if (plural) return subject ? 'they' : 'them';
  if (!human) return 'it';
  return (subject ? subjectPronouns : objectPronouns)[agreement.gender];
}

function determinerTexts(
  determiner: Determiner,
  number: GrammaticalNumber,
  next: string,
): string[] {
  switch (determiner.kind) {
    case 'bare':
      return [];
    case 'a':
      return [englishArticle(next)];
    case 'this':
      return [number === 'plural' ? 'these' : 'this'];
    case 'all':
      return ['all', 'the'];
    case 'how many':
      return ['how', 'many'];
    case 'number':
      return [...determiner.numeral.english];
    default:
      return [determiner.kind];
  }
}

/** Words that all depend on one head, as a flat time expression does. */
export function renderTime(time: Time, language: 'english' | 'french'): Phrase {
  const texts = time.expression[language];
  const words = texts.map(({ text, part }) => {
    const meaning = time.parts[part];
    return meaning === undefined ? word(text) : word(text, meaning);
  });
  const head = words.find((_, index) => texts[index]?.part === 0) ?? word('');
  return phrase(head, words);
}

/** The nominal renderers, given the clause renderer they need for relative clauses. */
export function englishNominals(clause: ClauseRenderer): EnglishNominals {
  function relative(node: Relative): Phrase {
    const subjectText = node.human ? 'who' : 'that';
    const texts = { subject: subjectText, object: 'that', where: 'where' };
    const inner = clause(node.clause);
    return phrase(inner.head, [word(texts[node.role], node), inner]);
  }

  function place(node: Place): Phrase | undefined {
    const object = nominal(node.object, 'object');
    if (object === undefined) return undefined;
    return phrase(object.head, [...wordsOf(node.preposition.english, node), object]);
  }

  function owner(node: Nominal, mark: Word): Phrase | undefined {
    const inner = nominal(node, 'object');
    return inner && phrase(inner.head, mark.text === 'of' ? [mark, inner] : [inner, mark]);
  }

  function modifier(node: NounPhrase['modifier']): Phrase | undefined {
    if (node === undefined) return undefined;
    if (node.kind === 'relative') return relative(node);
    if (node.kind === 'place') return place(node);
    return node.genitive ? undefined : owner(node.owner, word('of', node));
  }

  function nounPhrase(node: NounPhrase): Phrase {
    const noun = word(node.entry.english[node.number], node);
    const adjectives = node.adjectives.map((adjective) => word(adjective.entry.lemma, adjective));
    const possessed = node.modifier?.kind === 'owner' && node.modifier.genitive;
    const next = adjectives[0] ?? noun;
    const determiner: Part[] = possessed
      ? [node.modifier && owner(node.modifier.owner, word("'s", node.modifier))]
      : wordsOf(determinerTexts(node.determiner, node.number, next.text), node.determiner);
    return phrase(noun, [...determiner, ...adjectives, noun, modifier(node.modifier)]);
  }

  function nominal(node: Nominal, role: Role): Phrase | undefined {
    switch (node.kind) {
      case 'noun':
        return nounPhrase(node);
      case 'pronoun': {
        const only = word(pronounText(node, role), node);
        return phrase(only, [only]);
      }
      case 'name': {
        const only = word(node.entry.english, node);
        return phrase(only, [only]);
      }
      case 'question': {
        const only = word(node.word, node);
        return phrase(only, [only]);
      }
      case 'pastime': {
        const words = wordsOf(node.entry.english, node);
        return phrase(words[words.length - 1] ?? word(''), words);
      }
      case 'pair': {
        const first = nominal(node.first, role);
        const second = nominal(node.second, role);
        if (first === undefined || second === undefined) return first ?? second;
        return phrase(first.head, [first, phrase(second.head, [word('and', node), second])]);
      }
      case 'gap':
        return undefined;
    }
  }

  function adjunct(node: Adjunct): Phrase | undefined {
    return node.kind === 'time' ? renderTime(node, 'english') : place(node);
  }

  return { nominal, adjunct };
}

/** Whether a subject takes verb forms like 'sees', 'is' and 'does'. */
export function isThirdSingular(subject: Nominal): boolean {
  const { person, number } = agreementOf(subject);
  return person === 3 && number === 'singular';
}
