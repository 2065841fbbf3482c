/**
 * Movement, embedding, attention and sums of squares under symbolic sizes: one program, right at every length,
 * its pipelines shared by programs of other offsets.
 */

import { evaluateGraph, NdArray, type Random, random } from 'qkv/cpu';
import {
  compileGraph,
  dim,
  evaluateShape,
  type Graph,
  gradients,
  multiplyDims,
  ops,
  Program,
  StateStore,
  type Tensor,
  type TensorType,
  trace,
} from 'qkv/graph';
import { EPSILON, worstDifference } from 'qkv/selfcheck';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

const [B, S, T] = [dim('B', 3), dim('S', 9), dim('T', 7)];
const VOCABULARY = 11;

const SIZES = [
  [3, 9, 7],
  [1, 1, 1],
  [2, 8, 4],
  [3, 2, 5],
  [3, 9, 7],
] as const;

/** A graph of some results and, of a weighted sum of them, the gradients of its f32 inputs. */
function graphOf(
  types: Readonly<Record<string, TensorType>>,
  build: (inputs: (name: string) => Tensor) => Readonly<Record<string, Tensor>>,
): Graph {
  return trace(
    (inputs) => {
      const results = build(inputs);
      const parts = Object.values(results).map((y) => ops.sum(ops.mul(y, ops.scale(y, 0.5, 1))));
      const loss = ops.reshape(
        parts.reduce((a, b) => ops.add(a, b)),
        [1],
      );
      const names = Object.keys(types).filter((name) => types[name]?.dtype === 'f32');
      const grads = gradients(loss, names.map(inputs));
      const named = names.map((name, i) => [`gradient of ${name}`, grads[i]] as const);
      return { outputs: { ...results, ...(Object.fromEntries(named) as Record<string, Tensor>) } };
    },
    { inputs: types },
  );
}

function draw(source: Random, type: TensorType, sizes: ReadonlyMap<string, number>): NdArray {
  const zeros = new NdArray(evaluateShape(type.shape, sizes));
  const data = zeros.data.map(() =>
    type.dtype === 'f32' ? Math.fround(source.normal()) : source.below(VOCABULARY),
  );
  return new NdArray(zeros.shape, data);
}

/**
 * Runs one program at all sizes, against the oracle.
 * @param absolute what differences of large equal terms may leave
 */
async function checkAtAllSizes(graph: Graph, absolute = 0): Promise<void> {
  const states = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), states);
  for (const [b, s, t] of SIZES) {
    const sizes = new Map([
      ['B', b],
      ['S', s],
      ['T', t],
    ]);
    const source = random(100 * b + 10 * s + t);
    const inputs = new Map(
      [...graph.inputs].map(([name, type]) => [name, draw(source, type, sizes)] as const),
    );
    const host = [...graph.inputs].map(([name, { dtype }]) => {
      const { shape, data } = inputs.get(name) ?? new NdArray([0]);
      return [
        name,
        { shape, data: dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data) },
      ];
    });
    program.run(Object.fromEntries(host));
    const got = await program.read(...graph.outputs.keys());
    for (const [name, want] of evaluateGraph(graph, inputs, new Map(), sizes).outputs) {
      const result = got[name];
      expect(result?.shape, `${name} at ${[b, s, t]}`).toEqual(want.shape);
      const tolerance = {
        relative: 4 * VOCABULARY * 27 * EPSILON,
        absolute,
        because: 'f32 sums of at most 27 tokens of one id or of broadcast elements',
      };
      expect(
        worstDifference(result?.data ?? [], want.data, tolerance),
        `${name} at ${[b, s, t]}`,
      ).toBeUndefined();
    }
  }
  program.dispose();
  states.dispose();
}

const f32 = (...shape: TensorType['shape']): TensorType => ({ dtype: 'f32', shape });

describe('under symbolic sizes', () => {
  it('concatenates along a symbolic axis, and its gradients find their parts', () =>
    checkAtAllSizes(
      graphOf({ a: f32(B, S, 4), b: f32(B, T, 4), c: f32(B, S, 4) }, (inputs) => ({
        y: ops.concat([inputs('a'), inputs('b'), inputs('c')], 1),
      })),
    ));

  it('transposes, slices the other axes and pads, in fours and one by one', () =>
    checkAtAllSizes(
      graphOf({ x: f32(B, S, 8), z: f32(B, S, 5) }, (inputs) => ({
        turned: ops.transpose(inputs('x'), [1, 0, 2]),
        whole: ops.transpose(inputs('z'), [2, 1, 0]),
        part: ops.slice(inputs('x'), { starts: [0, 0, 4], ends: [B, S, 8] }),
        steps: ops.slice(inputs('z'), { starts: [0, 0, 1], ends: [B, S], steps: [1, 1, 3] }),
        padded: ops.pad(inputs('x'), { before: [1, 0, 4], after: [0, 2, 0], value: -1 }),
      })),
    ));

  it('flips symbolic axes and others, in fours and one by one', () =>
    checkAtAllSizes(
      graphOf({ x: f32(B, S, 8), z: f32(B, S, 5) }, (inputs) => ({
        rows: ops.flip(inputs('x'), 1),
        fours: ops.flip(inputs('x'), [0, 2]),
        ones: ops.flip(inputs('z')),
        part: ops.slice(inputs('z'), { starts: [], ends: [], steps: [-1, 1, -2] }),
      })),
    ));

  it('slices in steps that divide a symbolic length, forwards and backwards', () =>
    checkAtAllSizes(
      graphOf({ x: f32(S, 4, 3) }, (inputs) => {
        const rows = ops.reshape(inputs('x'), [multiplyDims(4, S), 3]);
        return {
          forwards: ops.slice(rows, { starts: [], ends: [], steps: [2] }),
          backwards: ops.slice(rows, { starts: [], ends: [], steps: [-4, -1] }),
        };
      }),
    ));

  it('slices from a symbolic place', () =>
    checkAtAllSizes(
      graphOf({ a: f32(S, 4), b: f32(T, 4), c: f32(T, 3), d: f32(S, 3) }, (inputs) => {
        const rows = ops.concat([inputs('a'), inputs('b')], 0);
        const odd = ops.concat([inputs('d'), inputs('c')], 0);
        const ends = [rows.shape[0] ?? 0];
        return {
          fours: ops.slice(rows, { starts: [S], ends }),
          ones: ops.slice(odd, { starts: [S, 1], ends }),
        };
      }),
    ));

  it('broadcasts and makes one-hot rows', () =>
    checkAtAllSizes(
      graphOf(
        {
          x: f32(S, 1),
          z: f32(T),
          ids: { dtype: 'i32', shape: [B, S] },
          w: f32(VOCABULARY),
        },
        (inputs) => ({
          spread: ops.mul(ops.broadcastTo(inputs('x'), [B, S, T]), inputs('z')),
          chosen: ops.mul(ops.oneHot(inputs('ids'), VOCABULARY), inputs('w')),
        }),
      ),
    ));

  for (const width of [8, 3]) {
    it(`looks up rows of ${width}, and sums their gradients`, () =>
      checkAtAllSizes(
        graphOf(
          { ids: { dtype: 'i32', shape: [B, S] }, table: f32(VOCABULARY, width) },
          (inputs) => ({ y: ops.embedding(inputs('ids'), inputs('table')) }),
        ),
      ));
  }

  it('attends under masks, biases, lengths and a position, which become one input', () => {
    const i32 = (...shape: TensorType['shape']): TensorType => ({ dtype: 'i32', shape });
    const types = {
      q: f32(B, T, 8),
      k: f32(B, S, 4),
      v: f32(B, S, 6),
      bias: f32(2, T, S),
      hidden: i32(B, T, S),
      padding: i32(B, S),
      lengths: i32(B),
      position: i32(1),
      key: i32(1),
    };
    return checkAtAllSizes(
      graphOf(types, (inputs) => {
        const few = ops.fill([1], 4, 'i32');
        const { output, weights } = ops.attention(inputs('q'), inputs('k'), inputs('v'), {
          heads: 2,
          kvHeads: 1,
          causal: true,
          bias: inputs('bias'),
          mask: ops.less(inputs('hidden'), few),
          keyPadding: ops.less(inputs('padding'), few),
          keyLengths: inputs('lengths'),
          queryOffset: inputs('position'),
          dropout: { rate: 0.25, key: inputs('key'), stream: 1 },
        });
        return { output, weights };
      }),
      // Where a query sees one key, the gradient of its score is a difference of sums to 30.
      4 * 30 * EPSILON,
    );
  });

  it('sums squares, of a number of elements that is a multiple of four and of others', () =>
    checkAtAllSizes(
      graphOf({ x: f32(B, S, 4), z: f32(B, T, 3) }, (inputs) => ({
        fours: ops.sumSquares(inputs('x')),
        ones: ops.sumSquares(inputs('z')),
      })),
    ));

  it('gathers, takes and scatters by index, some outside', () =>
    checkAtAllSizes(
      graphOf(
        {
          x: f32(B, S, 3),
          updates: f32(B, T, 3),
          table: f32(9, S),
          ids: { dtype: 'i32', shape: [B, T, 3] },
          rows: { dtype: 'i32', shape: [T] },
          few: { dtype: 'i32', shape: [T, S] },
        },
        (inputs) => {
          const [x, ids, updates] = [inputs('x'), inputs('ids'), inputs('updates')];
          return {
            gathered: ops.gather(x, ids, { axis: 1 }),
            set: ops.scatter(x, ids, updates, { axis: 1, mode: 'set' }),
            added: ops.scatter(x, ids, updates, { axis: 1, mode: 'add' }),
            taken: ops.take(x, inputs('rows'), { axis: 1 }),
            rows: ops.take(inputs('table'), inputs('rows'), { axis: 0 }),
            // An axis that is bounded by x's, without being equal.
            smaller: ops.gather(inputs('table'), inputs('few'), { axis: 1 }),
          };
        },
      ),
    ));

  it('sorts, sums up and multiplies along symbolic axes', () =>
    checkAtAllSizes(
      graphOf({ x: f32(B, S, 3), z: f32(B, T) }, (inputs) => ({
        sorted: ops.sort(inputs('x'), { axis: 1, descending: true }).values,
        sums: ops.cumsum(inputs('x'), { axis: 1, reverse: true }),
        before: ops.cumsum(inputs('z'), { axis: 1, exclusive: true }),
        product: ops.prod(inputs('z'), { axis: 1 }),
      })),
    ));

  it('multiplies batches that broadcast', () =>
    checkAtAllSizes(
      graphOf({ a: f32(B, 1, S, 3), b: f32(T, 3, 2), c: f32(B, T, S, 3) }, (inputs) => ({
        mixed: ops.matmul(inputs('a'), inputs('b')),
        equal: ops.matmul(inputs('c'), inputs('c'), { transposeB: true }),
        rows: ops.matmul(inputs('c'), ops.reshape(inputs('b'), [1, T, 3, 2])),
        turned: ops.matmul(inputs('a'), inputs('c'), { transposeA: true }),
      })),
    ));

  it('needs no other pipeline for another offset', async () => {
    const pipelinesOf = async (start: number) => {
      const graph = trace(
        (inputs) => ({
          outputs: { y: ops.slice(inputs('x'), { starts: [start], ends: [start + 2, 3] }) },
        }),
        { inputs: { x: f32(9, 3) } },
      );
      const states = new StateStore(device());
      const program = await Program.create(device(), compileGraph(graph), states);
      program.dispose();
      states.dispose();
      return device().pipelines.size;
    };
    expect(await pipelinesOf(5)).toBe(await pipelinesOf(1));
  });
});
