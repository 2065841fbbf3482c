/** Four small tasks of the grammar, one for each shape of input and output. */
import { buildVocabulary, type Vocabulary, vocabularyOf } from 'qkv/text';
import { type ToyExample, toyExamples } from 'qkv/toy';
import { allPhrases, counterpartOf, phraseTree } from '../corpus/phrases';
import { WORD_CLASSES, wordClasses } from '../corpus/wordClasses';
import { NO_WORD, type PhraseWords, type Shape } from './shapeNames';

export const TENSES = ['present', 'past', 'future'] as const;
export const NEXT_CLASSES: readonly string[] = [...WORD_CLASSES, NO_WORD];

/** An example of a task: words, or what is said of them. */
export interface Item {
  readonly input: readonly string[];
  readonly output: readonly string[];
}

/** Items of a task that are learnt from, and others. */
export interface Items {
  readonly train: readonly Item[];
  readonly held: readonly Item[];
}

export interface Tasks {
  readonly items: Readonly<Record<Shape, Items>>;
  /** English words. */
  readonly words: Vocabulary;
  /** French words of noun phrases. */
  readonly french: Vocabulary;
  readonly choices: PhraseWords;
}

/** Seed of the corpus. */
const SEED = 1;
const SENTENCES = 1200;
const HELD = 200;
/** Number of sentences that noun phrases are taken from. */
const FOR_PHRASES = 3000;
const SPECIAL = ['<pad>', '<bos>', '<eos>', '<unk>'];
const FRENCH_DETERMINERS =
  "le la l' les un une des mon ma mes son sa ses notre nos leur leurs ce cet cette ces".split(' ');
const DETERMINERS = ['the', 'a', 'my', 'his', 'our', 'these'];

export function makeTasks(): Tasks {
  const long = take('train', FOR_PHRASES);
  const [train, held] = [long.slice(0, SENTENCES), take('dev', HELD)];
  const both = (make: (example: ToyExample) => readonly Item[]): Items => ({
    train: train.flatMap(make),
    held: held.flatMap(make),
  });
  const phrases = phraseItems(long);
  const all = [...phrases.train, ...phrases.held];
  return {
    items: {
      oneToOne: both(nextClasses),
      oneToMany: phrases,
      manyToOne: both(tenses),
      manyToMany: both((example) => [{ input: example.pair.source, output: wordClasses(example) }]),
    },
    words: buildVocabulary(train.map(({ pair }) => pair.source)),
    french: vocabularyOf([...SPECIAL, ...new Set(all.flatMap(({ output }) => output))]),
    choices: choicesOf(all),
  };
}

function take(split: 'train' | 'dev', count: number): readonly ToyExample[] {
  const found: ToyExample[] = [];
  for (const example of toyExamples(SEED, split)) if (found.push(example) === count) break;
  return found;
}

/** A word, and the class of the one after it. */
function nextClasses(example: ToyExample): readonly Item[] {
  const classes = wordClasses(example);
  return example.pair.source.map((word, i) => ({
    input: [word],
    output: [classes[i + 1] ?? NO_WORD],
  }));
}

/** A sentence, and its tense. */
function tenses({ pair, sentence }: ToyExample): readonly Item[] {
  const clauses =
    sentence.kind === 'joined' ? [sentence.first, sentence.second] : [sentence.clause];
  const [tense = 'present', ...others] = clauses.map((clause) => clause.tense);
  // A sentence of two tenses has no one label.
  return others.every((one) => one === tense) ? [{ input: pair.source, output: [tense] }] : [];
}

/** Noun phrases, and their French; every eighth different one is held out. */
function phraseItems(examples: readonly ToyExample[]): Items {
  const found = new Map<string, Item>();
  for (const example of examples) {
    const pair = { ...example.pair, classes: wordClasses(example) };
    for (const { kind, words } of allPhrases(phraseTree(pair))) {
      const [first = -1] = words;
      const input = words.map((i) => pair.source[i] ?? '');
      const isPlain = words.slice(1, -1).every((i) => pair.classes[i] === 'adjective');
      if (kind !== 'noun' || words.length > 3 || !isPlain) continue;
      if (pair.classes[words.at(-1) ?? -1] !== 'noun') continue;
      if (!DETERMINERS.includes(pair.source[first] ?? '')) continue;
      const { words: others } = counterpartOf(pair, words);
      const output = others.map((i) => pair.target[i] ?? '');
      const isWhole = (others.at(-1) ?? 0) - (others[0] ?? 0) + 1 === words.length;
      if (!isWhole || !FRENCH_DETERMINERS.includes(output[0] ?? '')) continue;
      found.set(input.join(' '), { input, output });
    }
  }
  const items = [...found.values()];
  return {
    train: items.filter((_, i) => i % 8 !== 7),
    held: items.filter((_, i) => i % 8 === 7),
  };
}

/** The commonest words of phrases. */
function choicesOf(items: readonly Item[]): PhraseWords {
  const commonest = (words: readonly string[], count: number) => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const sorted = [...counts].toSorted((a, b) => b[1] - a[1]).map(([word]) => word);
    return sorted.slice(0, count).toSorted();
  };
  return {
    determiners: DETERMINERS,
    adjectives: commonest(
      items.flatMap(({ input }) => input.slice(1, -1)),
      16,
    ),
    nouns: commonest(
      items.flatMap(({ input }) => input.slice(-1)),
      30,
    ),
  };
}

/**
 * How often the commonest training label is right on held-out items.
 * @param end a label at the end of each output, if there is one
 */
export function majority(items: Items, end: readonly string[] = []): number {
  const ended = (some: readonly Item[]) => some.map(({ output }) => [...output, ...end]);
  const counts = new Map<string, number>();
  for (const output of ended(items.train)) {
    for (const label of output) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const [common] = [...counts].toSorted((a, b) => b[1] - a[1]);
  const labels = ended(items.held).flat();
  return labels.filter((label) => label === common?.[0]).length / labels.length;
}
