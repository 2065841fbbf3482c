/** Layers at trace time: PyTorch's names and shapes, errors with the layer's path. */
import { describe, expect, it } from 'vitest';
import { dim } from '../../../src/core/dim';
import { DTypeError, OptionError, ShapeError } from '../../../src/core/errors';
import { f32, i32, type TensorType } from '../../../src/core/shape';
import * as nn from '../../../src/entries/nn';
import type { Tensor } from '../../../src/graph/op';
import { inputTensor } from '../../../src/graph/source';
import { ops } from '../../../src/ops';

const [B, T] = [dim('B', 4), dim('T', 5)];
const input = (type: TensorType) => inputTensor('x', type);

/** Names and shapes of the parameters that a layer asks for. */
function parameters(build: (scope: nn.Scope) => unknown): readonly string[] {
  return nn
    .declareParameters(build)
    .parameters.map(({ name, shape }) => `${name} ${shape.join('x')}`);
}

describe('parameters', () => {
  it('of a stack of encoder layers are those of nn.TransformerEncoder', () => {
    const encoder = nn.stack(nn.encoderLayer(8, 2, { feedForward: 16 }), 2, nn.layerNorm(8));
    const found = parameters((scope) => encoder(scope, input(f32(B, T, 8))));
    const layer = [
      'self_attn.in_proj_weight 24x8',
      'self_attn.in_proj_bias 24',
      'self_attn.out_proj.weight 8x8',
      'self_attn.out_proj.bias 8',
      'norm1.weight 8',
      'norm1.bias 8',
      'linear1.weight 16x8',
      'linear1.bias 16',
      'linear2.weight 8x16',
      'linear2.bias 8',
      'norm2.weight 8',
      'norm2.bias 8',
    ];
    const layers = [0, 1].flatMap((i) => layer.map((name) => `layers.${i}.${name}`));
    expect(found).toEqual([...layers, 'norm.weight 8', 'norm.bias 8']);
  });

  it('of sequential are numbered, layers without parameters, too', () => {
    const model = nn.sequential(nn.embedding(5, 3), nn.flatten(), nn.tanh(), nn.linear(6, 2));
    expect(parameters((scope) => model(scope, input(i32(B, 2))))).toEqual([
      '0.weight 5x3',
      '3.weight 2x6',
      '3.bias 2',
    ]);
  });

  it('of recurrent layers have the suffixes of layer and direction', () => {
    const layer = nn.lstm(3, 2, { layers: 2, bidirectional: true, bias: false });
    const sides = (i: number, inputs: number) =>
      ['', '_reverse'].flatMap((side) => [
        `weight_ih_l${i}${side} 8x${inputs}`,
        `weight_hh_l${i}${side} 8x2`,
      ]);
    expect(parameters((scope) => layer(scope, input(f32(B, T, 3))))).toEqual([
      ...sides(0, 3),
      ...sides(1, 4),
    ]);
  });

  it('of attention with fewer heads of keys are fewer', () => {
    const layer = nn.multiHeadAttention(8, 4, { kvHeads: 2 });
    expect(parameters((scope) => layer(scope, input(f32(B, T, 8))))[0]).toBe('in_proj_weight 16x8');
  });
});

describe('inputs that do not fit', () => {
  const inside = (layer: (scope: nn.Scope) => unknown) => () =>
    nn.declareParameters((scope) => layer(scope.child('model').child('part')));

  it.each<[string, (scope: nn.Scope) => unknown, new (message: string) => Error, string]>([
    [
      'linear',
      (s) => nn.linear(4, 2)(s, input(f32(8, 5))),
      ShapeError,
      'model.part: linear: expected f32[...,4], found f32[8,5]',
    ],
    [
      'a layer of sequential',
      (s) => nn.sequential(nn.relu(), nn.linear(4, 2))(s, input(f32(8, 5))),
      ShapeError,
      'model.part.1: linear: expected f32[...,4], found f32[8,5]',
    ],
    [
      'an element type',
      (s) => nn.layerNorm(5)(s, input(i32(8, 5))),
      DTypeError,
      'model.part: layerNorm: expected f32[...,5], found i32[8,5]',
    ],
    [
      'ids',
      (s) => nn.embedding(9, 5)(s, input(f32(8))),
      DTypeError,
      'model.part: embedding: expected ids i32[...], found f32[8]',
    ],
    [
      'axes of a recurrent layer',
      (s) => nn.gru(5, 3)(s, input(f32(8, 5))),
      ShapeError,
      'model.part: gru: expected f32[B,L,5], found f32[8,5]',
    ],
    [
      'keys of attention',
      (s) => nn.multiHeadAttention(8, 2)(s, input(f32(B, T, 8)), { key: input(f32(B, T, 6)) }),
      ShapeError,
      'model.part: multiHeadAttention: key: expected f32[B,S,8], found f32[B,T,6]',
    ],
    [
      'memory of a decoder layer in a stack',
      (s) => nn.stack(nn.decoderLayer(8, 2), 2)(s, input(f32(B, T, 8)), input(f32(B, 3, 4))),
      ShapeError,
      'model.part.layers.0: decoderLayer: memory: expected f32[B,S,8], found f32[B,3,4]',
    ],
    [
      'a query of additive attention',
      (s) => nn.additiveAttention(4, 6, 5)(s, input(f32(B, 3)), input(f32(B, T, 6))),
      ShapeError,
      'model.part: additiveAttention: query: expected f32[B,4], found f32[B,3]',
    ],
    [
      'positions',
      (s) => nn.sinusoidalPositions(4, 8)(s, input(f32(B, T, 8))),
      ShapeError,
      'model.part: sinusoidalPositions: expected at most 4 positions, found f32[B,T,8] with T up to 5',
    ],
    [
      "an op in a layer of one's own",
      (s) => nn.layer((_scope, x: Tensor) => ops.matmul(x, x))(s, input(f32(2, 3))),
      ShapeError,
      'model.part: matmul: ',
    ],
  ])('are named with the path: %s', (_name, layer, kind, message) => {
    expect(inside(layer)).toThrow(kind);
    expect(inside(layer)).toThrow(message);
  });

  it('are named once, by the innermost layer', () => {
    const layer = nn.stack(nn.encoderLayer(8, 2), 1, nn.layerNorm(9));
    expect(inside((s) => layer(s, input(f32(B, T, 8))))).toThrow(
      /^model\.part\.norm: layerNorm: expected/,
    );
  });
});

describe('options that do not fit', () => {
  it.each<[() => unknown, string]>([
    [() => nn.linear(0, 2), 'linear: inputs must be a positive integer, found 0'],
    [() => nn.multiHeadAttention(9, 2), 'multiHeadAttention: size 9 is not a multiple of heads 2'],
    [() => nn.encoderLayer(9, 2), 'encoderLayer: modelSize 9 is not a multiple of heads 2'],
    [() => nn.dropout(1), 'dropout: the rate must be at least 0 and below 1, found 1'],
    [
      () => nn.lstm(2, 2, { bidirectional: true, reverse: true }),
      'lstm: bidirectional layers read in reverse',
    ],
    // @ts-expect-error: no such option
    [() => nn.linear(1, 2, { biases: true }), "linear: unknown option 'biases'"],
  ])('%#', (make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });

  it('are refused by steps that cannot be', () => {
    const layer = nn.rnn(2, 2, { bidirectional: true });
    const state = [{ hidden: input(f32(B, 2)) }];
    const run = () => nn.declareParameters((s) => layer.step(s, input(f32(B, 2)), state));
    expect(run).toThrow('layers that read in reverse cannot run step by step');
  });
});
