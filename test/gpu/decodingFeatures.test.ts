/**
 * What works with every way of decoding, on random tables against float64: forced prefixes,
 * alternatives, the search tree, constraints, stopping.
 */

import { OptionError } from 'qkv';
import type { Decoding, Hypothesis } from 'qkv/generate';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';
import {
  everySequence,
  IDS,
  logProbabilities,
  randomTables,
  type Table,
  tableDecoder,
  wholeIds,
} from '../support/tables';

const device = useDevice();
const SIZES = { words: 6, length: 5 };
const COUNT = 12;
const tables = randomTables(COUNT, SIZES, 99);
const NEAR = 1e-4;

const ways: readonly Decoding[] = [
  { kind: 'greedy' },
  { kind: 'greedy', scores: true },
  { kind: 'sample', count: 3, temperature: 0.8 },
  { kind: 'beam', width: 4, best: 4, lengthPenalty: 0.6 },
];

/** Those of which something differs in each feature: unscored, and with reordered rows. */
const someWays = sampled(ways, 3);

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Log-probability of each token of a sequence. */
const logsOf = (table: Table, ids: readonly number[]) =>
  ids.map((id, t) => logProbabilities(table, ids.slice(0, t))[id]!);

/** The best of all sequences that fit. */
const bestOf = (table: Table, fits: (ids: readonly number[]) => boolean) =>
  everySequence(table, 0).find(({ ids }) => fits(ids))!;

const words = (ids: readonly number[]) => ids.filter((id) => id !== IDS.eos);

function expectScores(hypothesis: Hypothesis, table: Table): void {
  const logs = logsOf(table, wholeIds(hypothesis));
  expect(Math.abs(hypothesis.score! - sum(logs))).toBeLessThan(NEAR);
  hypothesis.tokenScores!.forEach((score, t) => {
    expect(Math.abs(score - logs[t]!)).toBeLessThan(NEAR);
  });
}

describe.each(someWays)('decoding by %o', (way) => {
  const prefixes = tables.map((_, b) => [3, 5, 4, 4, 3].slice(0, b % 5));

  it('begins with prefixes, gives alternatives, and the search as a tree', async () => {
    const extras = { alternatives: 3, searchTree: true };
    const decoder = await tableDecoder(device(), COUNT, SIZES, { ...way, ...extras, prefix: [] });
    const free = await decoder.decode(tables, { seed: 4 });
    const decoding = { ...way, ...extras, prefix: prefixes };
    const forced = await decoder.decode(tables, { decoding, seed: 4 });
    decoder.dispose();
    const plainDecoder = await tableDecoder(device(), COUNT, SIZES, way);
    const plain = await plainDecoder.decode(tables, { seed: 4 });
    plainDecoder.dispose();
    expect(free.map((all) => all.map(wholeIds))).toEqual(plain.map((all) => all.map(wholeIds)));
    for (const results of [free, forced]) {
      results.forEach((hypotheses, b) => {
        const [{ tree } = {}] = hypotheses;
        for (const hypothesis of hypotheses) {
          const ids = wholeIds(hypothesis);
          if (results === forced) {
            expect(ids.slice(0, prefixes[b]!.length)).toEqual(prefixes[b]);
          }
          expectScores(hypothesis, tables[b]!);
          expect(hypothesis.alternatives).toHaveLength(ids.length);
          hypothesis.alternatives!.forEach((some, t) => {
            const logs = logProbabilities(tables[b]!, ids.slice(0, t));
            const want = logs.map((log) => Math.exp(log)).toSorted((p, q) => q - p);
            expect(some).toHaveLength(3);
            some.forEach(({ id, probability }, k) => {
              expect(Math.abs(probability - want[k]!)).toBeLessThan(NEAR);
              expect(Math.abs(probability - Math.exp(logs[id]!))).toBeLessThan(NEAR);
            });
            expect(sum(some.map(({ probability }) => probability))).toBeLessThanOrEqual(1);
          });
          // From the last node to the first.
          expect(hypothesis.tree!.nodes).toBe(tree!.nodes);
          const path: { readonly id: number; readonly logProbability: number }[] = [];
          for (let at = hypothesis.node; at !== undefined; at = tree!.nodes[at]!.parent) {
            path.unshift(tree!.nodes[at]!);
          }
          expect(path.map(({ id }) => id)).toEqual(ids);
          const edges = path.map(({ logProbability }) => logProbability);
          expect(Math.abs(sum(edges) - hypothesis.score!)).toBeLessThan(1e-3);
        }
        tree!.nodes.forEach(({ parent = -1 }, at) => {
          expect(parent).toBeLessThan(at);
        });
      });
    }
    if (way.kind !== 'beam') return;
    // Beams that were dropped are in it, too.
    const kept = free.map((all) => Math.max(...all.map(({ tree }) => tree!.nodes.length)));
    const returned = free.map((all) => sum(all.map((each) => wholeIds(each).length)));
    expect(sum(kept)).toBeGreaterThan(0.5 * sum(returned));
  });

  it('keeps within constraints, whose values change without another plan', async () => {
    const first = { banned: [5], bias: [], minLength: 1, noRepeatNgrams: 2 } as const;
    const decoding = { ...way, constraints: first };
    const decoder = await tableDecoder(device(), COUNT, SIZES, decoding);
    const fits = (ids: readonly number[], banned: readonly number[], least: number) => {
      expect(ids.filter((id) => banned.includes(id))).toEqual([]);
      expect(ids.length).toBeGreaterThanOrEqual(Math.min(least, SIZES.length));
      const pairs = ids.slice(1).map((id, t) => `${ids[t]} ${id}`);
      expect(new Set(pairs).size).toBe(pairs.length);
    };
    for (const all of await decoder.decode(tables)) {
      for (const { ids } of all) fits(ids, [5], 1);
    }
    const created = device().pipelines.size;
    const constraints = { ...first, banned: [3], minLength: 3, bias: [[4, 2] as const] };
    const others = await decoder.decode(tables, { decoding: { ...way, constraints } });
    for (const all of others) for (const { ids } of all) fits(ids, [3], 3);
    expect(device().pipelines.size).toBe(created);
    const more = { ...way, constraints: { ...constraints, noRepeatNgrams: 3 } };
    await expect(decoder.decode(tables, { decoding: more })).rejects.toThrow(OptionError);
    decoder.dispose();
  });
});

describe('a beam search that is wide enough finds the best of all sequences', () => {
  const wide = { kind: 'beam', width: 32 } as const;
  const small = { words: 5, length: 4 };
  const some = randomTables(COUNT, small, 5);
  const search = async (decoding: Decoding) => {
    const decoder = await tableDecoder(device(), COUNT, small, decoding);
    const found = await decoder.decode(some);
    decoder.dispose();
    return found.map(([best]) => best!);
  };

  it.each([
    ['without banned tokens', { banned: [4] }, (ids: readonly number[]) => !ids.includes(4)],
    ['of a shortest length', { minLength: 3 }, (ids: readonly number[]) => words(ids).length >= 3],
    [
      'without repeated tokens',
      { noRepeatNgrams: 1 },
      (ids: readonly number[]) => new Set(ids).size === ids.length && ids.at(-1) === IDS.eos,
    ],
  ] as const)('%s', async (_, constraints, fits) => {
    const found = await search({ ...wide, constraints });
    found.forEach((hypothesis, i) => {
      const want = bestOf(some[i]!, fits);
      expect(Math.abs(hypothesis.score! - want.score), `table ${i}`).toBeLessThan(NEAR);
      expect(wholeIds(hypothesis)).toEqual(want.ids);
    });
  });

  it('with biased logits', async () => {
    const found = await search({
      ...wide,
      constraints: {
        bias: [
          [4, 3],
          [IDS.eos, -2],
        ],
      },
    });
    const bias = [0, 0, -2, 0, 3];
    found.forEach((hypothesis, i) => {
      const table = some[i]!.map((rows) => rows.map((row) => row.map((x, id) => x + bias[id]!)));
      const want = bestOf(table, () => true);
      expect(Math.abs(hypothesis.score! - want.score)).toBeLessThan(NEAR);
      expect(wholeIds(hypothesis)).toEqual(want.ids);
    });
  });

  it('that begins with a prefix, though it is banned', async () => {
    const prefix = some.map((_, i) => [3, 4, 4].slice(0, i % 4));
    const found = await search({ ...wide, prefix, constraints: { banned: [4] } });
    found.forEach((hypothesis, i) => {
      const begin = prefix[i]!;
      const want = bestOf(some[i]!, (ids) => {
        return (
          String(ids.slice(0, begin.length)) === String(begin) &&
          !ids.slice(begin.length).includes(4)
        );
      });
      expect(wholeIds(hypothesis)).toEqual(want.ids);
      expect(Math.abs(hypothesis.score! - want.score)).toBeLessThan(NEAR);
    });
  });

  it('that ends at a token, as if eos followed it for certain', async () => {
    const found = await search({ ...wide, stop: { tokens: [3] } });
    found.forEach((hypothesis, i) => {
      const table = some[i]!;
      // Sequences up to the first 3, which end there.
      const cut = (ids: readonly number[]) => {
        const at = ids.indexOf(3);
        return at < 0 ? ids : ids.slice(0, at + 1);
      };
      const all = everySequence(table, 0).map(({ ids }) => cut(ids));
      const scores = all.map((ids) => sum(logsOf(table, ids)));
      expect(Math.abs(hypothesis.score! - Math.max(...scores))).toBeLessThan(NEAR);
      expect(hypothesis.ids).toEqual(words(all[scores.indexOf(Math.max(...scores))]!));
    });
  });
});

describe('stopping', () => {
  it('where a function of the ids says so: hypotheses are cut, and decoding ends early', async () => {
    for (const way of someWays) {
      const seen: number[] = [];
      const when = (ids: readonly number[]) => {
        seen.push(ids.length);
        return ids.length > 1 ? 1 : undefined;
      };
      const decoding = { ...way, stop: { when } };
      const options = { stepsPerSubmit: 1 };
      const decoder = await tableDecoder(device(), COUNT, SIZES, decoding, options);
      const plain = await tableDecoder(device(), COUNT, SIZES, way);
      const [found, whole] = [await decoder.decode(tables), await plain.decode(tables)];
      found.forEach((hypotheses, b) => {
        hypotheses.forEach((hypothesis, k) => {
          const other = whole[b]![k]!;
          expect(hypothesis.ids).toEqual(other.ids.length > 1 ? other.ids.slice(0, 1) : other.ids);
          expect(hypothesis.finished).toBe(true);
          if (hypothesis.score === undefined) return;
          const logs = logsOf(tables[b]!, other.ids.length > 1 ? hypothesis.ids : wholeIds(other));
          expect(Math.abs(hypothesis.score - sum(logs))).toBeLessThan(NEAR);
        });
      });
      if (way.kind !== 'beam') expect(Math.max(...seen)).toBe(2);
      for (const each of [decoder, plain]) each.dispose();
    }
  });
});

describe('stopping after a forced prefix', () => {
  it('keeps the prefix whole, and goes on where nothing after it stops', async () => {
    const prefix = tables.map(() => [4, 3, 4]);
    for (const way of someWays) {
      const plain = await tableDecoder(device(), COUNT, SIZES, { ...way, prefix });
      const whole = await plain.decode(tables);
      for (const [when, expected] of [
        [() => 1, () => [4, 3, 4]],
        [(ids: readonly number[]) => (ids.length > 3 ? 3 : undefined), () => [4, 3, 4]],
        [() => undefined, (ids: readonly number[]) => ids],
      ] as const) {
        const decoding = { ...way, prefix, stop: { when } };
        const decoder = await tableDecoder(device(), COUNT, SIZES, decoding);
        const found = await decoder.decode(tables);
        found.forEach((hypotheses, b) => {
          hypotheses.forEach(({ ids }, k) => {
            expect(ids).toEqual(expected(whole[b]![k]!.ids));
          });
        });
        decoder.dispose();
      }
      plain.dispose();
    }
  });
});

describe('what cannot be', () => {
  it.each([
    [{ prefix: [[3]] }, 'expected ids for each of 12 sources, found 1'],
    [{ prefix: tables.map(() => [2]) }, 'prefix 0 has the id 2, which is pad, bos or eos'],
    [{ prefix: tables.map(() => [3, 3, 3, 3, 3, 3]) }, 'prefix 0 has 6 ids'],
    [{ alternatives: 0 }, 'alternatives must be a whole number from 1 to 64'],
    [{ constraints: { banned: [6] } }, 'id 6 is outside the vocabulary of 6'],
    [{ constraints: { bias: [[3, Number.NaN] as const] } }, 'the bias of 3 must be'],
    [{ constraints: { banned: ['cat'] } }, "the vocabulary has no token 'cat'"],
    [{ constraints: { minLength: 0.5 } }, 'minLength must be a whole number'],
    [{ constraints: { noRepeatNgrams: 0 } }, 'noRepeatNgrams must be a whole number'],
    [{ constraints: { most: 1 } as object }, "unknown option 'most'"],
    [{ stop: { words: [] } as object }, "found 'words'"],
  ])('is refused: %o', async (extra, message) => {
    const decode = async () => {
      const decoder = await tableDecoder(device(), COUNT, SIZES, { kind: 'greedy', ...extra });
      await decoder.decode(tables).finally(() => decoder.dispose());
    };
    await expect(decode()).rejects.toThrow(message);
  });

  it('needs its import', async () => {
    const decoding = { kind: 'greedy', alternatives: 2 } as const;
    const make = tableDecoder(device(), COUNT, SIZES, decoding, { decodings: [] });
    await expect(make).rejects.toThrow("import { alternatives } from 'qkv/generate'");
  });
});
