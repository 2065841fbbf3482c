/** Random graphs with loops: nested, over state and into state, with packs and updates in place. */

import type { Random } from 'qkv/cpu';
import { dim, type Graph, ops, type Tensor, type TensorType, trace } from 'qkv/graph';

const LENGTH = dim('L', 5);

const rows = (width: number): TensorType => ({ dtype: 'f32', shape: [LENGTH, width] });
const row = (width: number): TensorType => ({ dtype: 'f32', shape: [width] });

/** `a` rows are aligned, `u` rows are not. */
const INPUTS = { a: rows(64), u: rows(6), ra: row(64), ru: row(6) } as const;
export const STATES = { sa: rows(64), su: rows(6), ta: row(64), tu: row(6) } as const;

/** Values at hand, by width: single rows and stacks of rows. */
interface Pool {
  readonly width: number;
  readonly rows: Tensor[];
  readonly stacks: Tensor[];
}

function pick<T>(source: Random, items: readonly T[]): T {
  const item = items[source.below(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function grow(source: Random, pool: Pool, depth: number): void {
  const any = () => pick(source, pool.rows);
  const choices: (() => void)[] = [
    () => pool.rows.push(ops.add(any(), any())),
    () => pool.rows.push(ops.mul(any(), any())),
    () => pool.rows.push(ops.tanh(any())),
    () => pool.rows.push(ops.fill([pool.width], 0.25)),
    () => pool.rows.push(ops.reshape(ops.sum(ops.reshape(any(), [2, pool.width / 2])), [1])),
    () => pool.rows.push(ops.reshape(ops.reshape(any(), [2, pool.width / 2]), [pool.width])),
    () => writeInPlace(pool, any, source.below(3)),
    () => arena(pool, any, source.below(2)),
    () => pool.rows.push(ops.sum(pick(source, pool.stacks), { axis: 0 })),
  ];
  if (depth > 0)
    choices.push(
      () => loop(source, pool, depth - 1),
      () => loop(source, pool, 0),
    );
  pick(source, choices)();
  // A sum of all is a single value; spread it over a row.
  const last = pool.rows.at(-1);
  if (last?.shape.length === 1 && last.shape[0] === 1) {
    pool.rows[pool.rows.length - 1] = ops.tanh(ops.add(last, ops.fill([pool.width], 0)));
  }
}

/** Puts a row into a copy of two others, in place where the compiler can. */
function writeInPlace(pool: Pool, any: () => Tensor, at: number): void {
  const { width } = pool;
  const both = ops.concat([any(), any()], 0);
  const index = ops.fill([1], at, 'i32');
  const cache = ops.reshape(both, [1, 2, width]);
  const written = ops.writeRows(cache, ops.reshape(any(), [1, 1, width]), index);
  pool.rows.push(ops.sum(ops.reshape(written, [2, width]), { axis: 0 }));
  const half = ops.reshape(any(), [1, 2, width / 2]);
  const small = ops.slice(any(), { starts: [0], ends: [width / 2] });
  const next = ops.writeRows(half, ops.reshape(small, [1, 1, width / 2]), index);
  pool.rows.push(ops.reshape(next, [width]));
}

/** Packs rows into an arena and takes one out. */
function arena(pool: Pool, any: () => Tensor, which: number): void {
  const packed = ops.pack([any(), any()], [0, 64], 128);
  pool.rows.push(ops.view(packed, [pool.width], which * 64));
}

/** A random loop over stacks, or over none. */
function loop(source: Random, outer: Pool, depth: number): void {
  const count = 1 + source.below(3);
  const init = Array.from({ length: count }, () => pick(source, outer.rows));
  const xs = Array.from({ length: source.below(3) }, () => pick(source, outer.stacks));
  const { carry, ys } = ops.scan(
    (carries, x) => {
      const pool: Pool = {
        width: outer.width,
        rows: [...carries, ...x, pick(source, outer.rows)],
        stacks: [pick(source, outer.stacks)],
      };
      const size = 1 + source.below(6);
      for (let i = 0; i < size; i++) grow(source, pool, depth);
      return {
        carry: carries.map(() => pick(source, pool.rows)),
        y: Array.from({ length: 1 + source.below(2) }, () => pick(source, pool.rows)),
      };
    },
    init,
    xs,
    { reverse: source.below(2) === 1, length: LENGTH },
  );
  outer.rows.push(...carry);
  outer.stacks.push(...ys);
}

/** A graph of one or two pools, with some of what they hold as outputs and next states. */
export function randomLoops(source: Random): Graph {
  return trace(
    (inputs, states) => {
      const pools: readonly Pool[] = [
        { width: 64, rows: [inputs('ra'), states('ta')], stacks: [inputs('a'), states('sa')] },
        { width: 6, rows: [inputs('ru'), states('tu')], stacks: [inputs('u'), states('su')] },
      ];
      const outputs: Record<string, Tensor> = {};
      const updates: Record<string, Tensor> = {};
      pools.forEach((pool, i) => {
        const kind = i === 0 ? 'a' : 'u';
        grow(source, pool, 0);
        loop(source, pool, 1);
        grow(source, pool, 2);
        if (source.below(2)) grow(source, pool, 1);
        outputs[`row${kind}`] = pick(source, pool.rows);
        outputs[`last${kind}`] = pool.rows.at(-1) ?? pick(source, pool.rows);
        outputs[`stack${kind}`] = pool.stacks.at(-1) ?? pick(source, pool.stacks);
        if (source.below(2)) updates[`t${kind}`] = pick(source, pool.rows);
        if (source.below(2)) updates[`s${kind}`] = pick(source, pool.stacks);
      });
      return { outputs, updates };
    },
    { inputs: INPUTS, states: STATES },
  );
}
