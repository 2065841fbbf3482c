/** Numbers as tensors, and back. */
import * as tf from '@tensorflow/tfjs-core';
import type { Prepared } from '../../contestant';
import type { Weight } from '../../data/draw';

export function tensor({ shape, data }: Weight): tf.Tensor {
  return tf.tensor(data, [...shape]);
}

/** PyTorch's [out, in] as [in, out]. */
export const transposedTensor = (weight: Weight) => tf.tidy(() => tf.transpose(tensor(weight)));

/** A tensor's values. Disposes the tensor. */
export async function floats(of: tf.Tensor): Promise<Float32Array> {
  const data = await of.data();
  of.dispose();
  if (data instanceof Float32Array) return data;
  throw new Error(`tfjs: expected float32, found ${of.dtype}`);
}

/**
 * @param inputs uploaded at every run  @param kept tensors on the device, disposed at the end
 */
export function prepare(
  inputs: readonly Weight[],
  kept: readonly tf.Tensor[],
  compute: (inputs: readonly tf.Tensor[]) => tf.Tensor,
): Prepared {
  return {
    run: () => floats(tf.tidy(() => compute(inputs.map(tensor)))),
    dispose: () => tf.dispose([...kept]),
  };
}
