/** The sentences that word vectors are learnt from, and the class of each of their words. */
import { buildVocabulary, SPECIAL_TOKENS, type Vocabulary } from 'qkv/text';
import {
  type Adjective,
  type Name,
  type Noun,
  type NounKind,
  type ToyExample,
  toyExamples,
  type Verb,
} from 'qkv/toy';
import { WORD_CLASSES, type WordClass } from './classes';

/** A word of the corpus. */
export interface CorpusWord {
  readonly word: string;
  readonly kind: WordClass;
  /** Whether it is a noun in the singular, or a name. */
  readonly isNoun: boolean;
  /** How often it occurs. */
  readonly count: number;
}

export interface WordCorpus {
  readonly sentences: readonly (readonly string[])[];
  readonly vocabulary: Vocabulary;
  /** All words, the most frequent first: the vocabulary without its special tokens. */
  readonly words: readonly CorpusWord[];
}

/** Number of sentences. */
const SENTENCES = 4000;

/** The seed of the sentences, which are the same in every run. */
const SEED = 1;

const CLASS_OF_NOUN: Readonly<Record<NounKind | Name['kind'], WordClass>> = {
  person: 'person',
  animal: 'animal',
  food: 'food',
  dish: 'food',
  drink: 'food',
  text: 'thing',
  clothing: 'thing',
  thing: 'thing',
  opening: 'thing',
  furniture: 'thing',
  vehicle: 'thing',
  light: 'thing',
  place: 'place',
  city: 'place',
  country: 'place',
};

/** The number of tokens of a vocabulary that are no words. */
export const SPECIALS = Object.values(SPECIAL_TOKENS).length;

let known: WordCorpus | undefined;

/** English sentences of the grammar. */
export function wordCorpus(): WordCorpus {
  known ??= makeCorpus();
  return known;
}

function makeCorpus(): WordCorpus {
  const examples: ToyExample[] = [];
  for (const example of toyExamples(SEED, 'train')) {
    examples.push(example);
    if (examples.length === SENTENCES) break;
  }
  const sentences = examples.map(({ pair }) => pair.source);
  const vocabulary = buildVocabulary(sentences);
  const counts = new Map<string, number>();
  for (const word of sentences.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const entries = entriesOf(examples);
  const classes = classesOf(entries);
  const nouns = new Set(entries.flatMap(nounsOf));
  const words = vocabulary.tokens.slice(SPECIALS).map((word) => ({
    word,
    kind: classes.get(word) ?? 'other',
    isNoun: nouns.has(word),
    count: counts.get(word) ?? 0,
  }));
  return { sentences, vocabulary, words };
}

type Entry = Noun | Name | Verb | Adjective;

/** The entries of the lexicon that the trees of sentences have. */
function entriesOf(examples: readonly ToyExample[]): readonly Entry[] {
  const seen = new Set<object>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    for (const part of Object.values(node)) visit(part);
  };
  for (const { sentence } of examples) visit(sentence);
  return [...seen].filter(isEntry);
}

function isEntry(node: object): node is Entry {
  const isName = 'english' in node && typeof node.english === 'string' && 'gender' in node;
  return isName || 'countable' in node || 'frame' in node || 'onlyAttributive' in node;
}

/** The noun or name of an entry, in the singular. */
function nounsOf(entry: Entry): readonly string[] {
  if ('countable' in entry) return [entry.english.singular];
  return 'lemma' in entry ? [] : [entry.english];
}

function formsOf(entry: Entry): readonly [WordClass, readonly string[]] {
  if ('countable' in entry) return [CLASS_OF_NOUN[entry.kind], Object.values(entry.english)];
  if ('frame' in entry) return ['verb', Object.values(entry.english)];
  if ('onlyAttributive' in entry) return ['adjective', [entry.lemma]];
  return [CLASS_OF_NOUN[entry.kind], [entry.english]];
}

/** The class of each form; of several, the one that comes first in the list of classes. */
function classesOf(entries: readonly Entry[]): ReadonlyMap<string, WordClass> {
  const classes = new Map<string, WordClass>();
  for (const [kind, forms] of entries.map(formsOf)) {
    for (const form of forms) {
      const other = classes.get(form) ?? 'other';
      const isFirst = WORD_CLASSES.indexOf(kind) < WORD_CLASSES.indexOf(other);
      classes.set(form, isFirst ? kind : other);
    }
  }
  return classes;
}
