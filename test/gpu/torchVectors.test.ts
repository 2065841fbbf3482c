/** Layers, losses and whole transformers against PyTorch: forward and every gradient, on the GPU. */

import { compile, f32, ops, type Tensor } from 'qkv/graph';
import { decode, encode, transformerConfig } from 'qkv/models';
import {
  decoderLayer,
  embedding,
  encoderLayer,
  layerNorm,
  multiHeadAttention,
  type Scope,
  sinusoidalPositions,
  stack,
  type TransformerLayerOptions,
} from 'qkv/nn';
import { afterAll, describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import {
  type Build,
  checkVectors,
  compareVector,
  lengthsOf,
  readVectors,
  type Values,
  type VectorCase,
  vectorCases,
} from '../support/vectors';

const { cases, all } = vectorCases();
const device = useDevice();
let compared = 0;

afterAll(() => {
  const where = all
    ? 'every case of torch-vectors'
    : 'the committed selection (torch-vectors is not here)';
  console.log(`torch vectors: ${compared} tensors compared, ${where}`);
});

/** Size, heads and options of a transformer's layer. */
function layerArguments({ attrs }: VectorCase): [number, number, TransformerLayerOptions] {
  const options = {
    feedForward: attrs.dim_feedforward as number,
    dropout: 0,
    normFirst: attrs.norm_first as boolean,
    activation: (attrs.activation as 'relu' | 'gelu' | undefined) ?? 'relu',
  };
  return [attrs.d_model as number, attrs.nhead as number, options];
}

/** Masks become lengths: 'lengths of NAME' for every key padding mask. */
function maskLengths(values: Values): Values {
  return new Map(
    [...values]
      .filter(([name]) => name.endsWith('key_padding_mask'))
      .map(([name, mask]) => [`lengths of ${name.slice(3)}`, lengthsOf(mask)]),
  );
}

const has = (values: Values, name: string) => values.has(`in/${name}`);

function encoderBuild(vector: VectorCase, values: Values): Build {
  const encode = encoderLayer(...layerArguments(vector));
  return (scope, inputs) => {
    const name = 'src_key_padding_mask';
    const keyLengths = has(values, name) ? inputs(`lengths of ${name}`) : undefined;
    return { y: encode(scope, inputs('src'), { keyLengths }) };
  };
}

function decoderBuild(vector: VectorCase): Build {
  const decode = decoderLayer(...layerArguments(vector));
  return (scope, inputs) => {
    const memoryLengths = inputs('lengths of memory_key_padding_mask');
    const lengths = inputs('lengths of tgt_key_padding_mask');
    return { y: decode(scope, inputs('tgt'), inputs('memory'), { lengths, memoryLengths }) };
  };
}

/** nn.Transformer without embeddings. */
function transformerBuild(vector: VectorCase): Build {
  const [size, heads, options] = layerArguments(vector);
  const { num_encoder_layers: deep, num_decoder_layers: tall } = vector.attrs as Record<
    string,
    number
  >;
  const encoder = stack(encoderLayer(size, heads, options), deep!, layerNorm(size));
  const decoder = stack(decoderLayer(size, heads, options), tall!, layerNorm(size));
  return (scope, inputs) => {
    const keyLengths = inputs('lengths of src_key_padding_mask');
    const lengths = inputs('lengths of tgt_key_padding_mask');
    const memory = encoder(scope.child('encoder'), inputs('src'), { keyLengths });
    const given = { lengths, memoryLengths: keyLengths };
    return { y: decoder(scope.child('decoder'), inputs('tgt'), memory, given) };
  };
}

function multiHeadBuild(vector: VectorCase): Build {
  const {
    embed_dim,
    num_heads,
    kdim,
    vdim,
    batch_first,
    bias,
    causal,
    average_attn_weights,
    self,
  } = vector.attrs as Record<string, number & boolean>;
  const sizes = kdim === null ? {} : { keySize: kdim!, valueSize: vdim! };
  const attention = multiHeadAttention(embed_dim!, num_heads!, { ...sizes, bias: bias! });
  return (scope, inputs) => {
    const turn = (x: Tensor) => (batch_first ? x : ops.transpose(x, [1, 0, 2]));
    const [q, k, v] = (self ? ['x', 'x', 'x'] : ['q', 'k', 'v']).map((name) => turn(inputs(name)));
    const padded = vector.inputs.includes('key_padding_mask');
    const { output, weights } = attention.withWeights(scope, q!, {
      key: k,
      value: v,
      causal: causal!,
      keyLengths: padded ? inputs('lengths of key_padding_mask') : undefined,
    });
    return {
      y: turn(output),
      weights: average_attn_weights ? ops.mean(weights, { axis: 1 }) : weights,
    };
  };
}

/** Ours has an embedding each and a generator; theirs is one tensor under other names. */
const seq2seqNames = (name: string) =>
  name === 'tgt_embed.weight' ? 'embed.weight' : name === 'generator.bias' ? 'out_bias' : name;

function seq2seqBuild(vector: VectorCase): Build {
  const { V, d_model, nhead, layers, dim_feedforward, norm_first, pad, label_smoothing } =
    vector.attrs as Record<string, number & boolean>;
  const config = transformerConfig({
    sourceVocabulary: V!,
    targetVocabulary: V!,
    modelSize: d_model!,
    heads: nhead!,
    encoderLayers: layers!,
    decoderLayers: layers!,
    feedForward: dim_feedforward!,
    normFirst: norm_first!,
    dropout: 0,
    tied: 'all',
    maxLength: 16,
    padId: pad!,
  });
  return (scope: Scope, inputs) => {
    const lengths = inputs('source lengths');
    const memory = encode(scope, config, inputs('src'), lengths);
    const logits = decode(
      scope,
      config,
      inputs('tgt_in'),
      memory,
      lengths,
      inputs('target lengths'),
    );
    const { loss } = ops.meanCrossEntropy(logits, inputs('tgt_out'), {
      labelSmoothing: label_smoothing!,
      ignoreIndex: pad!,
    });
    return { logits, loss };
  };
}

/** i32 [B]: how many ids of each row are no padding. */
function idLengths(values: Values): Values {
  const count = (name: string) => {
    const { shape, data } = values.get(name)!;
    const [rows = 0, columns = 0] = shape;
    const lengths = Int32Array.from(
      { length: rows },
      (_, b) => data.subarray(b * columns, (b + 1) * columns).filter((id) => id !== 0).length,
    );
    return { shape: [rows], data: lengths };
  };
  return new Map([
    ['source lengths', count('in/src')],
    ['target lengths', count('in/tgt_in')],
  ]);
}

function crossEntropyBuild({ attrs }: VectorCase, values: Values): Build {
  return (_scope, inputs) => {
    const options = {
      labelSmoothing: attrs.label_smoothing as number,
      ignoreIndex: attrs.ignore_index as number,
      weights: has(values, 'weight') ? inputs('weight') : undefined,
    };
    const rows = ops.crossEntropy(inputs('logits'), inputs('target'), options);
    if (attrs.reduction === 'none') return { y: rows };
    if (attrs.reduction === 'sum') return { loss: ops.sum(rows) };
    return { loss: ops.meanCrossEntropy(inputs('logits'), inputs('target'), options).loss };
  };
}

function embeddingBuild({ attrs }: VectorCase, values: Values): Build {
  const [vocabulary = 0, size = 0] = values.get('param/weight')!.shape;
  const padding = attrs.padding_idx as number | null;
  const table = embedding(vocabulary, size, padding === null ? {} : { paddingIndex: padding });
  return (scope, inputs) => ({
    y: ops.scale(table(scope, inputs('ids')), (attrs.scale as number | null) ?? 1),
  });
}

/** An elementwise function of x, or of a and b. */
function elementwiseBuild(
  f: (x: Tensor, b: Tensor | undefined, vector: VectorCase) => Tensor,
): Maker {
  return (vector, values) => (_scope, inputs) => {
    const x = inputs(has(values, 'x') ? 'x' : 'a');
    return { y: f(x, has(values, 'b') ? inputs('b') : undefined, vector) };
  };
}

type Maker = (vector: VectorCase, values: Values) => Build;

const builds: Readonly<Record<string, Maker>> = {
  transformer_encoder_layer: encoderBuild,
  transformer_decoder_layer: decoderBuild,
  transformer: transformerBuild,
  multihead_attention: multiHeadBuild,
  cross_entropy: crossEntropyBuild,
  embedding: embeddingBuild,
  sin: elementwiseBuild(ops.sin),
  cos: elementwiseBuild(ops.cos),
  pow: elementwiseBuild((a, b, { attrs }) => ops.pow(a, b ?? (attrs.exponent as number))),
  remainder: elementwiseBuild((a, b) => ops.mod(a, b!)),
  clamp: elementwiseBuild((x, _b, { attrs }) => ops.clip(x, attrs)),
};

describe('PyTorch vectors', () => {
  for (const vector of cases) {
    const make = vector.attrs.arch === 'Seq2SeqTransformer' ? seq2seqBuild : builds[vector.op];
    if (make !== undefined) {
      it(`${vector.name}: outputs and gradients`, async () => {
        const values = readVectors(vector);
        const isModel = vector.op === 'seq2seq_forward_backward';
        const extra = isModel ? idLengths(values) : maskLengths(values);
        const rename = isModel ? seq2seqNames : undefined;
        const count = await checkVectors(
          device(),
          vector,
          values,
          make(vector, values),
          extra,
          rename,
        );
        expect(count).toBeGreaterThan(0);
        compared += count;
      });
    }
    if (vector.op === 'sinusoidal_positional_encoding') {
      it(`${vector.name}: what is added to zeros`, async () => {
        const values = readVectors(vector);
        const { T, d_model, layout } = vector.attrs as {
          T: number;
          d_model: number;
          layout: 'interleaved' | 'halves';
        };
        const positions = sinusoidalPositions(T, d_model, { layout });
        const x = f32(1, T, d_model);
        const fn = (scope: Scope, given: { x: Tensor }) => positions(scope, given.x);
        const predict = await compile(device(), fn, { x });
        const { data } = await predict({ x: new Float32Array(T * d_model) });
        compareVector(vector, 'out/pe', data, values.get('out/pe')!.data);
        predict.dispose();
        compared++;
      });
    }
  }
});
