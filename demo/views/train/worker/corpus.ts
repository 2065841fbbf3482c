/** Sentence pairs and sentences to learn from: those of the grammar, or the visitor's own. */
import { InputError } from 'qkv';
import type { TranslationText } from 'qkv/models';
import {
  buildVocabulary,
  type Pair,
  readTabSeparated,
  splitCorpus,
  type TextConvention,
  textRules,
  type Vocabulary,
} from 'qkv/text';
import { toyPairs, toyVocabulary } from 'qkv/toy';
import { numberOf, type RunRecipe } from '../recipe';

export interface Corpus {
  readonly train: readonly Pair[];
  readonly held: readonly Pair[];
  readonly source: Vocabulary;
  readonly target: Vocabulary;
  readonly text: TranslationText;
  readonly tooLong: number;
}

/** Held-out pairs, at most. */
const HELD = 128;
/** The rarest words of the visitor's own pairs beyond this number are unknown ones. */
const MOST_WORDS = 8000;
/** Lines of the visitor's own, at most. */
const MOST_LINES = 50_000;

const GRAMMAR: TranslationText = {
  unknown: 'unk',
  source: { language: 'en', case: 'lower', tokenised: true, unit: 'word' },
  target: { language: 'fr', case: 'lower', tokenised: true, unit: 'word' },
};

/** How text of any language is read. */
const OWN: TextConvention = { case: 'lower', tokenised: true, unit: 'word' };

let last: { readonly key: string; readonly corpus: Corpus } | undefined;

/**
 * The pairs of a recipe. Those of the last call are kept.
 * @param longest most tokens of a sentence
 * @param isPaired false for models of one text: a line without a tab is a sentence
 * @throws FormatError, InputError for text of the visitor's that is no such corpus
 */
export function corpusOf(recipe: RunRecipe, longest: number, isPaired: boolean): Corpus {
  const { text, values } = recipe;
  const key = JSON.stringify([text, values.pairs, values.seed, longest, isPaired]);
  if (last?.key !== key) {
    const corpus = text.trim() === '' ? grammar(recipe, longest) : own(recipe, longest, isPaired);
    last = { key, corpus };
  }
  return last.corpus;
}

function grammar(recipe: RunRecipe, longest: number): Corpus {
  const seed = numberOf(recipe, 'seed');
  const words = toyVocabulary();
  const train = toyPairs({ seed, split: 'train', count: numberOf(recipe, 'pairs') });
  return {
    ...shortOnes(train, toyPairs({ seed, split: 'dev', count: HELD }), longest),
    source: buildVocabulary([words.source]),
    target: buildVocabulary([words.target]),
    text: GRAMMAR,
  };
}

function own(recipe: RunRecipe, longest: number, isPaired: boolean): Corpus {
  const lines = recipe.text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MOST_LINES) {
    throw new InputError(`your text has ${lines.length} lines; at most ${MOST_LINES} fit here`);
  }
  const { split } = textRules(OWN);
  const doubled = (line: string) => (line.includes('\t') ? line : `${line}\t${line}`);
  const written = (isPaired ? lines : lines.map(doubled)).join('\n');
  const pairs = readTabSeparated(written, { source: split, target: split });
  const held = Math.min(HELD, Math.max(1, Math.floor(pairs.length / 10)));
  const parts = splitCorpus(pairs, { seed: numberOf(recipe, 'seed'), dev: held, test: 0 });
  const corpus = shortOnes(parts.train, parts.dev, longest);
  if (corpus.train.length === 0 || corpus.held.length === 0) {
    throw new InputError(`no sentence is left with at most ${longest} words; raise the longest`);
  }
  const side = (name: 'source' | 'target') =>
    buildVocabulary(
      corpus.train.map((pair) => pair[name]),
      { maxSize: MOST_WORDS },
    );
  return {
    ...corpus,
    source: side('source'),
    target: side('target'),
    text: { unknown: 'unk', source: OWN, target: OWN },
  };
}

/** The pairs whose sentences have at most so many tokens, and how many others there were. */
function shortOnes(train: readonly Pair[], held: readonly Pair[], longest: number) {
  const fits = ({ source, target }: Pair) => source.length <= longest && target.length <= longest;
  const [shortTrain, shortHeld] = [train.filter(fits), held.filter(fits)];
  const tooLong = train.length + held.length - shortTrain.length - shortHeld.length;
  return { train: shortTrain, held: shortHeld, tooLong };
}
