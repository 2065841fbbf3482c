/** Stored parameters: what is quantised, how many bytes, and that every value is where the layout says. */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import { graphNodes, trace } from '../../../src/graph/graph';
import { modelLayout } from '../../../src/models/layout';
import { transformerModel } from '../../../src/models/transformer/model';
import { initialArena, packArena, unpackArena } from '../../../src/nn/arena';
import {
  bindParameters,
  declareParameters,
  PARAMETERS,
  QUANTISED_PARAMETERS,
} from '../../../src/nn/parameters';
import { storeAs } from '../../../src/nn/quantisedStorage';
import {
  parameterBytes,
  parameterScope,
  parameterStates,
  storedParameters,
} from '../../../src/nn/storage';
import { dequantised } from '../../support/dequantised';

const model = transformerModel({
  sourceVocabulary: 40,
  targetVocabulary: 50,
  modelSize: 128,
  heads: 4,
  feedForward: 256,
  encoderLayers: 1,
  decoderLayers: 1,
  maxLength: 8,
});
const layout = modelLayout(model);
const tensors = unpackArena(layout, initialArena(layout, 1));
const formats = ['f16', 'int8', 'int4'] as const;

describe.each(formats)('%s', (format) => {
  const stored = storeAs(layout, format);

  it('quantises matrices of products and look-ups, and leaves the rest as it is', () => {
    const quantised = stored.parameters.filter(({ scheme }) => scheme !== undefined);
    expect(quantised.map(({ name }) => name)).toEqual(
      layout.parameters.filter(({ shape }) => shape.length === 2).map(({ name }) => name),
    );
    expect(quantised.length).toBeGreaterThan(8);
  });

  it('takes the bits of the format, its scales, and the gaps before aligned pieces', () => {
    const bits = { f16: 16, int8: 8 + 32 / 64, int4: 4 + 32 / 32 }[format];
    const sizeOf = (rank: number) =>
      layout.parameters
        .filter(({ shape }) => shape.length === rank)
        .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const least = (sizeOf(2) * bits) / 8 + 4 * sizeOf(1);
    const pieces = layout.parameters.reduce((sum, { parts }) => sum + parts.length, 0);
    expect(parameterBytes(stored)).toBeGreaterThanOrEqual(least);
    expect(parameterBytes(stored)).toBeLessThanOrEqual(least + 2 * 256 * pieces);
    const states = Object.entries(parameterStates(stored));
    expect(states.map(([name, { shape }]) => [name, Number(shape[0])])).toEqual([
      [PARAMETERS, stored.size],
      [QUANTISED_PARAMETERS, stored.wordCount],
    ]);
  });

  it('has every value in its place, no two in one', () => {
    const contents = storedParameters(stored, tensors);
    const arena = contents.get(PARAMETERS) as Float32Array<ArrayBuffer>;
    const words = contents.get(QUANTISED_PARAMETERS) as Int32Array<ArrayBuffer>;
    for (const { name, shape, parts, scheme } of stored.parameters) {
      const data = tensors.get(name)!.data;
      const columns = shape[1] ?? 1;
      let at = 0;
      for (const { rows, offset, scaleOffset = 0 } of parts) {
        const want = data.subarray(at, at + rows * columns);
        at += rows * columns;
        const got =
          scheme === undefined
            ? arena.subarray(offset, offset + rows)
            : dequantised(
                { words: words.subarray(offset), scales: arena.subarray(scaleOffset) },
                rows,
                columns,
                scheme,
              );
        const largest = want.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
        const step = { f16: 2 ** -11, int8: 0.51 / 127, int4: 0.51 / 7 }[format];
        const bound = scheme === undefined ? 0 : step * largest;
        const worst = want.reduce((w, value, i) => Math.max(w, Math.abs(value - got[i]!)), 0);
        expect(worst, name).toBeLessThanOrEqual(bound);
      }
    }
  });

  it('cannot be trained, or taken for an arena', () => {
    const build = () =>
      trace(
        (_inputs, states) => {
          bindParameters(stored, states(PARAMETERS));
          return { outputs: {} };
        },
        { inputs: {}, states: parameterStates(stored) },
      );
    expect(build).toThrow(OptionError);
    expect(() => packArena(stored, tensors)).toThrow(OptionError);
    expect(() => unpackArena(stored, new Float32Array(stored.size))).toThrow(OptionError);
  });

  it('refuses files that lack a tensor or have another shape', () => {
    const without = new Map([...tensors].slice(1));
    expect(() => storedParameters(stored, without)).toThrow(FormatError);
    const other = new Map(tensors).set('generator.bias', {
      shape: [3],
      data: new Float32Array(3),
    });
    expect(() => storedParameters(stored, other)).toThrow(FormatError);
  });
});

it('f32 is the layout of training, in one state', () => {
  expect(storeAs(layout, 'f32')).toBe(layout);
  const contents = storedParameters(layout, tensors);
  expect([...contents.keys()]).toEqual([PARAMETERS]);
  const [stored, arena] = [contents.get(PARAMETERS)!, packArena(layout, tensors)];
  expect(stored.length).toBe(arena.length);
  expect(arena.every((value, i) => value === stored[i])).toBe(true);
  expect(Object.keys(parameterStates(layout))).toEqual([PARAMETERS]);
});

it('a matrix that is also asked for as a tensor stays float32', () => {
  const mixed = declareParameters((scope) => {
    scope.weight('both', [4, 4], { kind: 'ones' });
    scope.parameter('both', [4, 4], { kind: 'ones' });
    scope.weight('weight', [4, 4], { kind: 'ones' });
  });
  const { parameters } = storeAs(mixed, 'int8');
  expect(parameters.map(({ name, scheme }) => [name, scheme?.format])).toEqual([
    ['both', undefined],
    ['weight', 'int8'],
  ]);
});

it('a quantised matrix cannot be used as a tensor later', () => {
  const declared = declareParameters((scope) => scope.weight('w', [4, 4], { kind: 'ones' }));
  const stored = storeAs(declared, 'int4');
  const build = () =>
    trace(
      (_inputs, states) => {
        parameterScope(stored, states).parameter('w', [4, 4], { kind: 'ones' });
        return { outputs: {} };
      },
      { inputs: {}, states: parameterStates(stored) },
    );
  expect(build).toThrow(/is quantised/);
});

it('refuses an unknown element type', () => {
  expect(() => storeAs(layout, 'int3' as 'int4')).toThrow(/f32, f16, int8, int4/);
});

it('refuses an unknown arithmetic, and half precision for parameters of f32', () => {
  expect(() => storeAs(layout, 'int8', 'f64' as 'f32')).toThrow(/one of f32, f16, found 'f64'/);
  expect(() => storeAs(layout, 'f32', 'f16')).toThrow(
    /needs parameters stored as f16, int8 or int4/,
  );
});

it.each([undefined, 'f32', 'f16'] as const)(
  'products are of the arithmetic asked for: %s',
  (asked) => {
    const declared = declareParameters((scope) => scope.weight('w', [8, 64], { kind: 'ones' }));
    const quantised = storeAs(declared, 'int8', asked);
    const graph = trace(
      (inputs, states) => {
        const w = parameterScope(quantised, states).weight('w', [8, 64], { kind: 'ones' });
        return { outputs: { y: w.product(inputs('x')) } };
      },
      { inputs: { x: { dtype: 'f32', shape: [3, 64] } }, states: parameterStates(quantised) },
    );
    const products = graphNodes(graph).filter(({ op }) => op.name === 'quantisedMatmul');
    expect(products.map(({ attrs }) => attrs)).toMatchObject([{ arithmetic: asked ?? 'f32' }]);
  },
);
