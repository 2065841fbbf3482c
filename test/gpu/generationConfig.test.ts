/** Published generation options on tables of logits: greedily, by beams and by sampling, in float64. */
import {
  afterTexts,
  type GenerationOverrides,
  type Hypothesis,
  readGenerationConfig,
} from 'qkv/generate';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { publishedSearch } from '../support/publishedSearch';
import { randomTables, type Table, tableDecoder } from '../support/tables';

const device = useDevice();
const COUNT = 24;
const SIZES = { words: 12, length: 10 };
const tables = randomTables(COUNT, SIZES, 17);
const CONFIG = { is_encoder_decoder: true };
/** The start token is an end, as of BART. */
const FILE = { decoder_start_token_id: 2, eos_token_id: [2, 5], pad_token_id: 0, max_length: 8 };

/** Decodes the tables as options of a call say. */
async function decode(overrides: GenerationOverrides, stops = false) {
  const { decoding, ids, stopTexts } = readGenerationConfig(FILE, CONFIG, overrides);
  const stop = { when: afterTexts(stopTexts, (some) => some.map((id) => `<${id}>`).join('')) };
  const all = stops ? { ...decoding, stop } : decoding;
  const decoder = await tableDecoder(device(), COUNT, SIZES, all, { ids });
  const found = await decoder.decode(tables, { seed: 3 });
  decoder.dispose();
  return found;
}

/** The table, which reads 2 at its beginning in place of 1. */
const fromTwo = (table: Table): Table =>
  table.map((rows, t) => rows.map((row, id) => (t === 0 && id === 1 ? rows[2]! : row)));

/** The most probable tokens, up to an end or `most`. */
function greedily(table: Table, most: number): Pick<Hypothesis, 'ids' | 'finished'> {
  const ids: number[] = [];
  for (let last = 2; ids.length < most; ) {
    const row = table[ids.length]![last]!;
    last = row.indexOf(Math.max(...row));
    if (last === 2 || last === 5) return { ids, finished: true };
    ids.push(last);
  }
  return { ids, finished: false };
}

const textsOf = (found: readonly (readonly Hypothesis[])[]) =>
  found.map(([first]) => ({ ids: first!.ids, finished: first!.finished }));

describe('options of generation_config.json', () => {
  it('greedily, up to each end and to the largest length', async () => {
    // The start token counts.
    const want = tables.map((table) => greedily(table, 7));
    expect(textsOf(await decode({}))).toEqual(want);
    expect(new Set(want.map(({ finished }) => finished)).size).toBe(2);
    const short = await decode({ maxNewTokens: 3 });
    expect(textsOf(short)).toEqual(tables.map((table) => greedily(table, 3)));
  });

  it('up to texts, which stay', async () => {
    const found = await decode({ stopStrings: ['<7>', '<3><'] }, true);
    const cut = tables.map((table) => {
      const { ids, finished } = greedily(table, 7);
      const at = ids.findIndex((id, i) => id === 7 || ids[i - 1] === 3);
      return at < 0 ? { ids, finished } : { ids: ids.slice(0, at + 1), finished: true };
    });
    expect(textsOf(found)).toEqual(cut);
    expect(cut.some(({ ids }) => ids.at(-1) === 7)).toBe(true);
  });

  it('by beams', async () => {
    const rules = { noRepeatNgramSize: 2, badWordsIds: [[0], [1], [7, 8]], minNewTokens: 2 };
    const found = await decode({ numBeams: 3, numReturnSequences: 3, ...rules });
    const search = { width: 3, lengthPenalty: 1 };
    let near = 0;
    found.forEach((hypotheses, i) => {
      const { found: want, margin } = publishedSearch(fromTwo(tables[i]!), search, {
        ends: [2, 5],
        maxNewTokens: 7,
        noRepeatNgrams: 2,
        bannedSequences: [[0], [1], [7, 8]],
        minNewTokens: 2,
      });
      if (margin < 1e-4) {
        near++;
        return;
      }
      const bare = want.map(({ ids }) => ([2, 5].includes(ids.at(-1)!) ? ids.slice(0, -1) : ids));
      expect(
        hypotheses.map(({ ids }) => ids),
        `table ${i}`,
      ).toEqual(bare);
      hypotheses.forEach(({ rank }, k) => {
        expect(Math.abs(rank! - want[k]!.rank)).toBeLessThan(1e-4);
      });
    });
    expect(near).toBeLessThan(COUNT / 3);
  });

  it('by sampling, within rules and truncation, reproducibly', async () => {
    const rules = { minNewTokens: 3, suppressTokens: [0, 1, 9], forcedBosTokenId: 4 };
    const options = { doSample: true, numReturnSequences: 2, minP: 0.02, ...rules };
    const found = await decode(options);
    expect(await decode(options)).toEqual(found);
    found.forEach((hypotheses, i) => {
      for (const { ids, finished } of hypotheses) {
        expect(ids[0]).toBe(4);
        expect(ids.some((id) => [0, 1, 9, 2, 5].includes(id))).toBe(false);
        expect(ids.length).toBeGreaterThanOrEqual(3);
        expect(finished).toBe(ids.length < 7);
        ids.slice(1).forEach((id, t) => {
          const hidden = t + 1 < 3 ? [0, 1, 9, 2, 5] : [0, 1, 9];
          const row = tables[i]![t + 1]![ids[t]!]!.map((x, other) =>
            hidden.includes(other) ? Number.NEGATIVE_INFINITY : x,
          );
          // exp(x) / exp(largest) is at least 0.02, but for rounding.
          expect(row[id]! - Math.max(...row)).toBeGreaterThan(Math.log(0.02) - 1e-4);
        });
      }
    });
    expect(new Set(found.flat().map(({ ids }) => String(ids))).size).toBeGreaterThan(COUNT);
  });
});

describe('other values of a rule', () => {
  it('compile nothing, while another list of rules needs a decoder of its own', async () => {
    const read = (overrides: GenerationOverrides) =>
      readGenerationConfig(FILE, CONFIG, { badWordsIds: [[7]], ...overrides });
    const first = read({ maxNewTokens: 4, repetitionPenalty: 2, forcedBosTokenId: 3 });
    const { ids, decoding } = first;
    const decoder = await tableDecoder(device(), COUNT, SIZES, decoding, { ids });
    await decoder.decode(tables);
    const compiled = device().pipelines.size;
    const other = read({ maxNewTokens: 2, repetitionPenalty: 1.1, forcedBosTokenId: 4 });
    const found = await decoder.decode(tables, { decoding: other.decoding });
    expect(device().pipelines.size).toBe(compiled);
    for (const [{ ids: some } = { ids: [] }] of found) {
      expect(some[0]).toBe(4);
      expect(some.length).toBeLessThanOrEqual(2);
    }
    const more = read({ maxNewTokens: 2, noRepeatNgramSize: 2 });
    const decoded = decoder.decode(tables, { decoding: more.decoding });
    await expect(decoded).rejects.toThrow('a decoder of its own');
    decoder.dispose();
  });
});
