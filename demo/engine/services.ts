/**
 * What the worker computes for single figures and views, loaded when it is first called: each is a
 * module whose default export takes the shared device first, and a line here.
 */
import type { Device } from 'qkv';
import { openShared } from './device';

type Service<A extends readonly unknown[], R> = (device: Device, ...args: A) => R | Promise<R>;

/** A service that is loaded when it is first called. */
function later<A extends readonly unknown[], R>(
  load: () => Promise<{ readonly default: Service<A, R> }>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const [{ default: service }, device] = await Promise.all([load(), openShared()]);
    return service(device, ...args);
  };
}

export const services = {
  corpusPairs: later(() => import('../views/road/corpus/service')),
  inputGradients: later(() => import('../views/road/vanishing/service')),
  train: later(() => import('../views/train/service')),
  outputProjections: later(() => import('../views/road/multiHead/service')),
  grammarPairs: later(() => import('../views/road/heads/service')),
  grammar: later(() => import('./grammar')),
  pretraining: later(() => import('../views/road/selfSupervision/training')),
  selfSupervised: later(() => import('../views/road/selfSupervision/service')),
  shapeLab: later(() => import('../views/road/shapes/service')),
  transformerParameters: later(() => import('../views/road/transformer/service')),
  benchKernels: later(() => import('../views/kernels/benchService')),
  checkKernels: later(() => import('../views/kernels/checkService')),
  insideModel: later(() => import('../views/inside/modelService')),
  insidePlan: later(() => import('../views/inside/planService')),
  insideProfile: later(() => import('../views/inside/profileService')),
  frequentWords: later(() => import('../views/road/encodings/service')),
  wordVectors: later(() => import('../views/road/wordVectors/service')),
  sequential: later(() => import('../views/road/sequential/service')),
  sequentialPlan: later(() => import('../views/road/sequential/planService')),
  trainRnn: later(() => import('../views/road/rnn/service')),
  planeOf: later(() => import('../views/road/contextPca/service')),
};
