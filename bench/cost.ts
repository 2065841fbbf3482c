/**
 * Lower bounds of the work of a run: arithmetic, and bytes moved if each array is read or written
 * once. Elementwise work in models, which is below 1%, is left out.
 */
import type { AttentionSpec, LayerSpec, MatmulSpec, ModelSpec, SequenceSpec, Task } from './spec';

export interface Cost {
  /** A multiply-add counts as two. */
  readonly flops: number;
  readonly bytes: number;
}

const FLOAT = 4;

/** Operations of softmax for each element: maximum, difference, exponential, sum, quotient. */
const SOFTMAX = 5;
/**
 * Operations of layer norm for each element: sum; difference, square, sum; product with 1/std;
 * weight; bias.
 */
const LAYER_NORM = 7;
/**
 * Operations of Adam for each parameter: both moments, both corrections, root, sum, quotient,
 * update.
 */
const ADAM = 14;
/**
 * Products of forward and backward pass: the backward pass has two for each one of the forward
 * pass.
 */
const WITH_BACKWARD = 3;

export function costOf({ kind, spec }: Task): Cost {
  switch (kind) {
    case 'matmul':
      return matmul(spec);
    case 'softmax':
      return rows(spec.rows * spec.columns, SOFTMAX);
    case 'layer-norm':
      return rows(spec.rows * spec.columns, LAYER_NORM);
    case 'attention':
      return attention(spec);
    case 'lstm-forward':
      return layer(spec, 1);
    case 'lstm-gradient':
      return layer(spec, WITH_BACKWARD);
    case 'transformer-forward':
      return forward(spec);
    case 'transformer-training':
      return training(forward(spec), encoderWeights(spec) + decoderWeights(spec));
    case 'greedy':
      return decoding(spec, 1);
    case 'beam':
      return decoding(spec, spec.width);
    case 'seq2seq-training':
      return sequence(spec);
  }
}

function matmul({ batch, m, k, n }: MatmulSpec): Cost {
  return { flops: 2 * batch * m * k * n, bytes: FLOAT * batch * (m * k + k * n + m * n) };
}

function rows(elements: number, operations: number): Cost {
  return { flops: operations * elements, bytes: 2 * FLOAT * elements };
}

/** Causal attention, in which a query attends to itself and to all earlier keys. */
function attention({ batch, heads, length, size }: AttentionSpec): Cost {
  const pairs = (batch * heads * length * (length + 1)) / 2;
  return { flops: pairs * (4 * size + SOFTMAX), bytes: 4 * FLOAT * batch * heads * length * size };
}

function layer({ batch, length, inputSize, hiddenSize }: LayerSpec, passes: number): Cost {
  const weights = 4 * hiddenSize * (inputSize + hiddenSize);
  const values = batch * length * (inputSize + hiddenSize);
  return {
    flops: 2 * passes * batch * length * weights,
    bytes: FLOAT * passes * (weights + values),
  };
}

/** Number of matrix parameters, without embeddings, of which each token reads one row only. */
function encoderWeights({ layers, modelSize: d, feedForward }: ModelSpec): number {
  return layers * (4 * d * d + 2 * d * feedForward);
}

function decoderWeights({ layers, modelSize: d, feedForward, vocabulary }: ModelSpec): number {
  return layers * (8 * d * d + 2 * d * feedForward) + d * vocabulary;
}

function forward(spec: ModelSpec): Cost {
  const { batch, length, modelSize, layers, vocabulary } = spec;
  const weights = encoderWeights(spec) + decoderWeights(spec);
  // Encoder and cross-attention use all query-key pairs, causal attention half of them.
  const scores = 2.5 * layers * batch * length * length * 2 * modelSize;
  return {
    flops: 2 * batch * length * weights + 2 * scores,
    bytes: FLOAT * (weights + batch * length * (vocabulary + 2 * modelSize)),
  };
}

function training(forwardCost: Cost, weights: number): Cost {
  return {
    flops: WITH_BACKWARD * forwardCost.flops + ADAM * weights,
    // Parameters and both moments are also read and written.
    bytes: WITH_BACKWARD * forwardCost.bytes + 6 * FLOAT * weights,
  };
}

/** A decoding step reads all parameters of the decoder, for any beam width. */
function decoding(spec: ModelSpec, width: number): Cost {
  const { batch, length, layers, modelSize } = spec;
  const [encoder, decoder] = [encoderWeights(spec), decoderWeights(spec)];
  const rowsOfStep = batch * width;
  const scores = 1.5 * layers * rowsOfStep * length * length * 4 * modelSize;
  return {
    flops: 2 * batch * length * encoder + 2 * length * rowsOfStep * decoder + scores,
    bytes: FLOAT * (encoder + length * decoder),
  };
}

function sequence({ batch, length, vocabulary, embeddingSize, hiddenSize }: SequenceSpec): Cost {
  const weights = 8 * hiddenSize * (embeddingSize + hiddenSize) + vocabulary * hiddenSize;
  const tokens = batch * length;
  const once = {
    flops: 2 * tokens * weights,
    bytes: FLOAT * (weights + tokens * (vocabulary + 2 * embeddingSize)),
  };
  return training(once, weights);
}
