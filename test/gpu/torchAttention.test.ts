/**
 * Attention under masks and biases, groups of heads, nn.MultiheadAttention's attn_mask, and rotary
 * positions against PyTorch: outputs and every gradient, on the GPU.
 */
import { join } from 'node:path';
import { ops, type Tensor } from 'qkv/graph';
import { multiHeadAttention } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import {
  type Build,
  casesIn,
  checkVectors,
  readVectors,
  type VectorCase,
} from '../support/vectors';

const folder = join(import.meta.dirname, '../fixtures/torchAttention');
const cases = casesIn(folder);
const device = useDevice();

type Inputs = Parameters<Build>[1];

const optional = ({ inputs }: VectorCase, given: Inputs, name: string): Tensor | undefined =>
  inputs.includes(name) ? given(name) : undefined;

/** Masks of truths are read as numbers. */
const truths = (mask: Tensor | undefined) => mask && ops.cast(mask, 'bool');

function attentionBuild(vector: VectorCase): Build {
  const { heads, kvHeads, causal } = vector.attrs as {
    heads: number;
    kvHeads: number;
    causal: boolean;
  };
  return (_scope, inputs) => {
    const { output, weights } = ops.attention(inputs('q'), inputs('k'), inputs('v'), {
      heads,
      kvHeads,
      causal,
      bias: optional(vector, inputs, 'bias'),
      mask: truths(optional(vector, inputs, 'mask')),
      keyPadding: truths(optional(vector, inputs, 'key_padding_mask')),
    });
    return { y: output, weights };
  };
}

function multiHeadBuild(vector: VectorCase): Build {
  const { embed_dim, num_heads, kdim, vdim } = vector.attrs as Record<string, number | null>;
  const sizes = kdim === null ? {} : { keySize: kdim!, valueSize: vdim! };
  const attention = multiHeadAttention(embed_dim!, num_heads!, sizes);
  return (scope, inputs) => {
    const given = inputs('attn_mask');
    const [batch = 1] = inputs('q').shape;
    // Of three axes it is [B * H, T, S].
    const axes = given.shape.length === 3 ? [batch, num_heads!, ...given.shape.slice(1)] : [];
    const mask = axes.length > 0 ? ops.reshape(given, axes) : given;
    const visibility = given.dtype === 'f32' ? { bias: mask } : { mask: truths(mask) };
    const keyPadding = truths(optional(vector, inputs, 'key_padding_mask'));
    const [q, k, v] = [inputs('q'), inputs('k'), inputs('v')];
    const others = { key: k, value: v, ...visibility, keyPadding };
    const found = attention.withWeights(scope, q, others);
    return { y: found.output, weights: found.weights };
  };
}

function rotaryBuild({ attrs }: VectorCase): Build {
  const options = attrs as {
    heads: number;
    rotarySize: number;
    interleaved: boolean;
    base: number;
  };
  return (_scope, inputs) => ({ y: ops.rotary(inputs('x'), inputs('positions'), options) });
}

const builds: Readonly<Record<string, (vector: VectorCase) => Build>> = {
  attention: attentionBuild,
  multihead_attention: multiHeadBuild,
  rotary: rotaryBuild,
};

describe('PyTorch vectors of attention', () => {
  it.each(cases)('$name: outputs and gradients', async (vector) => {
    const values = readVectors(vector);
    const build = builds[vector.op]!(vector);
    const compared = await checkVectors(device(), vector, values, build);
    const given = [...values.keys()].filter((name) => /^(out|grad)\//.test(name));
    expect(compared).toBe(given.length);
  });
});
