/**
 * Baselines for translation models: word-for-word translation, and the translation of the nearest
 * training sentence.
 */
import { defined, InputError } from '../core/errors';
import { type Pair, sentenceKey } from '../text/corpus';
import { type AlignedPair, alignByIbmModel1 } from './ibmModel1';

/** Translates one tokenised sentence. */
export type Translate = (source: readonly string[]) => readonly string[];

/**
 * Word-for-word translation. Each source word is translated by the phrase that it is linked to most
 * often (all target words that are linked to an occurrence, in order; possibly none); ties go to
 * the first occurrence. Unknown words are copied.
 * @param pairs training pairs; those without links are aligned by IBM Model 1 first
 * @throws InputError if there is no pair, only some have links, or a link is out of range
 */
export function wordForWord(pairs: readonly (Pair | AlignedPair)[]): Translate {
  if (pairs.length === 0) throw new InputError('wordForWord: expected training pairs, found none');
  const linked = pairs.filter(hasLinks);
  if (linked.length > 0 && linked.length < pairs.length) {
    throw new InputError(
      `wordForWord: ${linked.length} of ${pairs.length} pairs have links; all or none must have them`,
    );
  }
  const counts = new Map<string, PhraseCounts>();
  for (const pair of linked.length > 0 ? linked : alignByIbmModel1(pairs)) {
    for (const [i, phrase] of linkedPhrases(pair).entries()) {
      const word = defined(pair.source[i], 'word');
      const phrases: PhraseCounts = counts.get(word) ?? new Map();
      counts.set(word, phrases);
      const key = sentenceKey(phrase);
      phrases.set(key, { phrase, count: (phrases.get(key)?.count ?? 0) + 1 });
    }
  }
  const dictionary = new Map([...counts].map(([word, phrases]) => [word, mostFrequent(phrases)]));
  return (source) => source.flatMap((word) => dictionary.get(word) ?? [word]);
}

type PhraseCounts = Map<string, { readonly phrase: readonly string[]; readonly count: number }>;

const hasLinks = (pair: Pair | AlignedPair): pair is AlignedPair => 'links' in pair;

function linkedPhrases(pair: AlignedPair): readonly (readonly string[])[] {
  const phrases = pair.source.map((): string[] => []);
  for (const [i, j] of [...pair.links].sort((a, b) => a[1] - b[1])) {
    const [phrase, word] = [phrases[i], pair.target[j]];
    if (phrase === undefined || word === undefined) {
      throw new InputError(
        `wordForWord: link [${i},${j}] is outside '${pair.source.join(' ')}' / ` +
          `'${pair.target.join(' ')}'`,
      );
    }
    phrase.push(word);
  }
  return phrases;
}

function mostFrequent(phrases: PhraseCounts): readonly string[] {
  return [...phrases.values()].reduce((a, b) => (b.count > a.count ? b : a)).phrase;
}

/**
 * Translation memory: returns the translation of the training sentence most similar to the input,
 * by the F1 score of shared unigrams and bigrams. Ties, and inputs that share nothing with any
 * sentence, go to the first training pair. The time of a query is proportional to the occurrences
 * of its words in the training sentences.
 * @throws InputError if there is no pair
 */
export function nearestNeighbour(pairs: readonly Pair[]): Translate {
  if (pairs.length === 0) {
    throw new InputError('nearestNeighbour: expected training pairs, found none');
  }
  const firsts = new Map<string, Pair>();
  for (const pair of pairs) {
    const key = sentenceKey(pair.source);
    if (!firsts.has(key)) firsts.set(key, pair);
  }
  const memory = [...firsts.values()];
  const index = new Map<string, number[]>();
  const sizes = memory.map((pair, at) => {
    const features = featuresOf(pair.source);
    for (const feature of features) {
      const places = index.get(feature);
      if (places === undefined) index.set(feature, [at]);
      else places.push(at);
    }
    return features.length;
  });
  return (source) => {
    const exact = firsts.get(sentenceKey(source));
    if (exact !== undefined) return exact.target;
    const features = featuresOf(source);
    const shared = new Int32Array(memory.length);
    for (const feature of features) {
      for (const at of index.get(feature) ?? []) shared[at] = (shared[at] ?? 0) + 1;
    }
    return defined(memory[mostSimilar(shared, sizes, features.length)], 'pair').target;
  };
}

/**
 * Unigrams and bigrams. The k-th occurrence is a separate feature, so that multisets can be
 * compared as sets.
 */
function featuresOf(tokens: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  const features: string[] = [];
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    for (const ngram of next === undefined ? [token] : [token, `${token}\n${next}`]) {
      const count = (counts.get(ngram) ?? 0) + 1;
      counts.set(ngram, count);
      features.push(`${count}\n${ngram}`);
    }
  }
  return features;
}

function mostSimilar(shared: Int32Array, sizes: readonly number[], size: number): number {
  let best = 0;
  let highest = 0;
  for (const [at, count] of shared.entries()) {
    if (count === 0) continue;
    const f1 = (2 * count) / (size + defined(sizes[at], 'size'));
    if (f1 > highest) [best, highest] = [at, f1];
  }
  return best;
}
