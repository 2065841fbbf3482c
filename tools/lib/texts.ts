/** Texts for language models: one side of the shipped grammar, or files of sentences. */
import { OptionError } from 'qkv';
import type { LanguageText } from 'qkv/models';
import {
  buildVocabulary,
  type Codec,
  readLines,
  type Sentence,
  splitCorpus,
  type TextUnit,
} from 'qkv/text';
import { toyPairs, toyVocabulary } from 'qkv/toy';
import { learnCodec, readText, type SharedOptions } from './corpora';
import {
  checkNoForm,
  fileSplit,
  formOf,
  storedConvention,
  TOY_FORM,
  textForm,
  type WithForm,
} from './textForms';

/** The source of sentences, as plain data that is saved with a trained model. */
export type TextSpec = {
  readonly seed: number;
  /** English is the source, French the target. */
  readonly side: 'source' | 'target';
  readonly unit: TextUnit;
} & (
  | { readonly kind: 'toyText'; readonly sentences: number }
  | ({
      readonly kind: 'textFiles';
      readonly train: string;
      /** Held-out sentences (default: 5% of the training sentences, at most 500). */
      readonly dev?: string | undefined;
      readonly bytePairs?: number | undefined;
    } & WithForm)
);

export interface TextCorpus {
  readonly name: string;
  readonly train: readonly Sentence[];
  readonly dev: readonly Sentence[];
  readonly codec: Codec;
  /** Its text as the model stores it: words outside the grammar's vocabulary are errors. */
  readonly text: LanguageText;
}

/** Maximum number of held-out sentences for evaluation during training. */
const DEV_SENTENCES = 500;

/**
 * Reads sentences.
 * @throws InputError if a file cannot be read; FormatError with the number of a damaged line
 */
export async function loadTexts(spec: TextSpec): Promise<TextCorpus> {
  return spec.kind === 'toyText' ? toyTexts(spec) : fileTexts(spec);
}

function toyTexts({ seed, side, unit, sentences }: TextSpec & { readonly kind: 'toyText' }) {
  const split = fileSplit(TOY_FORM, side, unit);
  const words = toyVocabulary()[side];
  const read = (part: 'train' | 'dev', count: number) =>
    toyPairs({ seed, split: part, count }).map((pair) => split(pair[side].join(' ')));
  const types = unit === 'word' ? words : [...new Set([...words, ' '].join(''))];
  const train = read('train', sentences);
  return {
    name: `toy, ${side} side`,
    train,
    dev: read('dev', DEV_SENTENCES),
    codec: buildVocabulary([types]),
    text: { unknown: 'error', ...storedConvention(TOY_FORM, side, train, unit) },
  } as const;
}

async function fileTexts(spec: TextSpec & { readonly kind: 'textFiles' }): Promise<TextCorpus> {
  const { seed, unit, side, bytePairs } = spec;
  const form = formOf(spec, 'raw');
  const split = fileSplit(form, side, unit);
  const read = async (path: string) => readLines(await readText(path), split);
  const all = await read(spec.train);
  const parts =
    spec.dev === undefined ? holdOut(all, seed) : { train: all, dev: await read(spec.dev) };
  return {
    name: spec.train,
    ...parts,
    codec: learnCodec(parts.train, bytePairs),
    text: { unknown: 'unk', ...storedConvention(form, side, parts.train, unit) },
  };
}

/** Splits sentences into training and held-out ones. */
function holdOut(sentences: readonly Sentence[], seed: number) {
  const pairs = sentences.map((source) => ({ source, target: [] }));
  const dev = Math.min(DEV_SENTENCES, Math.max(1, Math.floor(sentences.length / 20)));
  const split = splitCorpus(pairs, { seed, dev, test: 0 });
  const texts = (part: typeof split.train) => part.map(({ source }) => source);
  return { train: texts(split.train), dev: texts(split.dev) };
}

/**
 * The texts of command-line options.
 * @throws OptionError for incompatible options
 */
export function textSpec(
  options: SharedOptions & { readonly side?: unknown; readonly tokens?: unknown },
): TextSpec {
  const { corpus, train, dev, bytePairs, pairs, seed } = options;
  const unit = options.tokens === 'character' ? 'character' : 'word';
  const side = options.side === 'source' ? 'source' : 'target';
  if (bytePairs !== undefined && (unit === 'character' || train === undefined)) {
    throw new OptionError('--byte-pairs learns parts of the words of --train, not characters');
  }
  if (train === undefined) {
    checkNoForm(options.form);
    if (dev !== undefined) throw new OptionError('--dev needs --train, a file to learn from');
    if (corpus !== 'toy') {
      throw new OptionError(`--corpus must be 'toy', found '${corpus}'; for a file, use --train`);
    }
    return { kind: 'toyText', seed, side, unit, sentences: pairs };
  }
  const [file, ...more] = train;
  const [held, ...others] = dev ?? [];
  if (file === undefined || more.length + others.length > 0) {
    throw new OptionError('--train and --dev take one file of sentences for a language model');
  }
  const text = textForm(options.form, 'raw');
  return {
    kind: 'textFiles',
    seed,
    side,
    unit,
    train: file,
    dev: held,
    text,
    bytePairs,
  };
}
