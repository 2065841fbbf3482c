/**
 * BLEU and chrF2 of texts as sacreBLEU has them (Post 2018), each with a signature that says what a score
 * was computed with: scores compare where signatures are the same.
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

/** Changes whenever a score could. */
const VERSION = 'qkv-1';

/** Options that all of sacreBLEU's scores share. */
export interface SacreOptions {
  /** False by default. */
  readonly lowercase?: boolean;
  /** Also gives the 95% interval of the score. */
  readonly bootstrap?: BootstrapOptions;
}

/** Options of sacreBLEU's BLEU. */
export interface SacreBleuOptions extends SacreOptions, BleuOptions {
  /** '13a' by default; 'none' for texts that are tokens and spaces. */
  readonly tokenisation?: '13a' | 'none';
}

/** Options of sacreBLEU's chrF. */
export type SacreChrFOptions = SacreOptions;

/** What makes a score comparable. */
export interface Signed {
  /** Such as `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:qkv-1`. */
  readonly signature: string;
  /** When a bootstrap was asked for. */
  readonly interval: Interval | undefined;
}

const TOKENISERS = { '13a': tokenise13a, none: splitWords } as const;
const SHARED_OPTIONS = ['lowercase', 'bootstrap'];

/**
 * Corpus BLEU of texts, smoothed 'exp' unless said otherwise.
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
