/** T5's gradient in float64: of every parameter it is the slope of the loss. */
import { describe, expect, it } from 'vitest';
import { gradients } from '../../../src/autodiff/grad';
import { dim } from '../../../src/core/dim';
import { NdArray } from '../../../src/core/ndArray';
import { random } from '../../../src/core/random';
import { i32 } from '../../../src/core/shape';
import { evaluateGraph } from '../../../src/cpu/oracle';
import { trace } from '../../../src/graph/graph';
import { modelLayout } from '../../../src/models/layout';
import type { T5Options } from '../../../src/models/t5/config';
import { t5Model } from '../../../src/models/t5/model';
import { initialArena } from '../../../src/nn/arena';
import { bindParameters, PARAMETERS } from '../../../src/nn/parameters';
import { parameterStates } from '../../../src/nn/storage';
import { meanCrossEntropy } from '../../../src/ops/crossEntropy/op';
import { reshape } from '../../../src/ops/view/op';

/** The loss of teacher forcing, and its gradient by part of the arena. */
function lossOf(options: Partial<T5Options>) {
  const sizes = {
    ...{ sourceVocabulary: 9, targetVocabulary: 9, maxLength: 12, heads: 3, modelSize: 6 },
    ...{ encoderLayers: 2, decoderLayers: 2, headSize: 4, feedForward: 5, buckets: 8 },
  };
  const model = t5Model({ ...sizes, maxDistance: 6, dropout: 0, ...options });
  const layout = modelLayout(model);
  const [S, T] = [dim('S', model.maxLength), dim('T', model.maxLength)];
  const graph = trace(
    (input, states) => {
      const { scope, pieces } = bindParameters(layout, states(PARAMETERS));
      const batch = {
        source: input('source'),
        sourceLengths: input('sourceLengths'),
        targetInput: input('targetInput'),
      };
      const logits = reshape(model.logits(scope, batch), [-1, model.targetVocabulary]);
      const targets = reshape(input('targets'), [-1]);
      const { loss } = meanCrossEntropy(logits, targets, { ignoreIndex: 0 });
      const parts = pieces();
      const found = gradients(
        loss,
        parts.map(({ tensor }) => tensor),
      );
      const grads = found.map((grad, i) => [`${parts[i]!.offset}`, grad] as const);
      return { outputs: { loss, ...Object.fromEntries(grads) } };
    },
    {
      inputs: {
        source: i32(2, S),
        sourceLengths: i32(2),
        targetInput: i32(2, T),
        targets: i32(2, T),
      },
      states: parameterStates(layout),
    },
  );
  const ids = (...rows: readonly (readonly number[])[]) =>
    NdArray.from([rows.length, rows[0]!.length], rows.flat());
  const given = new Map([
    ['source', ids([4, 6, 5, 8, 3, 4, 7, 2, 5, 6, 1], [7, 3, 5, 1, 0, 0, 0, 0, 0, 0, 0])],
    ['sourceLengths', NdArray.from([2], [11, 4])],
    ['targetInput', ids([0, 5, 3, 8, 8, 2, 4], [0, 6, 2, 7, 0, 0, 0])],
    ['targets', ids([5, 3, 8, 8, 2, 4, 1], [6, 2, 7, 1, 0, 0, 0])],
  ]);
  const values = new Map([
    ['S', 11],
    ['T', 7],
  ]);
  const at = (arena: Float64Array) => {
    const states = new Map([[PARAMETERS, NdArray.from([layout.size], arena)]]);
    return evaluateGraph(graph, given, states, values).outputs;
  };
  return { layout, at };
}

describe.each<readonly [string, Partial<T5Options>]>([
  ['T5', { tied: 'all' }],
  ['T5 1.1', { tied: 'embeddings', gated: true, activation: 'geluTanh' }],
])('the gradient of %s', (_, options) => {
  it('is the slope of the loss along a random direction of every parameter', () => {
    const { layout, at } = lossOf(options);
    const arena = Float64Array.from(initialArena(layout, 4));
    const outputs = at(arena);
    const source = random(7);
    for (const { name, shape, parts } of layout.parameters) {
      const width = shape.slice(1).reduce((product, n) => product * n, 1);
      for (const { rows, offset } of parts) {
        const direction = Float64Array.from({ length: rows * width }, () => source.normal());
        const moved = (step: number) => {
          const other = arena.slice();
          for (const [i, d] of direction.entries()) other[offset + i]! += step * d;
          return at(other).get('loss')!.flat(0);
        };
        const step = 1e-5;
        const slope = (moved(step) - moved(-step)) / (2 * step);
        const gradient = outputs.get(`${offset}`)!.data;
        const want = direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0);
        // The third derivative times step^2 / 6, and rounding of the loss by 2^-53 over the step.
        expect(Math.abs(slope - want), name).toBeLessThan(1e-7 * Math.max(1, Math.abs(want)));
        expect(Math.abs(want), name).toBeGreaterThan(1e-6);
      }
    }
  });
});
