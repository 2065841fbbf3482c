/**
 * Every kind of the registry that decodes, by every strategy: sources of different length in one
 * batch, and what works with all strategies, against float64.
 */
import type { Decoding, Hypothesis } from 'qkv/generate';
import { describe, expect, it } from 'vitest';
import {
  DECODING_KINDS,
  type DecodingSubject,
  decodingSubject,
  subjectDecoder,
  WAYS,
} from '../support/decodingSubjects';
import { useDevice } from '../support/device';
import { isFull } from '../support/sample';

const device = useDevice();
const NEAR = 1e-4;
const EOS = 2;
const WORDS = [3, 4, 5, 6, 7, 8, 9, 10, 11];
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const whole = ({ ids, finished }: Hypothesis) => [...ids, ...(finished ? [EOS] : [])];

/** All that can change from run to run, for which one decoder is compiled. */
const FEATURES = {
  alternatives: 3,
  searchTree: true,
  prefix: [],
  constraints: { banned: [], bias: [], minLength: 0 },
  stop: { tokens: [] },
} as const satisfies Partial<Decoding>;

/** A hypothesis' score, token by token, its alternatives and its path through the tree are float64's. */
function expectFloat64(
  { logs, small }: DecodingSubject,
  source: number,
  hypothesis: Hypothesis,
  bias: ReadonlyMap<number, number> = new Map(),
): void {
  const said = whole(hypothesis);
  const rows = logs(source, said, bias);
  const { score = Number.NaN, tokenScores = [], alternatives = [], tree, node } = hypothesis;
  expect(tokenScores).toHaveLength(said.length);
  tokenScores.forEach((one, t) => {
    expect(Math.abs(one - rows[t]![said[t]!]!)).toBeLessThan(NEAR);
  });
  expect(Math.abs(score - sum(tokenScores))).toBeLessThan(NEAR);
  expect(alternatives).toHaveLength(said.length);
  alternatives.forEach((some, t) => {
    const want = rows[t]!.map(Math.exp).toSorted((p, q) => q - p);
    expect(some).toHaveLength(3);
    some.forEach(({ id, token, probability }, k) => {
      expect(Math.abs(probability - want[k]!)).toBeLessThan(NEAR);
      expect(Math.abs(probability - Math.exp(rows[t]![id]!))).toBeLessThan(NEAR);
      expect(token).toBe(small.codec.token(id));
      if (k > 0) expect(probability).toBeLessThanOrEqual(some[k - 1]!.probability);
    });
    expect(sum(some.map(({ probability }) => probability))).toBeLessThanOrEqual(1);
  });
  const path: { readonly id: number; readonly logProbability: number }[] = [];
  for (let at = node; at !== undefined; at = tree!.nodes[at]!.parent)
    path.unshift(tree!.nodes[at]!);
  expect(path.map(({ id }) => id)).toEqual(said);
  const edges = path.map(({ logProbability }) => logProbability);
  expect(Math.abs(sum(edges) - score)).toBeLessThan(1e-3);
}

const cases = DECODING_KINDS.flatMap((kind, i) =>
  (isFull ? WAYS : [WAYS[i % WAYS.length]!]).map((way) => ({ kind, way })),
);

it('the sample has every strategy', () => {
  expect(new Set(cases.map(({ way }) => way.kind)).size).toBe(WAYS.length);
});

describe.each(cases)('$kind by $way.kind', ({ kind, way }) => {
  const subject = decodingSubject(kind);
  const all = subject.sources.map((_, b) => b);

  it('gives each row what it gives alone, and does what its options say', async () => {
    const decoder = await subjectDecoder(device(), subject, { ...way, ...FEATURES });
    const decode = (features: Partial<Decoding> = {}) =>
      decoder.decode(all, { ...way, ...FEATURES, ...features } as Decoding);
    const free = await decode();
    free.forEach((hypotheses, b) => {
      for (const hypothesis of hypotheses) expectFloat64(subject, b, hypothesis);
    });
    expect(new Set(free.map((found) => JSON.stringify(found.map(whole)))).size).toBeGreaterThan(1);

    for (const b of all) {
      // Samples depend on the row, so that the batch is turned until this is the first.
      const turned = way.kind === 'sample' ? all.map((i) => (i + b) % all.length) : all;
      const together = await decoder.decode(turned);
      const [alone = []] = await decoder.decode([b]);
      const own = together[turned.indexOf(b)]!;
      expect(own.map(whole), `source ${b}`).toEqual(alone.map(whole));
      own.forEach(({ score }, k) => {
        expect(Math.abs(score! - alone[k]!.score!)).toBeLessThan(NEAR);
      });
    }

    const prefix = [[7, 4], [], [5, 5, 3], [9]];
    const forced = await decode({ prefix });
    forced.forEach((hypotheses, b) => {
      for (const hypothesis of hypotheses) {
        expect(hypothesis.ids.slice(0, prefix[b]!.length)).toEqual(prefix[b]);
        expectFloat64(subject, b, hypothesis);
      }
    });
    expect(forced[1]!.map(whole)).toEqual(free[1]!.map(whole));

    // The word that is said most is banned.
    const said = free.flat().flatMap(({ ids }) => ids);
    const often = (id: number) => said.filter((other) => other === id).length;
    const [most = 0, next = 0] = WORDS.toSorted((a, b) => often(b) - often(a));
    const bias = new Map([[next, 1.5]]);
    const constraints = { banned: [most], bias: [...bias], minLength: 3 };
    const bound = await decode({ constraints });
    bound.forEach((hypotheses, b) => {
      for (const hypothesis of hypotheses) {
        expect(hypothesis.ids).not.toContain(most);
        if (hypothesis.finished) expect(hypothesis.ids.length).toBeGreaterThanOrEqual(3);
        expectFloat64(subject, b, hypothesis, bias);
      }
    });

    const stopped = await decode({ stop: { tokens: [most] } });
    stopped.forEach((hypotheses, b) => {
      for (const { ids, finished, score } of hypotheses) {
        const at = ids.indexOf(most);
        if (at < 0) continue;
        expect(ids).toHaveLength(at + 1);
        // The end costs nothing. There is none where the stop comes last.
        if (ids.length < subject.small.model.maxLength - subject.sources[b]!.length) {
          expect(finished).toBe(true);
        }
        const logs = subject.logs(b, ids).map((row, t) => row[ids[t]!]!);
        expect(Math.abs(score! - sum(logs))).toBeLessThan(NEAR);
      }
    });
    expect(stopped.flat().some(({ ids }) => ids.includes(most))).toBe(true);

    // A prefix is whole, though a token of it stops. Where nothing may follow, hypotheses end.
    const both = await decode({ prefix: [[most, next], [], [], []], stop: { tokens: [most] } });
    for (const { ids } of both[0]!) expect(ids.slice(0, 2)).toEqual([most, next]);
    const nothing = await decode({ constraints: { banned: WORDS, bias: [], minLength: 2 } });
    for (const { ids, finished } of nothing.flat()) {
      expect(ids).toEqual([]);
      expect(finished).toBe(false);
    }
    decoder.dispose();
  });

  it('repeats no pair of tokens', async () => {
    const decoding = { ...way, constraints: { noRepeatNgrams: 2 } };
    const decoder = await subjectDecoder(device(), subject, decoding);
    for (const { ids } of (await decoder.decode(all)).flat()) {
      const pairs = ids.slice(1).map((id, t) => `${ids[t]} ${id}`);
      expect(new Set(pairs).size).toBe(pairs.length);
    }
    decoder.dispose();
  });
});
