/** Interventions in float64: each is the model that it says, and those that do not fit are refused. */
import { OptionError } from 'qkv';
import { NdArray } from 'qkv/cpu';
import { dim, f32 } from 'qkv/graph';
import {
  clampedGate,
  forcedWeights,
  type Inspectable,
  type Intervention,
  withoutHeads,
  withoutPositions,
} from 'qkv/inspect';
import { transformerModel } from 'qkv/models';
import {
  declareParameters,
  initialArena,
  lstm,
  multiHeadAttention,
  type ParameterLayout,
  rotary,
} from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { runPlan } from '../../../src/cpu/planExecutor';
import { inspectedGraph } from '../../../src/inspect/inspectedGraph';
import { interventionInputs } from '../../../src/inspect/interventions';
import { inFloat64 } from '../../support/observed';

const [B, T] = [dim('B', 4), dim('T', 6)];
const SIZE = 8;
const HEADS = 2;
const x = {
  shape: [2, 4, SIZE],
  data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(1.3 * i + 0.4)),
};

const ONE_LAYER = {
  ...{ modelSize: 8, heads: 2, feedForward: 8, maxLength: 6 },
  ...{ encoderLayers: 1, decoderLayers: 1 },
};

const attended = (options = {}): Inspectable => ({
  inputs: { x: f32(B, T, SIZE) },
  forward: (scope, inputs) => {
    const y = multiHeadAttention(SIZE, HEADS, options)(scope.child('attn'), inputs('x'));
    scope.note('y', y);
    return undefined;
  },
});

const LSTM: Inspectable = {
  inputs: { x: f32(B, T, SIZE) },
  forward: (scope, inputs) => {
    lstm(SIZE, 5)(scope.child('rnn'), inputs('x'));
    return undefined;
  },
};

const layoutOf = ({ inputs, forward }: Inspectable): ParameterLayout =>
  declareParameters((scope, input) => forward(scope, input), inputs);
const startOf = (layout: ParameterLayout) => initialArena(layout, 7).map((value) => 2 * value);

type Given = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array }>
>;

/** All values under interventions, by the oracle and by the executor of plans. */
function values(
  inspectable: Inspectable,
  interventions: readonly Intervention[],
  given: Given = { x },
  arena = startOf(layoutOf(inspectable)),
): ReadonlyMap<string, NdArray> {
  const layout = layoutOf(inspectable);
  const options = { values: /^(?!.*(weight|bias))|weights$/, interventions: '**' };
  const { graph, outputs, replaceable } = inspectedGraph(layout, inspectable, options);
  const replaced = interventionInputs(replaceable, interventions, inspectable.inputs, given);
  const inputs = { ...given, ...replaced };
  const found = inFloat64({ layout, inputs: inspectable.inputs }, graph, inputs, arena);
  const arrays = new Map(
    Object.entries(inputs).map(([name, { shape, data }]) => [name, NdArray.from(shape, data)]),
  );
  const sizes = new Map(
    Object.entries(inspectable.inputs).flatMap(([name, { shape }]) =>
      shape.flatMap((d, i) => (typeof d === 'number' ? [] : [[d.key, given[name]!.shape[i]!]])),
    ) as [string, number][],
  );
  const states = new Map([['parameters', Float64Array.from(arena)]]);
  const planned = runPlan(compileGraph(graph), arrays, states, sizes);
  for (const [name, { data }] of found) expectClose(planned.get(name)!.data, data);
  return new Map([...outputs].map(([output, name]) => [name, found.get(output)!]));
}

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>) {
  expect(got.length).toBe(want.length);
  Array.from(want).forEach((value, i) => {
    // The same sums in float64, in another order.
    expect(Math.abs(got[i]! - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)));
  });
}

describe('heads', () => {
  it('that are off are columns of the output projection that are zero', () => {
    const model = attended();
    const layout = layoutOf(model);
    const arena = startOf(layout);
    const part = layout.parameters.find(({ name }) => name === 'attn.out_proj.weight')!.parts[0]!;
    const zeroed = arena.slice();
    for (let row = 0; row < SIZE; row++) {
      zeroed.fill(0, part.offset + row * SIZE + SIZE / HEADS, part.offset + (row + 1) * SIZE);
    }
    const off = values(model, [withoutHeads('attn', [1])]).get('y')!.data;
    expectClose(off, values(model, [], { x }, zeroed).get('y')!.data);
    const bothOff = values(model, [withoutHeads('attn')]).get('attn.context')!.data;
    expect(bothOff.every((value) => value === 0)).toBe(true);
    // And they matter.
    expect(off).not.toEqual(values(model, []).get('y')!.data);
  });
});

describe('positions', () => {
  it('that are rotations are left out', () => {
    const off = values(attended({ rotary: rotary() }), [withoutPositions()]).get('y')!.data;
    expectClose(off, values(attended(), []).get('y')!.data);
    expect(off).not.toEqual(values(attended({ rotary: rotary() }), []).get('y')!.data);
  });

  it('that are added are left out: a transformer reads a source in any order alike', () => {
    const vocabularies = { sourceVocabulary: 9, targetVocabulary: 9 };
    const model = transformerModel({ ...vocabularies, ...ONE_LAYER });
    const [S, U] = [dim('S', 6), dim('U', 6)];
    const inspectable: Inspectable = {
      inputs: {
        source: { dtype: 'i32', shape: [B, S] },
        sourceLengths: { dtype: 'i32', shape: [B] },
        targetInput: { dtype: 'i32', shape: [B, U] },
      },
      forward: (scope, inputs) => {
        const [source, sourceLengths] = [inputs('source'), inputs('sourceLengths')];
        const targetInput = inputs('targetInput');
        scope.note('logits', model.logits(scope, { source, sourceLengths, targetInput }));
        return undefined;
      },
    };
    const reading = (ids: readonly number[]) => ({
      source: { shape: [1, ids.length], data: Int32Array.from(ids) },
      sourceLengths: { shape: [1], data: Int32Array.of(ids.length) },
      targetInput: { shape: [1, 2], data: Int32Array.of(1, 5) },
    });
    const logits = (ids: readonly number[], interventions: readonly Intervention[]) =>
      values(inspectable, interventions, reading(ids)).get('logits')!.data;
    const off = [withoutPositions('src_embed.positions')];
    expectClose(logits([7, 5, 4, 6], off), logits([4, 5, 6, 7], off));
    const [one, other] = [logits([4, 5, 6, 7], []), logits([7, 5, 4, 6], [])];
    const moved = Math.max(...one.map((value, i) => Math.abs(value - other[i]!)));
    expect(moved).toBeGreaterThan(1e-3);
  });
});

describe('weights', () => {
  it('that are forced give the mean of the values', () => {
    const forced = [forcedWeights('attn', 2, [0.5, 0, 0.25, 0.25], [1])];
    const seen = values(attended(), forced);
    const at = (name: string, ...place: readonly number[]) =>
      seen.get(`attn.${name}`)!.at(...place);
    for (let b = 0; b < 2; b++) {
      expect([0, 1, 2, 3].map((s) => at('weights', b, 1, 2, s))).toEqual([0.5, 0, 0.25, 0.25]);
      for (let d = 0; d < SIZE / HEADS; d++) {
        const mean = 0.5 * at('v', b, 1, 0, d) + 0.25 * (at('v', b, 1, 2, d) + at('v', b, 1, 3, d));
        expect(at('context', b, 1, 2, d)).toBeCloseTo(mean, 12);
      }
    }
    const plain = values(attended(), []);
    expect(at('weights', 0, 0, 2, 1)).toBe(plain.get('attn.weights')!.at(0, 0, 2, 1));
    expect(at('weights', 0, 1, 1, 1)).toBe(plain.get('attn.weights')!.at(0, 1, 1, 1));
  });
});

describe('a gate', () => {
  it('that is clamped rules the states from that step on', () => {
    const gates = [
      clampedGate('rnn.forget_gate_l0', 0),
      clampedGate('rnn.input_gate_l0', 1, { steps: [1], columns: [2, 3] }),
    ];
    const seen = values(LSTM, gates);
    const at = (name: string, ...place: readonly number[]) =>
      seen.get(`rnn.${name}_l0`)!.at(...place);
    for (let t = 0; t < 4; t++) {
      for (let unit = 0; unit < 5; unit++) {
        const isOpen = t === 1 && (unit === 2 || unit === 3);
        if (isOpen) expect(at('input_gate', 1, t, unit)).toBe(1);
        expect(at('forget_gate', 1, t, unit)).toBe(0);
        // Nothing is remembered.
        const written = at('input_gate', 1, t, unit) * at('candidate', 1, t, unit);
        expect(at('cell', 1, t, unit)).toBeCloseTo(written, 12);
        expect(at('hidden', 1, t, unit)).toBeCloseTo(
          at('output_gate', 1, t, unit) * Math.tanh(written),
          12,
        );
      }
    }
  });
});

describe('an intervention', () => {
  it.each<[string, Intervention | (() => Intervention), RegExp]>([
    [
      'on a value that there is not',
      withoutHeads('attention'),
      /no name matches attention.context/,
    ],
    [
      'on a head that there is not',
      withoutHeads('attn', [2]),
      /heads of 'attn.context' are 0 to 1/,
    ],
    [
      'on a step past the longest',
      { value: 'attn.weights', steps: [6], to: 0 },
      /are 0 to 5, found 6/,
    ],
    ['on a fraction', { value: 'attn.q', columns: [0.5], to: 0 }, /found 0.5/],
    ['with too many numbers', { value: 'attn.q', to: [1, 2, 3, 4, 5] }, /4 columns here, found 5/],
    [
      'with heads of a value without',
      { value: 'y', heads: [1], to: 0 },
      /'y' has no axis of heads/,
    ],
    ['that is no distribution', () => forcedWeights('attn', 0, [0.5, 0.4]), /sum to 1/],
    ['with negative weights', () => forcedWeights('attn', 0, [1.5, -0.5]), /at least 0/],
  ])('%s is refused', (_, given, message) => {
    const run = () => values(attended(), [typeof given === 'function' ? given() : given]);
    expect(run).toThrow(OptionError);
    expect(run).toThrow(message);
  });
});
