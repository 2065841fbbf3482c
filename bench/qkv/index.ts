/** qkv, by its plans, decoder and trainer. */
import { allKernels, type Device, openDevice } from 'qkv';
import type { Contestant } from '../contestant';
import { prepareTask } from './prepare';

let opened: Device | undefined;

/** The contestant's device. @throws Error before it is opened */
export function device(): Device {
  if (opened === undefined) throw new Error('qkv: open() comes first');
  return opened;
}

export const contestant: Contestant = {
  async open(gpu, tuning) {
    opened ??= await openDevice({
      kernels: allKernels,
      ...(gpu === undefined ? {} : { gpu }),
      ...(tuning === undefined ? {} : { tuning }),
    });
    return opened.adapterName;
  },
  prepare: (task) => prepareTask(device(), task),
};
