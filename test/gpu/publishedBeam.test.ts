/**
 * Beam search as published models use it, on random tables of logits, against the reference's
 * algorithm in float64. The full run takes ten times as many tables.
 */
import { OptionError } from 'qkv';
import {
  allGenerationRules,
  type Decoding,
  type GenerationRules,
  type PublishedBeamOptions,
  publishedBeamSearch,
} from 'qkv/generate';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { publishedSearch } from '../support/publishedSearch';
import { isFull } from '../support/sample';
import { randomTables, type TableSizes, tableDecoder } from '../support/tables';

const device = useDevice();
/** Numbers that differ by less may be ordered either way in float32. */
const NEAR = 1e-4;
const TABLES = isFull ? 640 : 64;
/** All ids may be generated, and none fills ended rows. */
const OPEN = { pad: -1, bos: 1, eos: 2, never: [] };

type Search = TableSizes &
  Omit<PublishedBeamOptions, 'kind'> & { readonly rules?: GenerationRules };

const searches: readonly Search[] = [
  { words: 12, length: 8, width: 1 },
  { words: 12, length: 8, width: 2, best: 2 },
  { words: 16, length: 9, width: 4, best: 4, earlyStopping: true },
  { words: 16, length: 9, width: 4, best: 4, earlyStopping: 'never', lengthPenalty: 2 },
  { words: 16, length: 9, width: 5, best: 3, lengthPenalty: 0.6 },
  { words: 12, length: 9, width: 3, best: 3, lengthPenalty: 0 },
  { words: 12, length: 9, width: 3, best: 3, lengthPenalty: -1.5, earlyStopping: 'never' },
  { words: 12, length: 9, width: 3, best: 3, rules: { ends: [2, 5, 7], maxNewTokens: 6 } },
  {
    ...{ words: 14, length: 9, width: 3, best: 3, lengthPenalty: 0.3, earlyStopping: true },
    rules: { forcedFirst: 4, forcedLast: [2], maxNewTokens: 7, minNewTokens: 4 },
  },
  {
    ...{ words: 14, length: 9, width: 4, best: 2 },
    rules: { noRepeatNgrams: 2, bannedSequences: [[6], [7, 8], [8, 9, 3], [1, 9]] },
  },
  {
    ...{ words: 14, length: 9, width: 4, best: 4, lengthPenalty: 1.5 },
    rules: { bannedSequences: [[0], [1], [2]], repetitionPenalty: 1.4, renormalise: true },
  },
];

const isEnd = (id: number | undefined, { ends = [2] }: GenerationRules) =>
  id !== undefined && ends.includes(id);

describe.each(searches)('$width beams: %o', ({ words, length, rules = {}, ...search }) => {
  it('finds what the reference finds, in its order', async () => {
    const sizes = { words, length };
    const index = searches.findIndex((each) => each.rules === rules) + search.width;
    // Ends are likely enough for searches to stop before the largest length.
    const tables = randomTables(TABLES, sizes, 31 + index).map((table) =>
      table.map((rows) => rows.map((row) => row.map((x, id) => (id === 2 ? x + 1 : x)))),
    );
    const decoding: Decoding = { kind: 'publishedBeam', ...search, generationRules: rules };
    const decodings = [publishedBeamSearch, allGenerationRules];
    const options = { ids: OPEN, decodings, stepsPerSubmit: 16 };
    const decoder = await tableDecoder(device(), TABLES, sizes, decoding, options);
    const results = await decoder.decode(tables);
    decoder.dispose();
    let [near, early] = [0, 0];
    results.forEach((hypotheses, i) => {
      const { found, margin, steps } = publishedSearch(tables[i]!, search, rules);
      if (steps < Math.min(length, rules.maxNewTokens ?? length)) early++;
      if (margin < NEAR) {
        near++;
        return;
      }
      const want = found.slice(0, search.best ?? 1);
      const ended = want.map(({ ids }) => isEnd(ids.at(-1), rules));
      const bare = want.map(({ ids }, k) => (ended[k] ? ids.slice(0, -1) : ids));
      expect(
        hypotheses.map(({ ids }) => ids),
        `table ${i}`,
      ).toEqual(bare);
      expect(hypotheses.map(({ finished }) => finished)).toEqual(ended);
      hypotheses.forEach(({ score, rank, tokenScores }, k) => {
        const { sum, rank: wanted } = want[k]!;
        expect(Math.abs(score! - sum), `score, table ${i}`).toBeLessThan(NEAR);
        expect(Math.abs(rank! - wanted), `rank, table ${i}`).toBeLessThan(
          NEAR * Math.max(1, Math.abs(wanted / sum)),
        );
        expect(Math.abs(tokenScores!.reduce((a, b) => a + b, 0) - sum)).toBeLessThan(NEAR);
      });
    });
    expect(near / TABLES).toBeLessThan(0.3);
    if (search.earlyStopping !== 'never' && search.lengthPenalty !== 1.5) {
      expect(early).toBeGreaterThan(0);
    }
  });
});

describe('what cannot be', () => {
  const sizes = { words: 6, length: 4 };
  it.each([
    [{ width: 0 }, 'width must be a whole number from 1 to 64, found 0'],
    [{ width: 2, best: 3 }, 'best must be a whole number from 1 to the width 2, found 3'],
    [{ width: 2, lengthPenalty: Number.NaN }, 'lengthPenalty must be a finite number'],
    [{ width: 2, earlyStopping: 'soon' }, "earlyStopping must be true, false or 'never'"],
    [{ width: 2, coveragePenalty: 1 }, "unknown option 'coveragePenalty'"],
  ])('is refused: %o', async (options, message) => {
    const decoding = { kind: 'publishedBeam', ...options } as Decoding;
    const make = tableDecoder(device(), 1, sizes, decoding);
    await expect(make).rejects.toThrow(message);
    await expect(make).rejects.toThrow(OptionError);
  });

  it('needs its import', async () => {
    const decoding = { kind: 'publishedBeam', width: 2 } as const;
    const make = tableDecoder(device(), 1, sizes, decoding, { decodings: [] });
    await expect(make).rejects.toThrow("import { publishedBeamSearch } from 'qkv/generate'");
  });

  it('largest lengths and several ends with the other beam search', async () => {
    const rules = { generationRules: { maxNewTokens: 2 } };
    const decoding: Decoding = { kind: 'beam', width: 2, ...rules };
    const make = tableDecoder(device(), 1, sizes, decoding);
    await expect(make).rejects.toThrow("decode with kind 'publishedBeam'");
  });
});
