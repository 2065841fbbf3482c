/** Single operations. */
import * as tf from '@tensorflow/tfjs-core';
import { defined } from '../../../tools/lib/defined';
import type { Prepared } from '../../contestant';
import {
  attentionData,
  headsFirst,
  matmulData,
  normData,
  rowsData,
  swapMiddle,
} from '../../data/ops';
import { reordered } from '../../reordered';
import { type AttentionSpec, EPSILON, type MatmulSpec, type RowsSpec } from '../../spec';
import { prepare, tensor } from './tensors';

export async function matmul(spec: MatmulSpec): Promise<Prepared> {
  const { a, b } = matmulData(spec);
  const right = tensor(b);
  return prepare([a], [right], ([left]) => tf.matMul(defined(left, 'operand'), right));
}

export async function softmax(spec: RowsSpec): Promise<Prepared> {
  return prepare([rowsData(spec)], [], ([x]) => tf.softmax(defined(x, 'operand')));
}

/**
 * (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis, as Keras computes it.
 */
export function normalise(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON))), weight), bias);
}

export async function layerNorm(spec: RowsSpec): Promise<Prepared> {
  const data = normData(spec);
  const [weight, bias] = [tensor(data.weight), tensor(data.bias)];
  return prepare([data.x], [weight, bias], ([x]) => normalise(defined(x, 'operand'), weight, bias));
}

/** Of [batch, heads, length, size]. @param mask added to the scores */
export function mix(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const size = q.shape.at(-1) ?? 1;
  const scores = tf.matMul(tf.mul(q, 1 / Math.sqrt(size)), k, false, true);
  return tf.matMul(tf.softmax(mask === undefined ? scores : tf.add(scores, mask)), v);
}

/** -1e9 for keys after the query. [length, length] */
export function causalMask(length: number): tf.Tensor {
  const visible = tf.linalg.bandPart(tf.ones([length, length]), -1, 0);
  return tf.mul(tf.sub(visible, 1), 1e9);
}

export async function attention(spec: AttentionSpec): Promise<Prepared> {
  const { batch, heads, length, size } = spec;
  const { q, k, v } = attentionData(spec);
  const mask = tf.tidy(() => causalMask(length));
  const prepared = prepare([q, k, v].map(headsFirst), [mask], ([queries, keys, values]) =>
    mix(defined(queries, 'queries'), defined(keys, 'keys'), defined(values, 'values'), mask),
  );
  return reordered(prepared, (mixed) => swapMiddle(mixed, [batch, heads, length, size]));
}
