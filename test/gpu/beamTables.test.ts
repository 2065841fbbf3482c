/**
 * Beam search on random tables of logits: it finds what a textbook search in float64 finds, and the
 * best of all sequences where it is as wide as there are sequences. The full run takes 10,000 tables.
 */
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { isFull, sampled } from '../support/sample';
import {
  everySequence,
  type Found,
  randomTables,
  searchBeams,
  type TableSizes,
  tableDecoder,
  wholeIds,
} from '../support/tables';

const device = useDevice();
/** Ranks that differ by less may be ordered either way in float32. */
const NEAR = 1e-4;
const TABLES = isFull ? 850 : 128;

interface Search extends TableSizes {
  readonly width: number;
  readonly lengthPenalty?: number;
  readonly best?: number;
}

const searches: readonly Search[] = [
  { words: 6, length: 5, width: 2 },
  { words: 4, length: 3, width: 4, best: 4 },
  { words: 5, length: 4, width: 24, lengthPenalty: 0.6, best: 5 },
  { words: 6, length: 6, width: 3, lengthPenalty: 1, best: 3 },
  { words: 9, length: 5, width: 1 },
  { words: 9, length: 7, width: 5, lengthPenalty: 0.6 },
  { words: 5, length: 4, width: 32, best: 32 },
  { words: 4, length: 6, width: 32, lengthPenalty: 0.6, best: 8 },
  { words: 40, length: 4, width: 4, best: 2 },
  { words: 12, length: 6, width: 8, lengthPenalty: 2, best: 8 },
  { words: 3, length: 4, width: 3, best: 3 },
  { words: 7, length: 8, width: 2, lengthPenalty: 0.2 },
];

/** Number of sequences that a table has, and of continuations of one step at most. */
function counts({ words, length }: TableSizes) {
  const open = words - 3;
  const live = open ** (length - 1);
  return { continuations: live * (open + 1) };
}

describe.each(sampled(searches, 3))('beam search %o', (search) => {
  const { width, lengthPenalty = 0, best = 1 } = search;

  it('finds what a search in float64 finds, in its order', async () => {
    const tables = randomTables(TABLES, search, 7 + searches.indexOf(search));
    const decoder = await tableDecoder(device(), TABLES, search, {
      kind: 'beam',
      width,
      lengthPenalty,
      best,
    });
    const results = await decoder.decode(tables);
    decoder.dispose();
    const isExact = width >= counts(search).continuations;
    let near = 0;
    results.forEach((hypotheses, i) => {
      const table = tables[i]!;
      const { found, margin } = searchBeams(table, width, lengthPenalty);
      if (!isExact && margin < NEAR) {
        near++;
        return;
      }
      const want: readonly Found[] = isExact ? everySequence(table, lengthPenalty) : found;
      expect(hypotheses, `table ${i}`).toHaveLength(Math.min(best, want.length));
      hypotheses.forEach((hypothesis, k) => {
        const { score } = want.find(({ ids }) => String(ids) === String(wholeIds(hypothesis)))!;
        const rank = (s: number, length: number) => s / ((5 + length) / 6) ** lengthPenalty;
        expect(Math.abs(hypothesis.score! - score), `score, table ${i}`).toBeLessThan(NEAR);
        // The same rank: which of two that are near comes first is a matter of rounding.
        const other = rank(score, wholeIds(hypothesis).length);
        expect(Math.abs(other - want[k]!.rank), `rank ${k}, table ${i}`).toBeLessThan(NEAR);
      });
    });
    expect(near / TABLES).toBeLessThan(0.03);
  });
});

describe('beam search', () => {
  it('keeps a hypothesis that ended early, though others were ahead of it then', async () => {
    const sizes = { words: 6, length: 4 };
    const table = Array.from({ length: 4 }, () =>
      Array.from({ length: 6 }, () => Array<number>(6).fill(-60)),
    );
    const set = (position: number, from: number, to: number, p: number) => {
      table[position]![from]![to] = Math.log(p);
    };
    set(0, 1, 2, 0.3);
    set(0, 1, 3, 0.7);
    set(1, 3, 4, 0.5);
    set(1, 3, 5, 0.5);
    for (const at of [2, 3]) {
      for (const from of [3, 4, 5]) for (const to of [2, 3, 4, 5]) set(at, from, to, 0.25);
    }
    const decoder = await tableDecoder(device(), 1, sizes, { kind: 'beam', width: 2 });
    const [[first] = []] = await decoder.decode([table]);
    decoder.dispose();
    expect(first!.ids).toEqual([]);
    expect(first!.finished).toBe(true);
    expect(first!.score!).toBeCloseTo(Math.log(0.3), 4);
  });

  it('returns fewer hypotheses than asked for where there are no more', async () => {
    const sizes = { words: 4, length: 2 };
    const table = Array.from({ length: 2 }, () => Array.from({ length: 4 }, () => [0, 0, 0, 0.5]));
    const decoder = await tableDecoder(device(), 1, sizes, { kind: 'beam', width: 4, best: 4 });
    const [found = []] = await decoder.decode([table]);
    decoder.dispose();
    const all = found.map((each) => String(wholeIds(each))).toSorted();
    expect(all).toEqual(['2', '3,2', '3,3']);
    for (const { score } of found) expect(score!).toBeGreaterThan(-3);
  });
});
