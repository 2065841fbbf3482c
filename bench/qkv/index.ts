/** qkv through its own plans, decoder and trainer. */
import { type Device, openDevice } from '../../src/gpu/device';
import type { Contestant } from '../contestant';
import { beamDecoding, greedyDecoding } from './decoding';
import { attention, layerNorm, matmul, softmax } from './ops';
import { lstmForward, lstmGradient } from './recurrent';
import { seq2seqTraining } from './seq2seq';
import { transformerForward, transformerTraining } from './transformer';

let opened: Device | undefined;

function device(): Device {
  if (opened === undefined) throw new Error('qkv: open() comes first');
  return opened;
}

export const contestant: Contestant = {
  async open(gpu) {
    opened ??= await openDevice(gpu === undefined ? {} : { gpu });
    return opened.adapterName;
  },
  prepare(task) {
    switch (task.kind) {
      case 'matmul':
        return matmul(device(), task.spec);
      case 'softmax':
        return softmax(device(), task.spec);
      case 'layer-norm':
        return layerNorm(device(), task.spec);
      case 'attention':
        return attention(device(), task.spec);
      case 'transformer-forward':
        return transformerForward(device(), task.spec);
      case 'transformer-training':
        return transformerTraining(device(), task.spec);
      case 'greedy':
        return greedyDecoding(device(), task.spec);
      case 'beam':
        return beamDecoding(device(), task.spec);
      case 'lstm-forward':
        return lstmForward(device(), task.spec);
      case 'lstm-gradient':
        return lstmGradient(device(), task.spec);
      case 'seq2seq-training':
        return seq2seqTraining(device(), task.spec);
    }
  },
};
