/** qkv through its own plans and trainer. */
import { type Device, openDevice } from '../../../src/gpu/device';
import type { Contestant } from '../../contestant';
import { lstmForward, lstmGradient } from './recurrent';
import { seq2seqTraining } from './seq2seq';
import { transformerForward, transformerTraining } from './transformer';

let opened: Device | undefined;

function device(): Device {
  if (opened === undefined) throw new Error('qkv: open() comes first');
  return opened;
}

export const contestant: Contestant = {
  async open() {
    opened ??= await openDevice();
    return opened.adapterName;
  },
  prepare(task) {
    switch (task.kind) {
      case 'transformer-forward':
        return transformerForward(device(), task.spec);
      case 'transformer-training':
        return transformerTraining(device(), task.spec);
      case 'lstm-forward':
        return lstmForward(device(), task.spec);
      case 'lstm-gradient':
        return lstmGradient(device(), task.spec);
      case 'seq2seq-training':
        return seq2seqTraining(device(), task.spec);
    }
  },
};
