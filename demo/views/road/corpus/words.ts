/** The words of the figure of language as data. */
import type { Language } from '../../../state/settings';
import type { PhraseKind } from './phrases';
import type { WordClass } from './wordClasses';

const classes: Readonly<Record<WordClass, string>> = {
  noun: 'noun',
  verb: 'verb',
  adjective: 'adjective',
  name: 'name',
  time: 'time',
  pronoun: 'pronoun',
  determiner: 'determiner',
  preposition: 'preposition',
  auxiliary: 'auxiliary',
  adverb: 'adverb',
  connector: 'conjunction',
  subordinator: 'conjunction',
  question: 'question',
  mark: 'marker',
};

const phrases: Readonly<Record<PhraseKind, string>> = {
  sentence: 'sentence',
  clause: 'clause',
  noun: 'noun phrase',
  preposition: 'prepositional phrase',
  comparison: 'comparison',
  owner: 'possessor',
  time: 'time',
};

const en = {
  title: 'Language as data',
  text: 'A corpus is a list of sentences, a sentence is a list of words, and the words form phrases: each word with everything that depends on it. A translator has to find the French words for each phrase, and put them in the French order.',
  paper: 'Brown et al. 1993, The mathematics of statistical machine translation',
  notice:
    'Choose a phrase of the tree: its French words light up, even where they stand in another order, or where one word becomes two. The darkest box is the head, the word on which all the others of the phrase depend. A network is never shown this tree or these lines; it sees only the two lists of words.',
  corpus: 'The corpus',
  size: (pairs: string, english: string, french: string, words: string, mots: string) =>
    `${pairs} pairs of sentences: ${english} English words, of which ${words} are different, and ${french} French ones, of which ${mots} are different.`,
  previous: 'Previous sentence',
  next: 'Next sentence',
  place: (at: string, of: string) => `Sentence ${at} of ${of}`,
  tree: 'Phrases of the English sentence, above; the French sentence, below; lines between words of the same meaning',
  chosen: 'Chosen',
  english: 'English',
  french: 'French',
  head: 'head',
  none: 'no word of its own',
  counts: (word: string, count: string, pairs: string) =>
    `“${word}” occurs ${count} times in these ${pairs} sentences. Aligned with:`,
  yours: 'The words of your sentence, and how often the corpus has them',
  never: 'never',
  classes,
  phrases,
};

const fr: typeof en = {
  title: 'Le langage comme données',
  text: 'Un corpus est une liste de phrases, une phrase est une liste de mots, et les mots forment des groupes : chaque mot avec tout ce qui en dépend. Un traducteur doit trouver les mots français de chaque groupe, et les mettre dans l’ordre du français.',
  paper: 'Brown et al. 1993, The mathematics of statistical machine translation',
  notice:
    'Choisissez un groupe de l’arbre : ses mots français s’allument, même s’ils sont dans un autre ordre, ou si un mot en devient deux. La case la plus foncée est la tête, le mot dont dépendent tous les autres du groupe. Un réseau ne voit jamais ni cet arbre ni ces lignes, mais seulement les deux listes de mots.',
  corpus: 'Le corpus',
  size: (pairs, english, french, words, mots) =>
    `${pairs} paires de phrases : ${english} mots anglais, dont ${words} différents, et ${french} mots français, dont ${mots} différents.`,
  previous: 'Phrase précédente',
  next: 'Phrase suivante',
  place: (at, of) => `Phrase ${at} sur ${of}`,
  tree: 'Les groupes de la phrase anglaise, en haut ; la phrase française, en bas ; des lignes entre les mots de même sens',
  chosen: 'Choisi',
  english: 'Anglais',
  french: 'Français',
  head: 'tête',
  none: 'aucun mot à lui',
  counts: (word, count, pairs) =>
    `« ${word} » apparaît ${count} fois dans ces ${pairs} phrases. Aligné avec :`,
  yours: 'Les mots de votre phrase, et combien de fois le corpus les contient',
  never: 'jamais',
  classes: {
    noun: 'nom',
    verb: 'verbe',
    adjective: 'adjectif',
    name: 'nom propre',
    time: 'temps',
    pronoun: 'pronom',
    determiner: 'déterminant',
    preposition: 'préposition',
    auxiliary: 'auxiliaire',
    adverb: 'adverbe',
    connector: 'conjonction',
    subordinator: 'conjonction',
    question: 'question',
    mark: 'marque',
  },
  phrases: {
    sentence: 'phrase',
    clause: 'proposition',
    noun: 'groupe nominal',
    preposition: 'groupe prépositionnel',
    comparison: 'comparaison',
    owner: 'possesseur',
    time: 'temps',
  },
};

export const WORDS: Readonly<Record<Language, typeof en>> = { en, fr };
