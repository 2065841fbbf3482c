/**
 * Renders noun phrases, clitic pronouns, places and times in French: gender and number
 * agreement, order of adjectives, articles. Elision and contraction come later, in frenchClause.ts.
 */
import { renderTime } from './english';
import { byGender, startsWithVowel } from './spelling';
import type { Owner, Place, Relative } from './tree';
import { type Adjunct, agreementOf, type Clause, type Nominal, type NounPhrase } from './tree';
import type { Adjective, Agreement, Forms, Name } from './types';
import { type Part, type Phrase, phrase, type Word, word, wordsOf } from './words';

/** The features of a nominal's role in its clause that its article depends on. */
export interface Standing {
  /** Direct object of a negated verb: 'pas de chat'. */
  readonly negated?: boolean;
  /** Bare object of 'aimer': 'aime les chats'. */
  readonly generic?: boolean;
}

export interface FrenchNominals {
  nominal(nominal: Nominal, standing?: Standing): Phrase | undefined;
  adjunct(adjunct: Adjunct): Phrase | undefined;
  /** A nominal after a preposition. */
  after(preposition: Part[], nominal: Nominal): Phrase | undefined;
}

/** The definite article le, la or les, which is elided later. */
function definite({ gender, number }: Agreement): string {
  return number === 'plural' ? 'les' : byGender(gender, 'le', 'la');
}

function possessive(letter: 'm' | 's', agreement: Agreement, next: string): string {
  if (agreement.number === 'plural') return `${letter}es`;
  const feminine = agreement.gender === 'f' && !startsWithVowel(next);
  return feminine ? `${letter}a` : `${letter}on`;
}

function demonstrative({ gender, number }: Agreement, next: string): string {
  if (number === 'plural') return 'ces';
  if (gender === 'f') return 'cette';
  return startsWithVowel(next) ? 'cet' : 'ce';
}

/** An indefinite article: un, une, des; 'de' before an adjective and after a negation. */
function indefinite(node: NounPhrase, agreement: Agreement, standing: Standing, preposed: boolean) {
  if (standing.generic && node.determiner.kind === 'bare') return [definite(agreement)];
  if (standing.negated) return ['de'];
  if (!node.entry.countable) return ['de', definite(agreement)];
  if (node.determiner.kind === 'a') return [byGender(agreement.gender, 'un', 'une')];
  return [preposed ? 'de' : 'des'];
}

const quel: Readonly<Record<'m' | 'f', Forms>> = {
  m: { singular: 'quel', plural: 'quels' },
  f: { singular: 'quelle', plural: 'quelles' },
};

function determinerTexts(
  node: NounPhrase,
  standing: Standing,
  next: string,
  preposed: boolean,
): readonly string[] {
  const agreement = agreementOf(node);
  const plural = agreement.number === 'plural';
  const { determiner } = node;
  switch (determiner.kind) {
    case 'the':
      return [definite(agreement)];
    case 'a':
    case 'bare':
      return indefinite(node, agreement, standing, preposed);
    case 'this':
      return [demonstrative(agreement, next)];
    case 'my':
      return [possessive('m', agreement, next)];
    case 'his':
    case 'her':
      return [possessive('s', agreement, next)];
    case 'our':
      return [plural ? 'nos' : 'notre'];
    case 'their':
      return [plural ? 'leurs' : 'leur'];
    case 'every':
      return ['chaque'];
    case 'all':
      return [byGender(agreement.gender, 'tous', 'toutes'), 'les'];
    case 'many':
      return ['beaucoup', 'de'];
    case 'how many':
      return ['combien', 'de'];
    case 'some':
      return ['quelques'];
    case 'several':
      return ['plusieurs'];
    case 'no':
      return [byGender(agreement.gender, 'aucun', 'aucune')];
    case 'which':
      return [quel[agreement.gender][agreement.number]];
    case 'number':
      return determiner.numeral.french;
  }
}

/** Inflects an adjective; before a vowel, it may be bel, vieil or nouvel. */
export function inflectAdjective(adjective: Adjective, to: Agreement, next = ''): string {
  const masculineSingular = to.gender === 'm' && to.number === 'singular';
  if (masculineSingular && adjective.precedes && startsWithVowel(next))
    return adjective.beforeVowel;
  return adjective.french[to.gender][to.number];
}

/** The preposition, with its article if any, before the name of a place. */
function placeNameTexts({ kind, gender }: Name): string[] {
  if (kind === 'city') return ['à'];
  return gender === 'f' ? ['en'] : ['à', 'le'];
}

function prepositionTexts({ preposition, object }: Place): readonly string[] {
  const [first] = preposition.french;
  const inside = first === 'à' || first === 'dans';
  const person = object.kind === 'noun' && object.entry.kind === 'person';
  if (inside && object.kind === 'name' && object.entry.kind !== 'person') {
    return placeNameTexts(object.entry);
  }
  if (first === 'à' && (person || object.kind === 'name')) return ['chez'];
  return preposition.french;
}

/** The nominal renderers, given the clause renderer they need for relative clauses. */
export function frenchNominals(clause: (clause: Clause) => Phrase): FrenchNominals {
  function relative(node: Relative): Phrase {
    const inner = clause(node.clause);
    const texts = { subject: 'qui', object: 'que', where: 'où' };
    return phrase(inner.head, [word(texts[node.role], node), inner]);
  }

  function after(preposition: Part[], node: Nominal): Phrase | undefined {
    const inner = nominal(node);
    return inner && phrase(inner.head, [...preposition, inner]);
  }

  function place(node: Place): Phrase | undefined {
    const preposition = wordsOf(prepositionTexts(node), node);
    if (node.object.kind !== 'name') return after(preposition, node.object);
    const only = word(node.object.entry.french, node.object);
    return phrase(only, [...preposition, only]);
  }

  function modifier(node: Owner | Relative | Place): Phrase | undefined {
    if (node.kind === 'relative') return relative(node);
    return node.kind === 'place' ? place(node) : after([word('de', node)], node.owner);
  }

  function nounPhrase(node: NounPhrase, standing: Standing): Phrase {
    const agreement = agreementOf(node);
    const noun = word(node.entry.french[node.number], node);
    const preposed: Word[] = [];
    const postposed: Word[] = [];
    for (const adjective of [...node.adjectives].reverse()) {
      if (adjective.entry.precedes) {
        const next = (preposed[0] ?? noun).text;
        preposed.unshift(word(inflectAdjective(adjective.entry, agreement, next), adjective));
      } else {
        postposed.push(word(inflectAdjective(adjective.entry, agreement), adjective));
      }
    }
    const next = (preposed[0] ?? noun).text;
    const texts = determinerTexts(node, standing, next, preposed.length > 0);
    // A bare English noun has no word for the French article to be aligned with but itself.
    const meaning = node.determiner.kind === 'bare' ? node : node.determiner;
    const determiner = wordsOf(texts, meaning);
    const last = node.modifier && modifier(node.modifier);
    return phrase(noun, [...determiner, ...preposed, noun, ...postposed, last]);
  }

  function name(node: Extract<Nominal, { kind: 'name' }>): Phrase {
    const only = word(node.entry.french, node);
    const article = word(definite(agreementOf(node)), node);
    return phrase(only, [node.entry.kind === 'country' ? article : undefined, only]);
  }

  function nominal(node: Nominal, standing: Standing = {}): Phrase | undefined {
    switch (node.kind) {
      case 'noun':
        return nounPhrase(node, standing);
      case 'name':
        return name(node);
      case 'pronoun': {
        const only = word(subjectPronoun(node.agreement), node);
        return phrase(only, [only]);
      }
      case 'question': {
        const only = word(node.word === 'who' ? 'qui' : 'que', node);
        return phrase(only, [only]);
      }
      case 'pastime': {
        const words = wordsOf(node.entry.french, node);
        return phrase(words[words.length - 1] ?? word(''), words);
      }
      case 'pair': {
        const first = nominal(node.first, standing);
        const second = nominal(node.second, standing);
        if (first === undefined || second === undefined) return first ?? second;
        return phrase(first.head, [first, phrase(second.head, [word('et', node), second])]);
      }
      case 'gap':
        return undefined;
    }
  }

  return {
    nominal,
    after,
    adjunct: (node) => (node.kind === 'time' ? renderTime(node, 'french') : place(node)),
  };
}

function subjectPronoun({ person, number, gender }: Agreement): string {
  if (person === 1) return number === 'plural' ? 'nous' : 'je';
  return byGender(gender, 'il', 'elle') + (number === 'plural' ? 's' : '');
}

/** The object pronoun before the verb; `dative` for verbs with 'à'. */
export function clitic({ person, number, gender }: Agreement, dative: boolean): string {
  if (person === 1) return number === 'plural' ? 'nous' : 'me';
  if (dative) return number === 'plural' ? 'leur' : 'lui';
  return definite({ person, number, gender });
}
