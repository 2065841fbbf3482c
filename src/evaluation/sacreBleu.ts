/**
 * BLEU and chrF2 of texts as defined by sacreBLEU (Post 2018). Each score has a signature of its
 * settings: scores are comparable if their signatures are equal.
 */
import { checkOptions } from '../core/errors';
import { checkOneOf } from '../text/checks';
import { type BleuOptions, type BleuScore, bleuCounts, bleuSettings, scoreOfSums } from './bleu';
import {
  type BootstrapOptions,
  bootstrapInterval,
  bootstrapOptions,
  corpusScore,
  type Interval,
  type SentenceCounts,
  sumsOf,
} from './bootstrap';
import { chrF2Counts } from './chrf';
import { splitWords } from './ngrams';
import { tokenise13a } from './tokenise13a';

/** Version in signatures, to be changed whenever scores could change. */
const VERSION = 'qkv-1';

/** Options of all scores. */
export interface SacreOptions {
  /** Whether to convert texts to lower case (default false). */
  readonly lowercase?: boolean;
  /** If present, the 95% confidence interval is computed, too. */
  readonly bootstrap?: BootstrapOptions;
}

/** Options of sacreBLEU's BLEU. */
export interface SacreBleuOptions extends SacreOptions, BleuOptions {
  /** Tokenisation (default '13a'); 'none' splits tokenised texts at spaces. */
  readonly tokenisation?: '13a' | 'none';
}

/** Options of sacreBLEU's chrF. */
export type SacreChrFOptions = SacreOptions;

/** The signature of a score, and its confidence interval. */
export interface Signed {
  /**
   * Settings of the score, such as `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:qkv-1`.
   */
  readonly signature: string;
  /** The 95% confidence interval, if the option `bootstrap` is present. */
  readonly interval: Interval | undefined;
}

const TOKENISERS = { '13a': tokenise13a, none: splitWords } as const;
const SHARED_OPTIONS = ['lowercase', 'bootstrap'];

/**
 * Corpus BLEU of texts, with 'exp' smoothing by default.
 * @param hypotheses N texts  @param references N lists of at least one reference text
 * @throws InputError if N is 0, the counts differ or a sentence has no reference; OptionError
 */
export function sacreBleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: SacreBleuOptions = {},
): BleuScore & Signed {
  const { lowercase = false, bootstrap, tokenisation = '13a', ...own } = options;
  checkOneOf('sacreBleu', 'tokenisation', tokenisation, Object.keys(TOKENISERS));
  const bleu = { smoothing: 'exp', ...own } as const;
  const settings = bleuSettings(bleu);
  const split = TOKENISERS[tokenisation];
  const tokens = (text: string) => split(cased(text, lowercase).trimEnd());
  const counts = bleuCounts(
    hypotheses.map(tokens),
    references.map((list) => list.map(tokens)),
    bleu,
  );
  const { smoothing, smoothingValue, effectiveOrder } = settings;
  const value = smoothingValue === undefined ? '' : `[${smoothingValue.toFixed(2)}]`;
  return {
    ...scoreOfSums(sumsOf(counts.rows), settings),
    ...signed(counts, references, options, [
      ['eff', effectiveOrder ? 'yes' : 'no'],
      ['tok', tokenisation],
      ['smooth', `${smoothing}${value}`],
    ]),
  };
}

/**
 * Corpus chrF2 of texts.
 * @param hypotheses N texts  @param references N lists of at least one reference text
 * @throws InputError if N is 0, the counts differ or a sentence has no reference; OptionError
 */
export function sacreChrF2(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: SacreChrFOptions = {},
): { readonly score: number } & Signed {
  checkOptions('sacreChrF2', options, SHARED_OPTIONS);
  const { lowercase = false } = options;
  const counts = chrF2Counts(
    hypotheses.map((text) => cased(text, lowercase)),
    references.map((list) => list.map((text) => cased(text, lowercase))),
  );
  const fields = [
    ['eff', 'yes'],
    ['nc', '6'],
    ['nw', '0'],
    ['space', 'no'],
  ] as const;
  return { score: corpusScore(counts), ...signed(counts, references, options, fields) };
}

const cased = (text: string, lowercase: boolean) => (lowercase ? text.toLowerCase() : text);

function signed(
  counts: SentenceCounts,
  references: readonly (readonly string[])[],
  { lowercase = false, bootstrap }: SacreOptions,
  own: readonly (readonly [string, string])[],
): Signed {
  const numbers = new Set(references.map((list) => list.length));
  const { samples, seed } = bootstrapOptions(bootstrap ?? {});
  const fields = [
    ['nrefs', numbers.size === 1 ? [...numbers].join('') : 'var'],
    ...(bootstrap === undefined ? [] : [['bs', samples] as const, ['seed', seed] as const]),
    ['case', lowercase ? 'lc' : 'mixed'],
    ...own,
    ['version', VERSION],
  ];
  return {
    signature: fields.map((field) => field.join(':')).join('|'),
    interval: bootstrap && bootstrapInterval(counts, bootstrap),
  };
}
