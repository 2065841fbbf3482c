/**
 * Parses parallel corpora (tab-separated or line-aligned), groups references, filters by length and
 * splits corpora.
 */
import { checkOptions, FormatError, InputError, OptionError } from '../core/errors';
import { random } from '../core/random';
import { checkInteger } from './checks';

/** A sentence and its translation, as tokens. */
export interface Pair {
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/** A sentence as tokens. */
export type Sentence = readonly string[];

/** A source sentence with all of its translations. */
export interface ReferenceGroup {
  readonly source: readonly string[];
  /** At least one translation. */
  readonly references: readonly (readonly string[])[];
}

/** Splits one field of a corpus into tokens. */
export type SplitSentence = (text: string) => readonly string[];

/** How sentences are split into tokens (default: at spaces, for tokenised corpora). */
export interface SplitOptions {
  readonly source?: SplitSentence;
  readonly target?: SplitSentence;
}

/** Options of reading tab-separated pairs. */
export interface TabSeparatedOptions extends SplitOptions {
  /** Column of the source sentence, from 0 (default 0). */
  readonly sourceColumn?: number;
  /** Column of the target sentence, from 0 (default 1). */
  readonly targetColumn?: number;
}

const splitAtSpaces: SplitSentence = (text) => text.split(/\s+/u).filter((token) => token !== '');

/**
 * Reads pairs from tab-separated lines, as in files of Tatoeba or Anki. Other columns are ignored;
 * a byte-order mark, CRLF and a final line feed are accepted.
 * @throws FormatError naming the line if a column is missing or empty, or the text is not UTF-8
 */
export function readTabSeparated(text: string, options: TabSeparatedOptions = {}): Pair[] {
  const where = 'readTabSeparated';
  checkOptions(where, options, ['source', 'target', 'sourceColumn', 'targetColumn']);
  const { source = splitAtSpaces, target = splitAtSpaces } = options;
  const { sourceColumn = 0, targetColumn = 1 } = options;
  checkInteger(where, 'sourceColumn', sourceColumn, 0);
  checkInteger(where, 'targetColumn', targetColumn, 0);
  const needed = Math.max(sourceColumn, targetColumn) + 1;
  return splitLines(text).map((line, index) => {
    const columns = line.split('\t');
    const [from, to] = [columns[sourceColumn], columns[targetColumn]];
    if (from === undefined || to === undefined) {
      throw new FormatError(
        `${where}: line ${index + 1}: expected ${needed} tab-separated columns, ` +
          `found ${columns.length}: ${quote(line)}`,
      );
    }
    return {
      source: readSentence(`${where}: line ${index + 1}, source`, from, source),
      target: readSentence(`${where}: line ${index + 1}, target`, to, target),
    };
  });
}

/**
 * Reads pairs from two texts with corresponding lines.
 * @throws FormatError naming the line if a sentence is empty, the text is not UTF-8, or the texts
 *   differ in length
 */
export function readLineAligned(
  sourceText: string,
  targetText: string,
  options: SplitOptions = {},
): Pair[] {
  checkOptions('readLineAligned', options, ['source', 'target']);
  const { source = splitAtSpaces, target = splitAtSpaces } = options;
  const sourceLines = splitLines(sourceText);
  const targetLines = splitLines(targetText);
  return Array.from({ length: Math.max(sourceLines.length, targetLines.length) }, (_, index) => {
    const [from, to] = [sourceLines[index], targetLines[index]];
    if (from === undefined || to === undefined) {
      const shorter = from === undefined ? 'source' : 'target';
      throw new FormatError(
        `readLineAligned: line ${index + 1}: the ${shorter} text ends; ` +
          `source has ${sourceLines.length} lines, target ${targetLines.length}`,
      );
    }
    return {
      source: readSentence(`readLineAligned: line ${index + 1}, source`, from, source),
      target: readSentence(`readLineAligned: line ${index + 1}, target`, to, target),
    };
  });
}

/**
 * Reads sentences of one language, one in each line; empty lines are skipped.
 * @throws FormatError naming the line if the text is not UTF-8
 */
export function readLines(text: string, split: SplitSentence = splitAtSpaces): Sentence[] {
  return splitLines(text).flatMap((line, index) =>
    line.trim() === '' ? [] : [readSentence(`readLines: line ${index + 1}`, line.trim(), split)],
  );
}

function splitLines(text: string): string[] {
  const lines = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function readSentence(where: string, text: string, split: SplitSentence): readonly string[] {
  if (/[\0\uFFFD]/u.test(text)) {
    throw new FormatError(`${where}: not valid UTF-8 text: ${quote(text)}; convert the file?`);
  }
  const tokens = split(text);
  if (tokens.length === 0) throw new FormatError(`${where}: the sentence is empty`);
  return tokens;
}

const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);

/** A key that is equal only for equal token lists, since tokens contain no line feeds. */
export const sentenceKey = (tokens: readonly string[]): string => tokens.join('\n');

/** Groups pairs with the same source, in the order of the corpus. */
export function groupReferences(pairs: readonly Pair[]): ReferenceGroup[] {
  const groups = new Map<
    string,
    { source: readonly string[]; references: (readonly string[])[] }
  >();
  for (const { source, target } of pairs) {
    const key = sentenceKey(source);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { source, references: [target] });
    else group.references.push(target);
  }
  return [...groups.values()];
}

/** Inclusive bounds on the number of tokens of a sentence. */
export interface LengthLimits {
  /** Minimum length of both sentences (default 1). */
  readonly minLength?: number;
  /** Maximum length of the source (default: unlimited). */
  readonly maxSource?: number;
  /** Maximum length of the target (default: unlimited). */
  readonly maxTarget?: number;
}

/**
 * The pairs whose sentences are both within the limits.
 * @throws OptionError for an unknown option or a limit below 1
 */
export function filterByLength(pairs: readonly Pair[], limits: LengthLimits): Pair[] {
  checkOptions('filterByLength', limits, ['minLength', 'maxSource', 'maxTarget']);
  const { minLength = 1, maxSource = Infinity, maxTarget = Infinity } = limits;
  for (const [name, limit] of Object.entries({ minLength, maxSource, maxTarget })) {
    if (limit !== Infinity) checkInteger('filterByLength', name, limit, 1);
  }
  const within = (tokens: readonly string[], most: number): boolean =>
    tokens.length >= minLength && tokens.length <= most;
  return pairs.filter((pair) => within(pair.source, maxSource) && within(pair.target, maxTarget));
}

/** Options of splitting a corpus. */
export interface SplitCorpusOptions {
  /** Random seed. */
  readonly seed: number;
  /** Number of distinct source sentences in the development set. */
  readonly dev: number;
  /** Number of distinct source sentences in the test set. */
  readonly test: number;
}

/** A corpus split into training, development and test sets. */
export interface SplitCorpus {
  readonly train: readonly Pair[];
  readonly dev: readonly Pair[];
  readonly test: readonly Pair[];
}

/**
 * Splits a corpus randomly by source sentence, so that no source sentence is in two sets. Each set
 * keeps the order of the corpus. The same seed gives the same split.
 * @throws OptionError for an unknown option or an invalid number
 * @throws InputError if dev and test leave no sentence for training
 */
export function splitCorpus(pairs: readonly Pair[], options: SplitCorpusOptions): SplitCorpus {
  checkOptions('splitCorpus', options, ['seed', 'dev', 'test']);
  const { seed, dev, test } = options;
  if (!Number.isSafeInteger(seed)) {
    throw new OptionError(`splitCorpus: seed must be an integer, found ${seed}`);
  }
  checkInteger('splitCorpus', 'dev', dev, 0);
  checkInteger('splitCorpus', 'test', test, 0);
  const sources = [...new Set(pairs.map((pair) => sentenceKey(pair.source)))];
  if (dev + test >= sources.length) {
    throw new InputError(
      `splitCorpus: dev ${dev} + test ${test} of ${sources.length} source sentences leave none ` +
        'for training; ask for fewer',
    );
  }
  const order = random(seed).shuffle(sources);
  const inDev = new Set(order.slice(0, dev));
  const inTest = new Set(order.slice(dev, dev + test));
  const parts: { train: Pair[]; dev: Pair[]; test: Pair[] } = { train: [], dev: [], test: [] };
  for (const pair of pairs) {
    const key = sentenceKey(pair.source);
    parts[inDev.has(key) ? 'dev' : inTest.has(key) ? 'test' : 'train'].push(pair);
  }
  return parts;
}
