/** Prepares tasks by kind. */
import type { Device } from 'qkv';
import type { Task } from '../spec';
import { beamDecoding, greedyDecoding } from './decoding';
import { attention, layerNorm, matmul, softmax } from './ops';
import type { Planned } from './plan';
import { lstmForward, lstmGradient } from './recurrent';
import { seq2seqTraining } from './seq2seq';
import { transformerForward, transformerTraining } from './transformer';

export function prepareTask(device: Device, task: Task): Promise<Planned> {
  switch (task.kind) {
    case 'matmul':
      return matmul(device, task.spec);
    case 'softmax':
      return softmax(device, task.spec);
    case 'layer-norm':
      return layerNorm(device, task.spec);
    case 'attention':
      return attention(device, task.spec);
    case 'transformer-forward':
      return transformerForward(device, task.spec);
    case 'transformer-training':
      return transformerTraining(device, task.spec);
    case 'greedy':
      return greedyDecoding(device, task.spec);
    case 'beam':
      return beamDecoding(device, task.spec);
    case 'lstm-forward':
      return lstmForward(device, task.spec);
    case 'lstm-gradient':
      return lstmGradient(device, task.spec);
    case 'seq2seq-training':
      return seq2seqTraining(device, task.spec);
  }
}
