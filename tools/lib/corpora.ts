/** Corpora for training and evaluation: the shipped grammar, or files of sentence pairs. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { InputError, OptionError } from 'qkv';
import { type AlignedPair, alignByIbmModel1 } from 'qkv/evaluation';
import type { TranslationText } from 'qkv/models';
import {
  buildVocabulary,
  type Codec,
  groupReferences,
  type Pair,
  type ReferenceGroup,
  readLineAligned,
  readTabSeparated,
  type Sentence,
  type SplitOptions,
  SubwordCodec,
} from 'qkv/text';
import { type ToyPair, type ToySplit, toyPairs, toyVocabulary } from 'qkv/toy';
import {
  checkNoForm,
  type FormOptions,
  fileSplit,
  formOf,
  storedConvention,
  type TextForm,
  TOY_FORM,
  textForm,
  type WithForm,
} from './textForms';

/** The source of sentence pairs, as plain data that is saved with a trained model. */
export type CorpusSpec =
  | { readonly kind: 'toy'; readonly seed: number; readonly pairs: number }
  | ({
      readonly kind: 'files';
      /** One tab-separated file, or two line-aligned files. */
      readonly train: readonly string[];
      readonly dev: readonly string[];
      /** Size of byte-pair vocabularies (default: word vocabularies). */
      readonly bytePairs?: number | undefined;
      /** Probability that a merge of byte pairs is skipped in training (default 0). */
      readonly bytePairDropout?: number | undefined;
      /** Whether both languages have one vocabulary (default: one each). */
      readonly sharedVocabulary?: boolean | undefined;
    } & WithForm);

export interface Corpus {
  readonly name: string;
  readonly train: readonly Pair[];
  /** The training pairs with their word links, those of the grammar or estimated. */
  align(): readonly AlignedPair[];
  /** Held-out sentences with all their references. */
  readonly dev: readonly ReferenceGroup[];
  readonly source: Codec;
  readonly target: Codec;
  /** Its text as the model stores it: words outside the grammar's vocabulary are errors. */
  readonly text: TranslationText;
}

const PAIR_FILES = 'a file of tab-separated sentence pairs, or two of lines that belong together';

/** Number of held-out pairs of the grammar for evaluation during training. */
const TOY_DEV_PAIRS = 500;

export async function loadCorpus(spec: CorpusSpec): Promise<Corpus> {
  return spec.kind === 'toy' ? toyCorpus(spec) : fileCorpus(spec);
}

function toyCorpus({ seed, pairs }: CorpusSpec & { readonly kind: 'toy' }): Corpus {
  const { source, target } = toyVocabulary();
  const train = toyPairs({ seed, split: 'train', count: pairs });
  return {
    name: 'toy',
    train,
    align: () => train.map(linked),
    dev: groupReferences(toySplit('dev', seed, TOY_DEV_PAIRS)),
    source: buildVocabulary([source]),
    target: buildVocabulary([target]),
    text: { unknown: 'error', ...conventions(TOY_FORM, train) },
  };
}

/** Pairs of the grammar with their word links. */
export function toySplit(split: ToySplit, seed: number, count: number): readonly AlignedPair[] {
  return toyPairs({ seed, split, count }).map(linked);
}

const linked = ({ source, target, alignment }: ToyPair): AlignedPair => ({
  source,
  target,
  links: alignment,
});

type FileCorpus = CorpusSpec & { readonly kind: 'files' };

async function fileCorpus(spec: FileCorpus): Promise<Corpus> {
  const form = corpusForm(spec);
  const splits = { source: fileSplit(form, 'source'), target: fileSplit(form, 'target') };
  const train = await readPairs(spec.train, splits);
  const dev = await readPairs(spec.dev, splits);
  const codecs = learnCodecs(
    train.map(({ source }) => source),
    train.map(({ target }) => target),
    spec,
  );
  return {
    name: spec.train.join(' + '),
    train,
    align: () => alignByIbmModel1(train),
    dev: groupReferences(dev),
    ...codecs,
    text: { unknown: 'unk', ...conventions(form, train) },
  };
}

/** A codec for each side, which are one if the vocabulary is shared. */
function learnCodecs(
  source: readonly Sentence[],
  target: readonly Sentence[],
  { bytePairs, sharedVocabulary = false }: Pick<FileCorpus, 'bytePairs' | 'sharedVocabulary'>,
): { readonly source: Codec; readonly target: Codec } {
  if (!sharedVocabulary) {
    return { source: learnCodec(source, bytePairs), target: learnCodec(target, bytePairs) };
  }
  const shared = learnCodec([...source, ...target], bytePairs);
  return { source: shared, target: shared };
}

function conventions(form: TextForm, pairs: readonly Pair[]) {
  const stored = (side: 'source' | 'target') =>
    storedConvention(
      form,
      side,
      pairs.map((pair) => pair[side]),
    );
  return { source: stored('source'), target: stored('target') };
}

/** What the files of a corpus hold; the grammar's sentences are tokens. */
export function corpusForm(spec: CorpusSpec): TextForm {
  return spec.kind === 'toy' ? TOY_FORM : formOf(spec, 'tokens');
}

/** Builds a codec of words, or of byte pairs with the given number of ids. */
export function learnCodec(
  sentences: readonly (readonly string[])[],
  bytePairs: number | undefined,
): Codec {
  if (bytePairs === undefined) return buildVocabulary(sentences);
  return SubwordCodec.train(sentences, bytePairs);
}

/**
 * Reads sentence pairs of one tab-separated file, or of two line-aligned files.
 * @throws InputError if a file cannot be read; FormatError with the number of a damaged line
 */
export async function readPairs(
  paths: readonly string[],
  splits: SplitOptions,
): Promise<readonly Pair[]> {
  const [first = '', second] = await Promise.all(paths.map((path) => readText(path, PAIR_FILES)));
  const pairs =
    second === undefined ? readTabSeparated(first, splits) : readLineAligned(first, second, splits);
  if (pairs.length === 0) throw new InputError(`${paths.join(', ')}: no sentence pairs`);
  return pairs;
}

/** Reads a file, decompressed if its name ends in .gz. @throws InputError if it cannot be read */
export async function readText(
  path: string,
  expected = 'a file of sentences, one a line',
): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new InputError(`cannot read ${path}: give ${expected}`, { cause });
  }
}

/** Options of the command line that describe the corpus of any family. */
export interface SharedOptions {
  readonly corpus: string;
  readonly train?: readonly string[] | undefined;
  readonly dev?: readonly string[] | undefined;
  readonly form: FormOptions;
  readonly bytePairs?: number | undefined;
  readonly bytePairDropout?: number | undefined;
  readonly sharedVocabulary?: boolean | undefined;
  readonly pairs: number;
  readonly seed: number;
}

/**
 * The corpus of command-line options.
 * @throws OptionError for incompatible options
 */
export function corpusSpec(options: SharedOptions): CorpusSpec {
  const { corpus, train, dev, pairs, seed, bytePairs, bytePairDropout, sharedVocabulary } = options;
  if (train !== undefined || dev !== undefined) {
    if (train === undefined || dev === undefined) {
      throw new OptionError(
        '--train and --dev must be given together: training and held-out pairs',
      );
    }
    if (train.length > 2 || dev.length > 2) {
      throw new OptionError(
        '--train and --dev take one tab-separated file or two line-aligned files',
      );
    }
    const text = textForm(options.form, bytePairs === undefined ? 'tokens' : 'raw');
    return { kind: 'files', train, dev, text, bytePairs, bytePairDropout, sharedVocabulary };
  }
  checkNoForm(options.form);
  if (sharedVocabulary !== undefined) {
    throw new OptionError(
      '--shared-vocabulary is for files, not for the grammar, whose sides have one each: add --train',
    );
  }
  if (corpus !== 'toy') {
    throw new OptionError(
      `--corpus must be 'toy', found '${corpus}'; for files, use --train and --dev`,
    );
  }
  return { kind: 'toy', seed, pairs };
}
