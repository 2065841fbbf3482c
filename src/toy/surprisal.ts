/**
 * How probable sentences are in the grammar. A sentence has many derivations: some choices leave no
 * trace in its words, such as a time that is left out of a question. The sum over derivations is
 * estimated by importance sampling among those that are close to the one that was drawn.
 */
import { checkOptions, OptionError } from '../core/errors';
import { type Random, random } from '../core/random';
import type { Chooser } from './chooser';
import { generateSentence } from './generateSentence';
import {
  checkDraws,
  englishText,
  examplesFrom,
  mayHave,
  splitChooser,
  type ToySplit,
} from './split';
import { Recorder, Replay, type ReplayMode, sitesOf, type Trace } from './trace';

/** What draws a text by choices. */
export interface TextSource {
  draw(chooser: Chooser): string;
  readonly allows: Chooser['allows'];
}

/** Numbers of replays: more give a closer bound. */
export interface ReplayCounts {
  /** Of the derivation, whose probabilities are summed. */
  readonly samples: number;
  /** Of every choice in a round, which tell how often it is drawn anew. */
  readonly trials: number;
}

/** Rounds of replays that tell how often a changed choice leaves the text as it is. */
const ROUNDS = 2;

/** Replays of a round for each choice of a sentence of the grammar. */
const TRIALS = 3;

/**
 * Minus the logarithm of an estimate of the probability that a source draws a text, which leaves out
 * derivations that no replay reaches. The derivation that was drawn and `samples` replays of it are
 * weighted by the balance heuristic (Veach and Guibas 1995).
 * @param trace the choices of one derivation of the text
 */
export function estimateSurprisal(
  source: TextSource,
  text: string,
  trace: Trace,
  numbers: Random,
  { samples, trials }: ReplayCounts,
): number {
  const replay = (mode: ReplayMode) => {
    const chooser = new Replay(trace, numbers, source.allows, mode);
    const isHit = source.draw(chooser) === text;
    const { logGrammar, logReplay, isCopy } = chooser;
    return { isHit, isCopy, grammar: Math.exp(logGrammar), replay: Math.exp(logReplay) };
  };
  // A choice is drawn anew as often as another one gives the same text: by itself, then with others
  // that are drawn anew.
  const sites = sitesOf(trace);
  for (let round = 0; round < ROUNDS; round++) {
    const rates = sites.map((site) => {
      const hits = Array.from({ length: trials }, () => replay(site).isHit);
      return hits.filter(Boolean).length / trials;
    });
    sites.forEach((site, i) => {
      site.redraw = Math.max(site.redraw, rates[i] ?? 0);
    });
  }
  const replays = [replay('copy'), ...Array.from({ length: samples }, () => replay('sample'))];
  let probability = 0;
  for (const { isHit, isCopy, grammar, replay: drawn } of replays) {
    if (isHit) probability += grammar / (samples * drawn + (isCopy ? 1 : 0));
  }
  return -Math.log(probability);
}

/** Options of surprisals. */
export interface SurprisalOptions {
  readonly seed: number;
  readonly split: ToySplit;
  readonly count: number;
  /** Replays of each sentence (default 50). More give a lower, closer bound. */
  readonly samples?: number;
}

/** Draws for the part of sentences that a split may have. */
const DRAWS = 2000;

/**
 * The surprisal, minus the logarithm of the probability in nats, of the English sentences that
 * `toyPairs` gives for the same options: how well a language model does that knows the grammar, and
 * nothing of what it is to predict. Divided by tokens, its mean is the grammar's entropy, estimated
 * from above: probabilities are estimated from below (see estimateSurprisal), with a standard error
 * of the mean from the choice of sentences. Sentences are conditioned on the lengths that a split
 * may have, and for 'train' on its combinations; the hash that decides the split is taken as
 * independent of them, as it is for every model, and that equal sentences are left out is neglected
 * (fewer than one in a hundred among the first 20,000).
 * @returns the surprisals one by one, since each takes some milliseconds
 * @throws OptionError
 */
export function* toySurprisals(options: SurprisalOptions): Generator<number> {
  const where = 'toySurprisals';
  checkOptions(where, options, ['seed', 'split', 'count', 'samples']);
  const { seed, split, count, samples = 50 } = options;
  checkDraws(where, { seed, count });
  if (!Number.isInteger(samples) || samples < 1) {
    throw new OptionError(`${where}: samples must be a whole number >= 1, found ${samples}`);
  }
  const chooser = splitChooser(seed, split);
  const source: TextSource = {
    draw: (other) => englishText(generateSentence(other)),
    allows: chooser.allows,
  };
  const numbers = random(seed);
  const accepted = Math.log(acceptance(split, seed));
  const recorder = new Recorder(chooser);
  let done = 0;
  if (count === 0) return;
  for (const { pair } of examplesFrom(recorder, split)) {
    // The parts before the last one are sentences that the split does not have.
    const trace = { sites: [], parts: recorder.take().parts.slice(-1) };
    const text = pair.source.join(' ');
    yield estimateSurprisal(source, text, trace, numbers, { samples, trials: TRIALS }) + accepted;
    if (++done === count) return;
  }
}

/** The part of the grammar's sentences that a split may have, apart from the hash. */
function acceptance(split: ToySplit, seed: number): number {
  const chooser = splitChooser(seed, split);
  const drawn = Array.from({ length: DRAWS }, () => generateSentence(chooser));
  return drawn.filter((sentence) => mayHave(split, sentence)).length / DRAWS;
}
