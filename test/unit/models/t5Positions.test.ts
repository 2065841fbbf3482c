/**
 * T5's relative positions: their buckets, and in float64 the bias, in which each pair has the value of
 * its bucket, for whole sequences and for steps over a cache.
 */
import { describe, expect, it } from 'vitest';
import { NdArray } from '../../../src/core/ndArray';
import { i32 } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { t5Config } from '../../../src/models/t5/config';
import { relativeBucket, sequenceBias, stepBias } from '../../../src/models/t5/positions';
import { initialArena } from '../../../src/nn/arena';
import {
  bindParameters,
  declareParameters,
  PARAMETERS,
  type Scope,
} from '../../../src/nn/parameters';
import { parameterStates } from '../../../src/nn/storage';
import { defined } from '../../../tools/lib/defined';

const SIZES = { sourceVocabulary: 9, targetVocabulary: 9, maxLength: 12, heads: 3, modelSize: 6 };
const config = t5Config({ ...SIZES, buckets: 8, maxDistance: 6 });

describe('buckets of relative positions', () => {
  const published = { buckets: 32, maxDistance: 128 };
  const both = (relative: number) => relativeBucket(relative, true, published);
  const backwards = (relative: number) => relativeBucket(relative, false, published);

  it('small distances have their own, the largest share the last', () => {
    // 16 buckets a side, 8 of them for distances below 8.
    expect([0, -1, -7, 1, 7].map(both)).toEqual([0, 1, 7, 17, 23]);
    expect([-127, -128, -500, 128, 500].map(both)).toEqual([15, 15, 15, 31, 31]);
    expect([5, 1, 0, -1, -15].map(backwards)).toEqual([0, 0, 0, 1, 15]);
    expect([-16, -127, -128, -4000].map(backwards)).toEqual([16, 31, 31, 31]);
  });

  it('between them, each doubling of the distance takes as many buckets', () => {
    // 8 buckets for the factor 16 from 8 to 128: 2 for each doubling, its first distance included.
    expect([8, 15, 16, 31, 32, 63, 64, 127].map((d) => both(-d))).toEqual([
      ...[8, 9, 10, 11, 12, 13, 14, 15],
    ]);
    const all = Array.from({ length: 200 }, (_, d) => backwards(-d));
    all.slice(1).forEach((bucket, d) => {
      expect(bucket - all[d]!).toBeGreaterThanOrEqual(0);
      expect(bucket - all[d]!).toBeLessThanOrEqual(1);
    });
  });
});

/** A bias in float64, and the table that it is made from. */
function biasOf(build: (scope: Scope, position: Tensor) => Tensor, positions: readonly number[]) {
  const inputs = { position: i32(positions.length) };
  const layout = declareParameters((scope, input) => build(scope, input('position')), inputs);
  const graph = trace(
    (input, states) => {
      const { scope } = bindParameters(layout, states(PARAMETERS));
      return { outputs: { bias: build(scope, input('position')) } };
    },
    { inputs, states: parameterStates(layout) },
  );
  const arena = initialArena(layout, 2);
  const given = new Map([['position', NdArray.from([positions.length], positions)]]);
  const states = new Map([[PARAMETERS, NdArray.from([layout.size], arena)]]);
  const bias = defined(evaluateGraph(graph, given, states, new Map()).outputs.get('bias'), 'bias');
  const value = (bucket: number, h: number) => arena[bucket * config.heads + h]!;
  return { bias, value };
}

describe('the bias', () => {
  it.each([true, false])('of a whole sequence is that of each pair, both ways: %s', (bothWays) => {
    for (const length of [1, 7, config.maxLength]) {
      const { bias, value } = biasOf((scope) => sequenceBias(scope, config, bothWays, length), [0]);
      expect(bias.shape).toEqual([1, config.heads, length, length]);
      for (let h = 0; h < config.heads; h++) {
        for (let t = 0; t < length; t++) {
          for (let s = 0; s < length; s++) {
            const bucket = relativeBucket(s - t, bothWays, config);
            expect(bias.at(0, h, t, s)).toBe(value(bucket, h));
          }
        }
      }
    }
  });

  it('of a step is that of its row, and 0 for later keys', () => {
    const positions = [0, 5, config.maxLength - 1];
    const { bias, value } = biasOf((scope, at) => stepBias(scope, config, at), positions);
    expect(bias.shape).toEqual([positions.length, config.heads, 1, config.maxLength]);
    positions.forEach((t, b) => {
      for (let h = 0; h < config.heads; h++) {
        for (let s = 0; s < config.maxLength; s++) {
          const want = s > t ? 0 : value(relativeBucket(s - t, false, config), h);
          expect(bias.at(b, h, 0, s)).toBe(want);
        }
      }
    });
  });
});
