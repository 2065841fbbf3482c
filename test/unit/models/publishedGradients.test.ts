/**
 * Gradients of the kinds for published models, with all of their parts, against finite differences
 * in float64, along a random direction of each parameter.
 */
import { expect, it } from 'vitest';
import { gradients } from '../../../src/autodiff/grad';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import { i32 } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { createModel } from '../../../src/models/allKinds';
import { sequenceClassifier } from '../../../src/models/classifier';
import { pooled } from '../../../src/models/maxPooling';
import { initialArena } from '../../../src/nn/arena';
import { bindParameters, declareParameters, type Scope } from '../../../src/nn/parameters';
import { parameterStates } from '../../../src/nn/storage';
import { mul } from '../../../src/ops/binary/op';
import { sum } from '../../../src/ops/reduce/op';
import { sin } from '../../../src/ops/unary/sine';
import { reshape } from '../../../src/ops/view/op';

type Inputs = (name: string) => Tensor;
type Forward = (scope: Scope, input: Inputs) => Tensor;

const [VOCABULARY, ROWS, LENGTH] = [7, 2, 4];
const TOKENS = [1, 5, 3, 2, 4, 6, 0, 0];
const TYPES = [0, 0, 1, 1, 0, 1, 0, 0];
const SMALL = { vocabulary: VOCABULARY, modelSize: 6, heads: 3, feedForward: 5, layers: 2 };
const GROUPED = { ...SMALL, heads: 4, kvHeads: 2, headSize: 4, maxLength: LENGTH };

const language = (kind: string, config: object): Forward => {
  const model = createModel('language', kind, config);
  return (scope, input) => model.logits(scope, { targetInput: input('tokens') });
};
const PAIRS = { types: 2, embeddingNorm: true, positionOffset: 2, normFirst: false };
const reader = (config: object) =>
  createModel('masked language', 'bert', {
    ...{ ...SMALL, ...PAIRS, maxLength: LENGTH, dropout: 0, maskId: 1, padId: -1 },
    ...config,
  });
const batch = (input: Inputs) => ({
  tokens: input('tokens'),
  lengths: input('lengths'),
  types: input('types'),
});

const SUBJECTS: Readonly<Record<string, Forward>> = {
  gpt2: language('gpt2', { ...SMALL, maxLength: LENGTH, dropout: 0 }),
  llama: language('llama', { ...GROUPED, headNorms: true, attentionBias: true, rotaryBase: 9 }),
  gemma: language('gemma', { ...GROUPED, activation: 'geluTanh', embeddingScale: 3, tied: true }),
  bert: (scope, input) => reader({}).logits(scope, batch(input)),
  classifier: (scope, input) =>
    sequenceClassifier(reader({ headActivation: 'relu' }), 3).logits(scope, batch(input)),
  'sentence vectors': (scope, input) => {
    const read = batch(input);
    return pooled(reader({}).encode(scope, read), read.lengths, { normalise: true });
  },
};

it.each(Object.keys(SUBJECTS))('%s: gradients are slopes', (name) => {
  const forward = SUBJECTS[name]!;
  const inputs = { tokens: i32(ROWS, LENGTH), lengths: i32(ROWS), types: i32(ROWS, LENGTH) };
  const layout = declareParameters(forward, inputs);
  const graph = trace(
    (input, states) => {
      const bound = bindParameters(layout, states('parameters'));
      // A function of the results without symmetries; sums of squares of unit vectors are constant.
      const y = forward(bound.scope, input);
      const loss = sum(mul(sin(y), y));
      const pieces = bound.pieces();
      const found = gradients(
        reshape(loss, [1]),
        pieces.map(({ tensor }) => tensor),
      );
      const named = found.map((gradient, i) => [`${pieces[i]!.offset}`, gradient] as const);
      return { outputs: { loss, ...Object.fromEntries(named) } };
    },
    { inputs, states: parameterStates(layout) },
  );
  const given = new Map([
    ['tokens', NdArray.from([ROWS, LENGTH], TOKENS)],
    ['lengths', NdArray.from([ROWS], [LENGTH, 2])],
    ['types', NdArray.from([ROWS, LENGTH], TYPES)],
  ]);
  const source = random(3);
  const start = [...initialArena(layout, 3)].map((x) => x + 0.3 * source.normal());
  const at = (arena: readonly number[]) =>
    evaluateGraph(
      graph,
      given,
      new Map([['parameters', NdArray.from([layout.size], arena)]]),
      new Map(),
    ).outputs;
  const lossAt = (direction: readonly number[], step: number) =>
    at(start.map((x, i) => x + step * (direction[i] ?? 0))).get('loss')!.data[0]!;
  const slopes = at(start);
  for (const parameter of layout.parameters) {
    const direction = Array.from({ length: layout.size }, () => 0);
    let slope = 0;
    for (const { offset } of parameter.parts) {
      const gradient = slopes.get(`${offset}`)!.data;
      gradient.forEach((value, i) => {
        direction[offset + i] = source.normal();
        slope += value * direction[offset + i]!;
      });
    }
    // Differences of fourth order: an error of step^4 = 1e-16 times a derivative, and the rounding
    // of losses of about 10, 1e-15, divided by the step.
    const step = 1e-4;
    const rise = (h: number) => lossAt(direction, h) - lossAt(direction, -h);
    const measured = (8 * rise(step) - rise(2 * step)) / (12 * step);
    expect(Math.abs(measured - slope), parameter.name).toBeLessThan(1e-8 * (1 + Math.abs(slope)));
    expect(slope, parameter.name).not.toBe(0);
  }
});
