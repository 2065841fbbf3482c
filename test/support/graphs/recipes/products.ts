/** Recipes of matrix products and look-ups. */
import {
  groupsPerRow,
  packetsPerRow,
  quantisationScheme,
  type Shape,
  type Tensor,
  weightsPerPacket,
} from 'qkv/graph';
import { type Builder, sameShape } from '../builder';
import type { Recipes } from './index';

const FLAGS = [0, 1, 2, 3].map((i) => ({ transposeA: i % 2 === 1, transposeB: i > 1 }));

/** Whether batch axes broadcast to each other. */
function broadcast(a: Shape, b: Shape): boolean {
  const rank = Math.min(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => [a.at(i - rank), b.at(i - rank)]).every(
    ([x, y]) => x === 1 || y === 1 || sameShape([x], [y]),
  );
}

/** All partners of a in a product, with the transpositions that fit. */
function partners(b: Builder, a: Tensor) {
  return b.pool.flatMap((t) => {
    if (t.dtype !== 'f32' || t.shape.length < 2) return [];
    if (!broadcast(a.shape.slice(0, -2), t.shape.slice(0, -2))) return [];
    return FLAGS.filter(({ transposeA, transposeB }) => {
      const k = a.shape.at(transposeA ? -2 : -1);
      return sameShape([k], [t.shape.at(transposeB ? -1 : -2)]);
    }).map((flags) => ({ t, flags }));
  });
}

/** A vector or matrix with rows of whole packets, and a quantised matrix of as many columns. */
function quantised(b: Builder) {
  const scheme = quantisationScheme(b.one(['int8', 'int4']));
  const each = weightsPerPacket(scheme);
  const given = b.ranked(1);
  const size = b.size(given.shape.at(-1));
  const columns = Math.max(1, Math.ceil(size / each)) * each;
  const before = given.shape.map(() => 0);
  const after = [...before.slice(1), columns - size];
  const x = b.call('pad', [given, { before, after }]);
  const rows = b.f32(({ shape }) => shape.length === 1);
  b.limit(...x.shape, rows.shape[0]);
  const column = b.call('reshape', [rows, [-1, 1]]);
  const wide = (from: Tensor, count: number) =>
    b.call('broadcastTo', [from, [rows.shape[0] ?? 1, count]]);
  const matrix = {
    scheme,
    columns,
    words: wide(
      b.call('scale', [b.ids(column, 15), 4369, 273]),
      4 * packetsPerRow(scheme, columns),
    ),
    scales: wide(b.call('scale', [column, 0.01]), groupsPerRow(scheme, columns)),
  };
  return { x, matrix };
}

export const products: Recipes = {
  quantisedMatmul: (b) => {
    const { x, matrix } = quantised(b);
    b.call('quantisedMatmul', [x, matrix]);
  },
  dequantiseRows: (b) => {
    const { x, matrix } = quantised(b);
    b.call('dequantiseRows', [matrix, ...(b.flag() ? [b.ids(x, 5)] : [])]);
  },
  matmul: (b) => {
    const a = b.ranked(2);
    const { t, flags } = b.one(partners(b, a));
    // At most: batch axes that both have are counted twice.
    const shared = sameShape(a.shape.slice(0, -2), t.shape.slice(0, -2));
    const outer = shared ? [] : t.shape.slice(0, -2);
    b.limit(...a.shape, ...outer, ...t.shape.slice(-1));
    b.limit(...a.shape, ...outer, ...t.shape.slice(-2, -1));
    b.call('matmul', [a, t, flags]);
  },
  embedding: (b) => {
    const table = b.ranked(2, 2);
    const known = b.tensor(({ dtype }) => dtype !== 'bool');
    const ids = known.dtype === 'i32' ? known : b.ids(known, table.shape[0] ?? 1);
    const options = b.flag() ? { paddingIndex: 0 } : {};
    b.call('embedding', [ids, table, options]);
  },
};
