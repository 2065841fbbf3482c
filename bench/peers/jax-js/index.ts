/** jax-js (Eric Zhang), with one jit for all work of a run. */
import { defaultDevice, getWebGPUDevice, init } from '@jax-js/jax';
import type { Contestant } from '../../contestant';
import { greedyDecoding } from './decoding';
import { attention, layerNorm, matmul, softmax } from './ops';
import { lstmForward, lstmGradient } from './recurrent';
import { transformerForward, transformerTraining } from './transformerTasks';

export const contestant: Contestant = {
  async open() {
    const devices = await init('webgpu');
    if (!devices.includes('webgpu')) throw new Error('jax-js found no WebGPU');
    defaultDevice('webgpu');
    const { vendor, architecture } = getWebGPUDevice().adapterInfo;
    return `${vendor} ${architecture}`;
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
      case 'greedy':
        return greedyDecoding(task.spec);
      case 'transformer-forward':
        return transformerForward(task.spec);
      case 'transformer-training':
        return transformerTraining(task.spec);
      case 'lstm-forward':
        return lstmForward(task.spec);
      case 'lstm-gradient':
        return lstmGradient(task.spec);
      default:
        return undefined;
    }
  },
};
