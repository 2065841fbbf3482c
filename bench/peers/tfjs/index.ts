/** TensorFlow.js with its WebGPU backend. */
import * as tf from '@tensorflow/tfjs-core';
// After the core, which defines the flags that they read.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-backend-webgpu';
import type { Contestant } from '../../contestant';
import { lstmForward } from './lstm';
import { attention, layerNorm, matmul, softmax } from './ops';
import { seq2seqTraining } from './seq2seq';
import { transformerForward, transformerTraining } from './transformer';

export const contestant: Contestant = {
  async open() {
    await tf.setBackend('webgpu');
    await tf.ready();
    const adapter = await navigator.gpu.requestAdapter();
    return `${adapter?.info.vendor} ${adapter?.info.architecture}`;
  },
  prepare(task) {
    switch (task.kind) {
      case 'matmul':
        return matmul(task.spec);
      case 'softmax':
        return softmax(task.spec);
      case 'layer-norm':
        return layerNorm(task.spec);
      case 'attention':
        return attention(task.spec);
      case 'lstm-forward':
        return lstmForward(task.spec);
      case 'transformer-forward':
        return transformerForward(task.spec);
      case 'transformer-training':
        return transformerTraining(task.spec);
      case 'seq2seq-training':
        return seq2seqTraining(task.spec);
      default:
        return undefined;
    }
  },
};
