/** Pooling of contextual vectors: against plain loops in float64, over rows of other lengths. */
import { expect, it } from 'vitest';
import { OptionError } from '../../../src/core/errors';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import { f32, i32 } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { trace } from '../../../src/graph/graph';
import { pooled } from '../../../src/models/maxPooling';
import { type PoolingOptions, pooledBy, publishedPooling } from '../../../src/models/pooling';

const [ROWS, LENGTH, SIZE] = [4, 5, 3];
const LENGTHS = [1, 3, 5, 2];
const source = random(7);
// All of the first row's values are negative, so that a maximum with padding would show.
const values = Array.from({ length: ROWS * LENGTH * SIZE }, (_, i) =>
  i < LENGTH * SIZE ? -1 - source.next() : source.normal(),
);
const at = (b: number, t: number, c: number) => values[(b * LENGTH + t) * SIZE + c] ?? Number.NaN;

function pool(options?: PoolingOptions): readonly number[] {
  const graph = trace(
    (input) => ({ outputs: { y: pooled(input('x'), input('lengths'), options) } }),
    { inputs: { x: f32(ROWS, LENGTH, SIZE), lengths: i32(ROWS) } },
  );
  const inputs = new Map([
    ['x', NdArray.from([ROWS, LENGTH, SIZE], values)],
    ['lengths', NdArray.from([ROWS], LENGTHS)],
  ]);
  return [...(evaluateGraph(graph, inputs, new Map(), new Map()).outputs.get('y')?.data ?? [])];
}

const COMBINE = {
  mean: (column: readonly number[]) => column.reduce((sum, x) => sum + x, 0) / column.length,
  max: (column: readonly number[]) => Math.max(...column),
  first: ([x = Number.NaN]: readonly number[]) => x,
};

it.each(['mean', 'max', 'first'] as const)('%s is over valid tokens only', (kind) => {
  const want = LENGTHS.flatMap((length, b) =>
    Array.from({ length: SIZE }, (_, c) =>
      COMBINE[kind](Array.from({ length }, (_, t) => at(b, t, c))),
    ),
  );
  const far = (got: readonly number[], expected: readonly number[]) =>
    Math.max(...expected.map((x, i) => Math.abs(x - (got[i] ?? Number.NaN))));
  // Sums of at most 5 float64 values.
  expect(far(pool({ kind }), want)).toBeLessThan(1e-14);
  const scaled = want.map((x, i) => {
    const row = want.slice(i - (i % SIZE), i - (i % SIZE) + SIZE);
    return x / Math.hypot(...row);
  });
  expect(far(pool({ kind, normalise: true }), scaled)).toBeLessThan(1e-14);
  if (kind === 'mean') expect(pool()).toEqual(pool({ kind }));
});

it('by the maximum needs an import', () => {
  const options = { kind: 'max' } as const;
  const trial = () =>
    trace((input) => ({ outputs: { y: pooledBy(input('x'), input('lengths'), options, []) } }), {
      inputs: { x: f32(ROWS, LENGTH, SIZE), lengths: i32(ROWS) },
    });
  expect(trial).toThrow(OptionError);
  expect(trial).toThrow('import { maxPooling }');
});

it('is read from the files of sentence-transformers', () => {
  const mean = { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true };
  expect(publishedPooling({ word_embedding_dimension: 8, ...mean })).toBe('mean');
  expect(publishedPooling({ pooling_mode_cls_token: true })).toBe('first');
  expect(publishedPooling({ pooling_mode_max_tokens: true })).toBe('max');
  const both = { ...mean, pooling_mode_max_tokens: true };
  expect(() => publishedPooling(both)).toThrow(OptionError);
  expect(() => publishedPooling({ pooling_mode_lasttoken: true })).toThrow('lasttoken');
  expect(() => publishedPooling({})).toThrow('found none');
});
