/** Stops at tokens or where a function of the ids says so, besides at eos. */
import { OptionError } from '../core/errors';
import { f32 } from '../core/shape';
import { constantTensor } from '../graph/source';
import { mul } from '../ops/binary/op';
import { embedding } from '../ops/embedding/op';
import { fill } from '../ops/fill/op';
import { and, greater, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import { type Extension, extend } from './extension';
import { HIDDEN, overVocabulary, type TokenName } from './hidden';
import type { TargetIds } from './hypotheses';
import type { DecodingFeature, Strategy } from './strategy';

/** Where to stop besides eos. */
export interface StopOptions {
  /**
   * Tokens after which eos follows, at no cost of probability. They stay in the result. Of a forced
   * prefix only the last token stops.
   */
  readonly tokens?: readonly TokenName[];
  /**
   * Texts before which to stop, where the decoder knows the vocabulary; those that begin within a
   * forced prefix stop nothing.
   */
  readonly texts?: readonly string[];
  /** What is between tokens in a text (default ' '; '' for models of characters). */
  readonly separator?: string;
  /**
   * Given the ids of a hypothesis, how many of them are kept, as if eos followed them; undefined to go
   * on. A forced prefix is kept whole. A beam search goes on to its end, and its hypotheses are cut
   * then.
   */
  readonly when?: (ids: readonly number[]) => number | undefined;
}

/**
 * Stopping, for the option `stop` of any decoding. Hypotheses that stopped are finished. Other tokens
 * and another function compile nothing.
 */
export const stop: DecodingFeature<StopOptions> = {
  kind: 'stop',
  extend: (strategy, { tokens, texts = [], separator = ' ', when, ...others }, ids) => {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined || (when !== undefined && typeof when !== 'function')) {
      throw new OptionError(
        `stop: expected tokens, texts, separator or a function when, found '${unknown ?? 'when'}'`,
      );
    }
    const stopped = tokens === undefined ? strategy : extend(strategy, afterTokens(tokens, ids));
    const before =
      texts.length === 0 ? stopped : stopWhen(stopped, beforeTexts(texts, separator, ids), ids);
    return when === undefined ? before : stopWhen(before, (path) => when(path), ids);
  },
};

/** Only eos follows these tokens. */
function afterTokens(tokens: readonly TokenName[], ids: TargetIds): Extension {
  const { eos, pad } = ids;
  return {
    key: 'stop',
    states: ({ vocabulary }) => ({ 'stop.tokens': f32(vocabulary, 1), 'stop.begun': f32(1) }),
    inputs: ({ vocabulary }) => ({ 'stop.tokens': f32(vocabulary, 1) }),
    values: ({ vocabulary }) => {
      const marks = tokens.map((name) => [name, 1] as const);
      const data = overVocabulary('stop', marks, ids, vocabulary);
      return { 'stop.tokens': { shape: [vocabulary, 1], data } };
    },
    start: (_, inputs) => ({ 'stop.tokens': inputs('stop.tokens'), 'stop.begun': fill([1], 0) }),
    before: ({ logits, token, state, isFree, sizes: { vocabulary } }) => {
      const marks = reshape(embedding(token, state('stop.tokens')), token.shape);
      // The last token of a prompt stops nothing.
      const isMarked = greater(mul(marks, state('stop.begun')), fill(token.shape, 0));
      const isStopped = isFree === undefined ? isMarked : and(isMarked, isFree);
      // If eos is hidden, pad is left.
      const data = Float64Array.from({ length: vocabulary }, (_, id) =>
        id === eos ? 0 : id === pad ? HIDDEN / 4 : HIDDEN,
      );
      const end = constantTensor({ shape: [1, vocabulary], data });
      return { logits: where(isStopped, end, logits) };
    },
    after: () => ({ state: { 'stop.begun': fill([1], 1) } }),
  };
}

/** The number of tokens before the first of the texts that begins after forced ones. */
function beforeTexts(texts: readonly string[], separator: string, ids: TargetIds) {
  return (tokens: readonly number[], forced: number): number | undefined => {
    const words = tokens.map((id) => ids.token?.(id) ?? '');
    const starts: number[] = [];
    const text = words.reduce((before, word, i) => {
      const start = before + (i === 0 ? '' : separator);
      starts.push(start.length);
      return start + word;
    }, '');
    const from = starts[forced] ?? text.length;
    const found = texts.map((each) => text.indexOf(each, from)).filter((at) => at >= 0);
    if (found.length === 0) return undefined;
    // Tokens that begin before the text are kept.
    return starts.filter((start) => start < Math.min(...found)).length;
  };
}

function stopWhen(
  strategy: Strategy,
  when: (ids: readonly number[], forced: number) => number | undefined,
  { eos }: TargetIds,
): Strategy {
  return {
    ...strategy,
    paths: (sentence, records, forced = 0) =>
      strategy.paths(sentence, records, forced).map((path) => {
        if (path.length < forced) return path;
        const found = when(
          path.map(({ id }) => id).filter((id) => id !== eos),
          forced,
        );
        const kept = found === undefined ? undefined : Math.max(found, forced);
        // A beam that goes on is not cut: it may be dropped yet.
        const goesOn = strategy.reorders && path.at(-1)?.to !== undefined;
        if (kept === undefined || goesOn) return path;
        // As if eos had followed for certain: the sum of log-probabilities stays.
        const before = path[kept - 1];
        const { to, score = 0 } = before ?? {};
        const sum = to === undefined ? score : (records.data.get('scores')?.[to] ?? 0);
        const from = to === undefined ? (path[0]?.from ?? 0) : to + 1;
        return [...path.slice(0, kept), { id: eos, to: undefined, from, score: sum }];
      }),
  };
}
