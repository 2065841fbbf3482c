/** Corpora for training and evaluation: the shipped grammar, or files of sentence pairs. */
import { readFile } from 'node:fs/promises';
import { InputError, OptionError } from '../../src/core/errors';
import {
  type AlignedPair,
  groupReferences,
  type Pair,
  type ReferenceGroup,
  readTabSeparated,
  Vocabulary,
} from '../../src/text';
import { type ToySplit, toyPairs, toyVocabulary } from '../../src/text/toy';

/** Where sentence pairs come from: plain data, kept with a trained model. */
export type CorpusSpec =
  | { readonly kind: 'toy'; readonly seed: number; readonly pairs: number }
  | { readonly kind: 'files'; readonly train: string; readonly dev: string };

export interface Corpus {
  readonly name: string;
  readonly train: readonly Pair[];
  /** Held-out sentences with all their references. */
  readonly dev: readonly ReferenceGroup[];
  readonly source: Vocabulary;
  readonly target: Vocabulary;
  /** A word outside the vocabulary is an error (a closed grammar) or becomes 'unk'. */
  readonly unknown: 'error' | 'unk';
}

/** Held-out pairs of the grammar that training looks at. */
const TOY_DEV_PAIRS = 500;

export async function loadCorpus(spec: CorpusSpec): Promise<Corpus> {
  return spec.kind === 'toy' ? toyCorpus(spec) : fileCorpus(spec);
}

function toyCorpus({ seed, pairs }: CorpusSpec & { readonly kind: 'toy' }): Corpus {
  const { source, target } = toyVocabulary();
  return {
    name: 'toy',
    train: toyPairs({ seed, split: 'train', count: pairs }),
    dev: groupReferences(toySplit('dev', seed, TOY_DEV_PAIRS)),
    source: Vocabulary.build([source]),
    target: Vocabulary.build([target]),
    unknown: 'error',
  };
}

/** Pairs of the grammar with their word links. */
export function toySplit(split: ToySplit, seed: number, count: number): readonly AlignedPair[] {
  return toyPairs({ seed, split, count }).map(({ source, target, alignment }) => ({
    source,
    target,
    links: alignment,
  }));
}

async function fileCorpus(spec: CorpusSpec & { readonly kind: 'files' }): Promise<Corpus> {
  const train = await readPairs(spec.train);
  const dev = await readPairs(spec.dev);
  return {
    name: spec.train,
    train,
    dev: groupReferences(dev),
    source: Vocabulary.build(train.map((pair) => pair.source)),
    target: Vocabulary.build(train.map((pair) => pair.target)),
    unknown: 'unk',
  };
}

/**
 * Tab-separated sentence pairs of a file, tokens separated by spaces.
 * @throws InputError when the file cannot be read; FormatError with the damaged line's number
 */
export async function readPairs(path: string): Promise<readonly Pair[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`cannot read ${path}: give a file of tab-separated sentence pairs`, {
      cause,
    });
  }
  const pairs = readTabSeparated(text);
  if (pairs.length === 0) throw new InputError(`${path} holds no sentence pairs`);
  return pairs;
}

/**
 * The corpus that command-line options name.
 * @throws OptionError when they do not fit together
 */
export function corpusSpec(options: {
  readonly corpus: string;
  readonly train?: string | undefined;
  readonly dev?: string | undefined;
  readonly pairs: number;
  readonly seed: number;
}): CorpusSpec {
  const { corpus, train, dev, pairs, seed } = options;
  if (train !== undefined || dev !== undefined) {
    if (train === undefined || dev === undefined) {
      throw new OptionError('--train and --dev go together: a file to learn from, one held out');
    }
    return { kind: 'files', train, dev };
  }
  if (corpus !== 'toy') {
    throw new OptionError(`--corpus ${corpus}: known is 'toy'; for files use --train and --dev`);
  }
  return { kind: 'toy', seed, pairs };
}
