/**
 * Beam search in float64 as the reference implementation of published models does it, over tables of
 * logits, in plain loops that share nothing with the library.
 */
import type { GenerationRules, PublishedBeamOptions } from 'qkv/generate';
import type { Table } from './tables';

/** A finished hypothesis: its generated ids, their log-probability, and what it is ranked by. */
export interface Ranked {
  readonly ids: readonly number[];
  readonly sum: number;
  readonly rank: number;
}

export interface PublishedSearch {
  /** The best first. */
  readonly found: readonly Ranked[];
  /** The smallest difference between two numbers that were compared. */
  readonly margin: number;
  /** Number of steps until the search ended. */
  readonly steps: number;
}

type Search = Omit<PublishedBeamOptions, 'kind' | 'best'>;

/** What the reference adds to the score of a beam that must not be chosen. */
const FAR = -1e9;

const BOS = 1;
const EOS = 2;

function logSoftmax(row: readonly number[]): readonly number[] {
  const most = Math.max(...row);
  const total = row.reduce((sum, x) => sum + Math.exp(x - most), 0);
  return row.map((x) => x - most - Math.log(total));
}

/** The scores after the rules, given all ids so far, the start token among them. */
function ruled(
  scores: readonly number[],
  ids: readonly number[],
  rules: GenerationRules,
  longest: number,
): readonly number[] {
  const { ends = [EOS] } = rules;
  let out = [...scores];
  const never = (isHidden: (id: number) => boolean) => {
    out = out.map((score, id) => (isHidden(id) ? Number.NEGATIVE_INFINITY : score));
  };
  const endsWith = (tail: readonly number[]) =>
    tail.length <= ids.length && tail.every((id, i) => ids[ids.length - tail.length + i] === id);
  const follows = (sequence: readonly number[], id: number) =>
    sequence.at(-1) === id &&
    (sequence.length === 1 || (sequence.length <= ids.length && endsWith(sequence.slice(0, -1))));
  const { repetitionPenalty: penalty = 1, noRepeatNgrams: n } = rules;
  out = out.map((score, id) => {
    if (!ids.includes(id)) return score;
    return score < 0 ? score * penalty : score / penalty;
  });
  if (n !== undefined) {
    const said = ids.slice(n - 1).map((_, i) => ids.slice(i, i + n));
    const tail = n === 1 ? [] : ids.slice(1 - n);
    never((id) => said.some((gram) => String(gram) === String([...tail, id])));
  }
  const banned = rules.bannedSequences ?? [];
  never((id) =>
    banned.some((each) => !(each.length === 1 && ends.includes(id)) && follows(each, id)),
  );
  if (ids.length - 1 < (rules.minNewTokens ?? 0)) never((id) => ends.includes(id));
  const force = (forced: readonly number[]) => {
    out = out.map((_, id) => (forced.includes(id) ? 0 : Number.NEGATIVE_INFINITY));
  };
  if (rules.forcedFirst !== undefined && ids.length === 1) force([rules.forcedFirst]);
  if (rules.forcedLast !== undefined && ids.length === longest) force(rules.forcedLast);
  return rules.renormalise === true ? logSoftmax(out) : out;
}

interface Beam {
  /** The start token, and what was generated. */
  readonly ids: readonly number[];
  readonly sum: number;
}

interface Finished extends Ranked {
  readonly isFinished: boolean;
}

const nothing: Finished = { ids: [], sum: 0, rank: FAR, isFinished: false };

/** Searches a table, of which at most `maxNewTokens` positions are used. */
export function publishedSearch(
  table: Table,
  { width, lengthPenalty = 1, earlyStopping = false }: Search,
  rules: GenerationRules,
): PublishedSearch {
  const { ends = [EOS], maxNewTokens = table.length } = rules;
  const longest = Math.min(maxNewTokens, table.length);
  let margin = Number.POSITIVE_INFINITY;
  const apart = (values: readonly number[]) => {
    const real = values.filter((value) => value > FAR / 2);
    real.slice(1).forEach((value, i) => {
      margin = Math.min(margin, Math.abs(value - real[i]!));
    });
  };
  let running: readonly Beam[] = Array.from({ length: width }, (_, k) => ({
    ids: [BOS],
    sum: k === 0 ? 0 : FAR,
  }));
  let finished: readonly Finished[] = Array(width).fill(nothing);
  let canImprove = true;
  const keep = Math.max(2, 1 + ends.length) * width;
  for (let step = 1; ; step++) {
    const all = running
      .flatMap(({ ids, sum }) => {
        const row = table[ids.length - 1]![ids.at(-1)!]!;
        return ruled(logSoftmax(row), ids, rules, longest).map((log, id) => ({
          ids: [...ids, id],
          sum: sum + log,
        }));
      })
      .toSorted((a, b) => b.sum - a.sum);
    apart(all.slice(0, keep + 1).map(({ sum }) => sum));
    const top = all.slice(0, keep);
    const stops = top.map(({ ids }) => ends.includes(ids.at(-1)!) || step >= longest);
    const isFull = finished.every(({ isFinished }) => isFinished);
    const ranked = top.map(({ ids, sum }, k) => {
      const isNew = stops[k]! && k < width;
      const closed = (isFull && earlyStopping === true) || !canImprove || !isNew;
      const rank = sum / step ** lengthPenalty + (closed ? FAR : 0);
      return { ids: ids.slice(1), sum, rank, isFinished: isNew };
    });
    const merged = [...finished, ...ranked].toSorted((a, b) => b.rank - a.rank);
    apart(merged.map(({ rank }) => rank));
    finished = merged.slice(0, width);
    running = top
      .map(({ ids, sum }, k) => ({ ids, sum: sum + (stops[k]! ? FAR : 0) }))
      .toSorted((a, b) => b.sum - a.sum)
      .slice(0, width);
    const hypothetical = earlyStopping === 'never' && lengthPenalty > 0 ? longest : step;
    const bestPossible = running[0]!.sum / hypothetical ** lengthPenalty;
    const worst = Math.min(...finished.map(({ rank }) => rank));
    if (finished.every(({ isFinished }) => isFinished)) apart([bestPossible, worst]);
    canImprove &&= finished.some(({ isFinished }) => bestPossible > (isFinished ? worst : FAR));
    const isComplete = finished.every(({ isFinished }) => isFinished);
    if (!canImprove || (isComplete && earlyStopping === true) || stops.every(Boolean)) {
      return { found: finished.filter(({ rank }) => rank > FAR / 2), margin, steps: step };
    }
  }
}
