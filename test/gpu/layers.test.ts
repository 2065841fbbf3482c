/** Layers without cases of PyTorch's, against plain float64 loops; and steps over a cache against the whole. */
import { compile, dim, f32, type HostTensor, i32, ops } from 'qkv/graph';
import * as nn from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();

/** Numbers without a pattern, of a seed. */
const numbers = (count: number, seed = 1) =>
  Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(seed + 12.9898 * i + (i % 7) ** 2));

/** A tensor that lies in a map of parameters. */
const named = (parameters: Readonly<Record<string, readonly number[]>>): nn.NamedTensors =>
  new Map(
    Object.entries(parameters).map(([name, shape], i) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, { shape, data: numbers(size, i + 2).map((value) => 0.4 * value) }];
    }),
  );

/** A layer's output for x. */
async function run(layer: nn.Layer, x: HostTensor, parameters?: nn.NamedTensors) {
  const predict = await compile(
    device(),
    (scope, inputs) => layer(scope, inputs.x),
    { x: f32(...x.shape) },
    parameters,
  );
  const y = await predict({ x });
  predict.dispose();
  return y;
}

const expectClose = (found: ArrayLike<number>, want: ArrayLike<number>, bound = 2e-5) => {
  expect(found.length).toBe(want.length);
  const worst = Math.max(...Array.from(want, (value, i) => Math.abs(value - found[i]!)));
  expect(worst).toBeLessThan(bound);
};

/** erf by its series, summed in float64 until nothing is added. */
function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const tanhGelu = (x: number) =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

describe('layers without parameters', () => {
  const x = { shape: [3, 5], data: numbers(15) };

  it.each<[string, nn.Layer, (x: number) => number]>([
    ['relu', nn.relu(), (v) => Math.max(0, v)],
    ['gelu', nn.gelu(), (v) => 0.5 * v * (1 + erf(v / Math.SQRT2))],
    ['gelu, approximated', nn.gelu('tanh'), tanhGelu],
    ['tanh', nn.tanh(), Math.tanh],
    ['sigmoid', nn.sigmoid(), sigmoid],
    ['silu', nn.silu(), (v) => v * sigmoid(v)],
    ['dropout, outside of training', nn.dropout(0.5), (v) => v],
  ])('%s', async (_name, layer, f) => {
    const y = await run(layer, x);
    expect(y.shape).toEqual([3, 5]);
    expectClose(y.data, Float64Array.from(x.data, f));
  });

  it('flatten keeps rows and joins the rest', async () => {
    const y = await run(nn.flatten(), { shape: [2, 3, 4], data: numbers(24) });
    expect(y).toEqual({ shape: [2, 12], data: numbers(24) });
  });

  it('rotaryPositions turns channel i and its partner by position / 10000^(i/n)', async () => {
    const [length, size] = [5, 8];
    const data = numbers(length * size);
    const y = await run(nn.rotaryPositions(2), { shape: [1, length, size], data });
    expectClose(y.data, rotated(data, length, 2, size / 2));
  });
});

/** Each head of [T, heads * size]: pairs of channels i and i + size / 2 turned by their position. */
function rotated(x: ArrayLike<number>, length: number, heads: number, size: number): Float64Array {
  const y = Float64Array.from(x);
  const pairs = size / 2;
  for (let t = 0; t < length; t++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < pairs; i++) {
        const angle = t * 10000 ** (-i / pairs);
        const at = (t * heads + h) * size + i;
        const [a, b] = [x[at]!, x[at + pairs]!];
        y[at] = a * Math.cos(angle) - b * Math.sin(angle);
        y[at + pairs] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
  }
  return y;
}

describe('layers with parameters', () => {
  it('rmsNorm divides by the root of the mean square', async () => {
    const x = { shape: [4, 6], data: numbers(24) };
    const parameters = named({ weight: [6] });
    const weight = parameters.get('weight')!.data;
    const y = await run(nn.rmsNorm(6), x, parameters);
    const want = Float64Array.from(x.data, (value, i) => {
      const row = x.data.subarray(i - (i % 6), i - (i % 6) + 6);
      const square = row.reduce((sum, v) => sum + v * v, 0) / 6;
      return (value / Math.sqrt(square + 2 ** -23)) * weight[i % 6]!;
    });
    expectClose(y.data, want);
  });

  it('sequential gives each layer what the one before gives, under its number', async () => {
    const parameters = named({ '0.weight': [3, 2], '0.bias': [3], '2.weight': [1, 3] });
    const mlp = nn.sequential(nn.linear(2, 3), nn.tanh(), nn.linear(3, 1, { bias: false }));
    const x = { shape: [4, 2], data: numbers(8) };
    const y = await run(mlp, x, parameters);
    const [w, b, v] = [...parameters.values()].map(({ data }) => data);
    const want = Float64Array.from({ length: 4 }, (_, r) => {
      const [x0, x1] = [x.data[2 * r]!, x.data[2 * r + 1]!];
      const hidden = [0, 1, 2].map((j) =>
        Math.tanh(w![2 * j]! * x0 + w![2 * j + 1]! * x1 + b![j]!),
      );
      return hidden.reduce((sum, h, j) => sum + h * v![j]!, 0);
    });
    expect(y.shape).toEqual([4, 1]);
    expectClose(y.data, want);
  });

  it('learnedPositions adds its rows, from an offset on', async () => {
    const positions = nn.learnedPositions(7, 3);
    const parameters = named({ weight: [7, 3] });
    const inputs = { x: f32(1, 2, 3), offset: i32(1) };
    const predict = await compile(
      device(),
      (scope, { x, offset }) => ({
        first: positions(scope, x),
        later: positions(scope, x, offset),
      }),
      inputs,
      parameters,
    );
    const { first, later } = await predict({ x: new Float32Array(6), offset: [4] });
    const { data } = parameters.get('weight')!;
    expectClose(first.data, data.subarray(0, 6), 1e-7);
    expectClose(later.data, data.subarray(12, 18), 1e-7);
    predict.dispose();
  });
});

const ATTENTION = {
  in_proj_weight: [24, 8],
  in_proj_bias: [24],
  'out_proj.weight': [8, 8],
  'out_proj.bias': [8],
};

describe('multi-head attention with rotary positions', () => {
  const [length, size, heads] = [5, 8, 2];
  const attention = nn.multiHeadAttention(size, heads, { rotary: nn.rotary() });
  const parameters = named(ATTENTION);
  const x = { shape: [1, length, size], data: numbers(length * size) };

  /** Causal self-attention in float64. */
  function want(): Float64Array {
    const [inWeight, inBias, outWeight, outBias] = [...parameters.values()].map(({ data }) => data);
    const projected = (part: number) =>
      Float64Array.from({ length: length * size }, (_, i) => {
        const [t, row] = [Math.floor(i / size), part * size + (i % size)];
        let sum = inBias![row]!;
        for (let c = 0; c < size; c++) sum += inWeight![row * size + c]! * x.data[t * size + c]!;
        return sum;
      });
    const width = size / heads;
    const [q, k] = [0, 1].map((part) => rotated(projected(part), length, heads, width));
    const v = projected(2);
    const mixed = new Float64Array(length * size);
    for (let t = 0; t < length; t++) {
      for (let h = 0; h < heads; h++) {
        const scores = Array.from({ length: t + 1 }, (_, s) => {
          let sum = 0;
          for (let c = 0; c < width; c++) {
            sum += q![t * size + h * width + c]! * k![s * size + h * width + c]!;
          }
          return Math.exp(sum / Math.sqrt(width));
        });
        const total = scores.reduce((a, b) => a + b, 0);
        scores.forEach((score, s) => {
          for (let c = 0; c < width; c++) {
            const column = h * width + c;
            mixed[t * size + column]! += (score / total) * v[s * size + column]!;
          }
        });
      }
    }
    return mixed.map((_, i) => {
      const [t, row] = [Math.floor(i / size), i % size];
      let sum = outBias![row]!;
      for (let c = 0; c < size; c++) sum += outWeight![row * size + c]! * mixed[t * size + c]!;
      return sum;
    });
  }

  it('turns queries and keys before their product', async () => {
    const y = await run((scope, input) => attention(scope, input, { causal: true }), x, parameters);
    expectClose(y.data, want());
  });

  it('is the same by three products, as of one', async () => {
    const apart: nn.Layer = (scope, input) =>
      attention(scope, input, { value: ops.scale(input, 1), causal: true });
    expectClose((await run(apart, x, parameters)).data, want());
  });

  it('is the same step by step over a cache', async () => {
    const inputs = { x: f32(1, 1, size), cache: f32(1, length, 2 * size), position: i32(1) };
    const step = await compile(
      device(),
      (scope, { x: row, cache, position }) => attention.step(scope, row, { cache, position }),
      inputs,
      parameters,
    );
    let cache: HostTensor = {
      shape: [1, length, 2 * size],
      data: new Float32Array(length * 2 * size),
    };
    const rows: number[] = [];
    for (let t = 0; t < length; t++) {
      const row = x.data.slice(t * size, (t + 1) * size);
      const result = await step({ x: row, cache, position: [t] });
      cache = result.cache;
      rows.push(...result.output.data);
    }
    step.dispose();
    expectClose(rows, want());
  });
});

describe('a decoder layer', () => {
  it('gives step by step over a cache what it gives for the whole target', async () => {
    const [length, size] = [4, 8];
    const decoder = nn.decoderLayer(size, 2, { feedForward: 12, normFirst: true });
    const types = { x: f32(1, length, size), memory: f32(1, 3, size) };
    const layout = nn.declareParameters((scope) =>
      decoder(scope, ops.fill([1, length, size], 0), ops.fill([1, 3, size], 0)),
    );
    const store = nn.ParameterStore.initial(device(), layout, 4);
    const whole = await compile(
      device(),
      (scope, { x, memory }) => decoder(scope, x, memory),
      types,
      store,
    );
    const step = await compile(
      device(),
      (scope, { x, memory, cache, position }) => {
        const projected = { projected: decoder.projectMemory(scope, memory) };
        const { output, cache: next } = decoder.apply(scope, x, projected, {
          kind: 'cached',
          cache,
          position,
        });
        return { output, cache: next ?? cache };
      },
      {
        x: f32(1, dim('T', 2), size),
        memory: types.memory,
        cache: f32(1, length, 2 * size),
        position: i32(1),
      },
      store,
    );
    const [x, memory] = [numbers(length * size), numbers(3 * size, 9)];
    const want = await whole({ x, memory });
    let cache: HostTensor = { shape: [1, length, 2 * size], data: new Float32Array(8 * size) };
    const rows: number[] = [];
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 4],
    ] as const) {
      const part = x.slice(from * size, to * size);
      const result = await step({ x: part, memory, cache, position: [from] });
      cache = result.cache;
      rows.push(...result.output.data);
    }
    expectClose(rows, want.data);
    for (const made of [whole, step, store]) made.dispose();
  });
});

describe('parameters', () => {
  it('start as their initialisers say', () => {
    const start = (initialiser: nn.Initialiser) => {
      const layout = nn.declareParameters((s) => s.parameter('w', [40, 60], initialiser));
      return [...nn.initialArena(layout, 3).subarray(0, 2400)];
    };
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = (values: readonly number[]) =>
      Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
    expect(new Set(start(nn.zeros()))).toEqual(new Set([0]));
    expect(new Set(start(nn.ones()))).toEqual(new Set([1]));
    expect(new Set(start(nn.constant(0.25)))).toEqual(new Set([0.25]));
    const drawn = start(nn.normal(3, 0.5));
    expect(mean(drawn)).toBeCloseTo(3, 1);
    expect(deviation(drawn)).toBeCloseTo(0.5, 1);
    const within: readonly (readonly [nn.Initialiser, number, number])[] = [
      [nn.uniform(-1, 3), -1, 3],
      [nn.xavierUniform(), -Math.sqrt(6 / 100), Math.sqrt(6 / 100)],
      [nn.kaimingUniform(), -Math.sqrt(6 / 60), Math.sqrt(6 / 60)],
      [nn.kaimingUniform(1), -Math.sqrt(3 / 60), Math.sqrt(3 / 60)],
    ];
    for (const [initialiser, low, high] of within) {
      const values = start(initialiser);
      const span = high - low;
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(Math.min(...values)).toBeLessThan(low + 0.01 * span);
      expect(Math.max(...values)).toBeGreaterThan(high - 0.01 * span);
    }
  });
});
