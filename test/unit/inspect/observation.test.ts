/** Observing a model: plain plans carry nothing of it, and ops in parts are the ops. */
import { dim, f32, type Graph, i32, ops, printGraph, type Tensor } from 'qkv/graph';
import { valueNames } from 'qkv/inspect';
import type { Scope } from 'qkv/nn';
import { additiveAttention, declareParameters, multiHeadAttention, rotary } from 'qkv/nn';
import { taskLayout } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { graphNodes } from '../../../src/graph/graph';
import type { LoopBody, Node } from '../../../src/graph/op';
import { inspectedGraph } from '../../../src/inspect/inspectedGraph';
import { interventionInputs } from '../../../src/inspect/interventions';
import { inFloat64, observedGraph, type Subject } from '../../support/observed';
import { batchesOf, movedPairs, TINY_OPTIONS, TINY_TASKS } from '../../support/smallTraining';

const [batch] = batchesOf(movedPairs(3, 1), 1);
const all = () => true;
const none = () => false;

/** The loss of a task, as a subject, with its inputs. */
function lossOf(kind: string) {
  const { task } = TINY_TASKS[kind]!(TINY_OPTIONS);
  const subject: Subject = {
    layout: taskLayout(task),
    inputs: task.inputs,
    forward: (scope, inputs) => task.forward(scope, inputs, 'evaluation').loss,
  };
  return { subject, given: task.feed(batch!) };
}

/** The text of a graph and of its loops, without the running numbers of loops. */
function textOf(graph: Graph): string {
  const bodyOf = ({ attrs }: Node) => (attrs as { readonly body?: LoopBody }).body;
  const texts = (one: Graph): readonly string[] => [
    printGraph(one),
    ...graphNodes(one).flatMap((node) => {
      const body = bodyOf(node);
      if (body === undefined) return [];
      const outputs = new Map([...body.next, ...body.rows].map((t, i) => [`row${i}`, t]));
      return texts({ inputs: new Map(), states: new Map(), updates: new Map(), outputs });
    }),
  ];
  const keys = new Map<string, string>();
  return texts(graph)
    .join('\n')
    .replace(/body\d+/g, (key) => {
      if (!keys.has(key)) keys.set(key, `body ${keys.size}`);
      return keys.get(key)!;
    });
}

function expectSame(got: ReadonlyMap<string, { readonly data: Float64Array }>, want: typeof got) {
  const [a, b] = [got.get('result')!.data, want.get('result')!.data];
  a.forEach((value, i) => {
    // The same sums in another order, in float64.
    expect(Math.abs(value - b[i]!)).toBeLessThan(1e-11 * Math.max(1, Math.abs(b[i]!)));
  });
}

describe.each(Object.keys(TINY_TASKS))('%s', (kind) => {
  it('has the graph of nobody looking when an observer wants nothing', () => {
    const { subject } = lossOf(kind);
    const plain: Parameters<typeof observedGraph>[2] = {
      wants: none,
      note: () => undefined,
    };
    expect(textOf(observedGraph(subject, none))).toBe(textOf(observedGraph(subject, none, plain)));
  });

  it('has the same loss when all is seen, and says what it sees', () => {
    const { subject, given } = lossOf(kind);
    const [seen, plain] = [observedGraph(subject, all), observedGraph(subject, none)];
    expectSame(inFloat64(subject, seen, given), inFloat64(subject, plain, given));
    const names = [...seen.outputs.keys()];
    if (/transformer|bahdanau/.test(kind)) {
      for (const value of ['q', 'k', 'v', 'scores', 'weights', 'context']) {
        expect(
          names.some((name) => name.endsWith(`.${value}`)),
          value,
        ).toBe(true);
      }
    }
    if (!/transformer|relu/.test(kind)) {
      expect(names.some((name) => /_gate(_l0)?$/.test(name))).toBe(true);
    }
  });
});

describe.each(Object.keys(TINY_TASKS))('%s, whose values a run may replace', (kind) => {
  it('has the values of one that is only looked into, where nothing is replaced', () => {
    const { subject, given } = lossOf(kind);
    const inspectable = {
      inputs: subject.inputs,
      forward: (scope: Scope, inputs: (name: string) => Tensor) => subject.forward(scope, inputs),
    };
    const values = (interventions: readonly string[]) => {
      const options = { values: inspected, interventions };
      const traced = inspectedGraph(subject.layout, inspectable, options);
      const none = interventionInputs(traced.replaceable, [], subject.inputs, given);
      const found = inFloat64(subject, traced.graph, { ...given, ...none });
      return new Map([...traced.outputs].map(([output, name]) => [name, found.get(output)!]));
    };
    const inspected = valueNames(inspectable).values;
    const [looked, replaced] = [values([]), values(['**'])];
    expect([...looked.keys()].toSorted()).toEqual([...replaced.keys()].toSorted());
    for (const [name, { shape, data }] of looked) {
      // Kernels keep nothing past the end of a row.
      const { sourceLengths, size, sourceLength } = batch!;
      const isRecurrent = /encoder.*_l\d/.test(name) && shape[1] === sourceLength;
      const width = data.length / size / sourceLength;
      data.forEach((value, i) => {
        const [row, step] = [
          Math.floor(i / width / sourceLength),
          Math.floor(i / width) % sourceLength,
        ];
        if (isRecurrent && step >= sourceLengths[row]!) return;
        const other = replaced.get(name)!.data[i]!;
        expect(Math.abs(value - other), name).toBeLessThan(1e-11 * Math.max(1, Math.abs(other)));
      });
    }
  });
});

describe('attention in parts', () => {
  const [B, T, S] = [dim('B', 4), dim('T', 4), dim('S', 5)];
  const SIZE = 8;
  const types = {
    x: f32(B, T, SIZE),
    memory: f32(B, S, SIZE),
    lengths: i32(B),
    hidden: i32(B, S),
    blocked: i32(T, S),
    bias: f32(2, T, S),
  };
  const numbers = (length: number, scale = 1) =>
    Float32Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.3));
  const bits = (length: number) =>
    Int32Array.from({ length }, (_, i) => ((i * 7) % 3 === 0 ? 1 : 0));
  const given = {
    x: { shape: [2, 3, SIZE], data: numbers(48) },
    memory: { shape: [2, 4, SIZE], data: numbers(64, 1.3) },
    lengths: { shape: [2], data: Int32Array.of(4, 0) },
    hidden: { shape: [2, 4], data: bits(8) },
    blocked: { shape: [3, 4], data: bits(12) },
    bias: {
      shape: [2, 3, 4],
      data: numbers(24).map((value, i) => (i % 5 === 0 ? -Infinity : value)),
    },
  };
  const set = (x: Tensor) => ops.equal(x, ops.fill(x.shape, 1, 'i32'));

  it.each<[string, Subject['forward']]>([
    [
      'itself',
      (scope, inputs) => multiHeadAttention(SIZE, 2)(scope, inputs('x'), { causal: true }),
    ],
    [
      'a memory, with lengths',
      (scope, inputs) => {
        const [key, keyLengths] = [inputs('memory'), inputs('lengths')];
        return multiHeadAttention(SIZE, 4)(scope, inputs('x'), { key, keyLengths });
      },
    ],
    [
      'a memory, masked in every way, with shared heads and rotated',
      (scope, inputs) =>
        multiHeadAttention(SIZE, 2, { kvHeads: 1, rotary: rotary() })(scope, inputs('x'), {
          key: inputs('memory'),
          keyPadding: set(inputs('hidden')),
          mask: set(inputs('blocked')),
          bias: inputs('bias'),
        }),
    ],
    [
      'a memory, additively',
      (scope, inputs) => {
        const query = ops.reshape(
          ops.slice(inputs('x'), { starts: [0, 0, 0], ends: [B, 1, SIZE] }),
          [B, SIZE],
        );
        const lengths = inputs('lengths');
        return additiveAttention(SIZE, SIZE, 6)(scope, query, inputs('memory'), { lengths });
      },
    ],
  ])('is attention to %s', (_, forward) => {
    const layout = declareParameters(forward, types);
    const subject = { layout, inputs: types, forward };
    const seen = inFloat64(subject, observedGraph(subject, all), given);
    expectSame(seen, inFloat64(subject, observedGraph(subject, none), given));
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['q', 'scores', 'weights', 'context']));
  });
});
