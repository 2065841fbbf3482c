/**
 * Random graphs with states, packs, views and shared values: the compiled plan, interpreted in
 * float64 in its own storages, must equal the unfused graph. Fusion and placement bugs show here.
 */
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { printPlan } from '../../../src/compiler/plan/plan';
import { dim } from '../../../src/core/dim';
import { NdArray } from '../../../src/core/ndArray';
import { type Random, random } from '../../../src/core/random';
import type { TensorType } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { runPlan } from '../../../src/cpu/planExecutor';
import { type Graph, printGraph, trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';
import { inFull } from '../../support/sample';

const ROWS = dim('R', 5);
const COLUMNS = 64;
const MATRIX: TensorType = { dtype: 'f32', shape: [ROWS, COLUMNS] };
const ROW: TensorType = { dtype: 'f32', shape: [COLUMNS] };
const SQUARE: TensorType = { dtype: 'f32', shape: [COLUMNS, COLUMNS] };
const ARENA: TensorType = { dtype: 'f32', shape: [4 * COLUMNS] };

type Pool = { matrices: Tensor[]; rows: Tensor[] };

const pick = <T>(source: Random, items: readonly T[]): T => {
  const item = items[source.below(items.length)];
  if (item === undefined) throw new Error('empty');
  return item;
};

/** Adds one random node to the pool. */
function grow(source: Random, pool: Pool, square: Tensor): void {
  const matrix = () => pick(source, pool.matrices);
  const row = () => pick(source, pool.rows);
  const choices: readonly (() => void)[] = [
    () => pool.matrices.push(ops.add(matrix(), matrix())),
    () => pool.matrices.push(ops.mul(matrix(), row())),
    () => pool.matrices.push(ops.relu(matrix())),
    () => pool.matrices.push(ops.tanh(matrix())),
    () => pool.matrices.push(ops.matmul(matrix(), square)),
    () =>
      pool.matrices.push(
        ops.where(ops.greater(matrix(), row()), matrix(), ops.fill(MATRIX.shape, 0.5)),
      ),
    () => pool.rows.push(ops.sum(matrix(), { axis: 0 })),
    () => pool.rows.push(ops.tanh(ops.add(row(), row()))),
    () => pool.rows.push(ops.reshape(ops.reshape(row(), [8, 8]), [COLUMNS])),
    () => {
      const arena = ops.pack([row(), row(), row()], [0, COLUMNS, 3 * COLUMNS], 4 * COLUMNS);
      pool.rows.push(ops.view(arena, [COLUMNS], pick(source, [0, 1, 2, 3]) * COLUMNS));
    },
  ];
  pick(source, choices)();
}

function randomGraph(source: Random): Graph {
  return trace(
    (inputs, states) => {
      const arena = states('arena');
      const pool: Pool = {
        matrices: [inputs('x'), states('m')],
        rows: [inputs('r'), states('a'), states('b'), ops.view(arena, [COLUMNS], COLUMNS)],
      };
      const square = inputs('w');
      const size = 3 + source.below(14);
      for (let i = 0; i < size; i++) grow(source, pool, square);
      const outputs: Record<string, Tensor> = {};
      for (let i = 0; i < 3; i++)
        outputs[`o${i}`] = pick(source, source.below(2) ? pool.matrices : pool.rows);
      const updates: Record<string, Tensor> = {};
      if (source.below(2)) updates.m = ops.tanh(pick(source, pool.matrices));
      if (source.below(2)) updates.a = pick(source, pool.rows);
      if (source.below(2)) updates.b = pick(source, [...pool.rows, states('a')]);
      if (source.below(2)) {
        const parts = [0, 1, 2, 3].map(() => pick(source, pool.rows));
        updates.arena = ops.pack(
          parts,
          [0, 1, 2, 3].map((i) => i * COLUMNS),
          4 * COLUMNS,
        );
      }
      return { outputs, updates };
    },
    {
      inputs: { x: MATRIX, r: ROW, w: SQUARE },
      states: { m: MATRIX, a: ROW, b: ROW, arena: ARENA },
    },
  );
}

function values(source: Random, { shape }: TensorType, rows: number): NdArray {
  const sized = shape.map((d) => (typeof d === 'number' ? d : rows));
  const size = sized.reduce((a, b) => a * b, 1);
  return new NdArray(
    sized,
    Float64Array.from({ length: size }, () => source.normal() * 0.3),
  );
}

describe('compiled plans equal the graphs they come from', () => {
  it('on random graphs, over two runs each', () => {
    for (let seed = 0; seed < inFull(400, 150); seed++) {
      const source = random(seed);
      const graph = randomGraph(source);
      const plan = compileGraph(graph);
      const rows = 1 + source.below(5);
      const sizes = new Map([['R', rows]]);
      const inputs = new Map(
        [
          ['x', MATRIX],
          ['r', ROW],
          ['w', SQUARE],
        ].map(([name, type]) => [name as string, values(source, type as TensorType, rows)]),
      );
      const start = new Map(
        (
          [
            ['m', MATRIX],
            ['a', ROW],
            ['b', ROW],
            ['arena', ARENA],
          ] as const
        ).map(([name, type]) => [name as string, values(source, type, rows)]),
      );
      let states = new Map(start);
      const planStates = new Map(
        [...start].map(([name, { data }]) => {
          const padded = new Float64Array(5 * COLUMNS);
          padded.set(data);
          return [name, name === 'm' ? padded : data.slice()] as const;
        }),
      );
      for (let run = 0; run < 2; run++) {
        const want = evaluateGraph(graph, inputs, states, sizes);
        const got = runPlan(plan, inputs, planStates, sizes);
        states = new Map([...states, ...want.updates]);
        const context = `seed ${seed}\n${printGraph(graph)}\n${printPlan(plan)}`;
        for (const [name, value] of want.outputs) {
          expect(got.get(name)?.data, `${name} ${context}`).toEqual(value.data);
        }
        for (const [name, value] of states) {
          expect(planStates.get(name)?.subarray(0, value.size), `${name} ${context}`).toEqual(
            value.data,
          );
        }
      }
    }
  });
});
