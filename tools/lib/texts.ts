/** Texts for language models: one side of the shipped grammar, or files of sentences. */
import { OptionError } from 'qkv';
import {
  buildVocabulary,
  type Codec,
  readLines,
  type Sentence,
  splitCorpus,
  type TextUnit,
  textUnits,
  tokenise,
} from 'qkv/text';
import { toyPairs, toyVocabulary } from 'qkv/toy';
import { learnCodec, readText } from './corpora';

/** The source of sentences, as plain data that is saved with a trained model. */
export type TextSpec = {
  readonly seed: number;
  /** English is the source, French the target. */
  readonly side: 'source' | 'target';
  readonly unit: TextUnit;
} & (
  | { readonly kind: 'toyText'; readonly sentences: number }
  | {
      readonly kind: 'textFiles';
      readonly train: string;
      /** Held-out sentences (default: 5% of the training sentences, at most 500). */
      readonly dev?: string | undefined;
      /** Whether the files have raw text, rather than tokens separated by spaces. */
      readonly tokenise: boolean;
      readonly bytePairs?: number | undefined;
    }
);

export interface TextCorpus {
  readonly name: string;
  readonly train: readonly Sentence[];
  readonly dev: readonly Sentence[];
  readonly codec: Codec;
  readonly unit: TextUnit;
  readonly unknown: 'error' | 'unk';
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
  const { split, join } = textUnits[unit];
  const words = toyVocabulary()[side];
  const read = (part: 'train' | 'dev', count: number) =>
    toyPairs({ seed, split: part, count }).map((pair) => split(pair[side].join(' ')));
  const types = unit === 'word' ? words : [...new Set(join([...words, ' ']))];
  return {
    name: `toy, ${side} side`,
    train: read('train', sentences),
    dev: read('dev', DEV_SENTENCES),
    codec: buildVocabulary([types]),
    unit,
    unknown: 'error',
  } as const;
}

async function fileTexts(spec: TextSpec & { readonly kind: 'textFiles' }): Promise<TextCorpus> {
  const { seed, unit, bytePairs } = spec;
  const { split } = textUnits[unit];
  const language = spec.side === 'source' ? 'en' : 'fr';
  const read = async (path: string) =>
    readLines(await readText(path), (line) =>
      split(spec.tokenise ? tokenise(line, { language }).join(' ') : line),
    );
  const all = await read(spec.train);
  const parts =
    spec.dev === undefined ? holdOut(all, seed) : { train: all, dev: await read(spec.dev) };
  return {
    name: spec.train,
    ...parts,
    codec: learnCodec(parts.train, bytePairs),
    unit,
    unknown: 'unk',
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
export function textSpec(options: {
  readonly corpus: string;
  readonly train?: readonly string[] | undefined;
  readonly dev?: readonly string[] | undefined;
  readonly tokenise: boolean;
  readonly bytePairs?: number | undefined;
  readonly pairs: number;
  readonly seed: number;
  readonly side?: unknown;
  readonly tokens?: unknown;
}): TextSpec {
  const { corpus, train, dev, bytePairs, pairs, seed } = options;
  const unit = options.tokens === 'character' ? 'character' : 'word';
  const side = options.side === 'source' ? 'source' : 'target';
  if (bytePairs !== undefined && (unit === 'character' || train === undefined)) {
    throw new OptionError('--byte-pairs learns parts of the words of --train, not characters');
  }
  if (train === undefined) {
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
  const { tokenise: isRaw } = options;
  return {
    kind: 'textFiles',
    seed,
    side,
    unit,
    train: file,
    dev: held,
    tokenise: isRaw,
    bytePairs,
  };
}
