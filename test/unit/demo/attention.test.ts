import { describe, expect, it } from 'vitest';
import {
  attentionsOf,
  logProbability,
  rollout,
  slicesOf,
} from '../../../demo/views/inside/attention';

describe('attention rollout', () => {
  it('of one layer is half its mean attention and half the word itself', () => {
    const heads = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 1],
        [0, 1],
      ],
    ];
    expect(rollout([heads])).toEqual([
      [0.75, 0.25],
      [0, 1],
    ]);
  });

  it('multiplies the later layer by the earlier one, and not the reverse', () => {
    const first = [
      [
        [0, 1],
        [0, 1],
      ],
    ];
    const second = [
      [
        [1, 0],
        [1, 0],
      ],
    ];
    expect(rollout([first, second])).toEqual([
      [0.5, 0.5],
      [0.25, 0.75],
    ]);
  });
});

describe('values of a model', () => {
  it('become attentions by their names, a single head among them', () => {
    const data = Float32Array.of(0.25, 0.75, 1, 0);
    const found = attentionsOf({
      'transformer.encoder.layers.1.self_attn.weights': { shape: [2, 1, 2], data },
      'transformer.decoder.layers.0.multihead_attn.weights': { shape: [1, 2, 2], data },
      'attention.weights': { shape: [2, 2], data },
      logits: { shape: [2, 2], data },
    });
    expect(found.map(({ kind, layer, heads }) => [kind, layer, heads.length])).toEqual([
      ['encoder', 2, 2],
      ['cross', 1, 1],
      ['cross', 1, 1],
    ]);
    expect(found[0]?.heads).toEqual([[[0.25, 0.75]], [[1, 0]]]);
  });

  it('become matrices, whatever their axes', () => {
    const data = [1, 2, 3, 4];
    expect(slicesOf({ shape: [4], data })).toEqual([[[1, 2, 3, 4]]]);
    expect(slicesOf({ shape: [2, 1, 2], data })).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });
});

describe('the log-probability of a class', () => {
  it('does not overflow', () => {
    expect(logProbability([1000, 1000], 0)).toBeCloseTo(-Math.log(2), 12);
  });
});
