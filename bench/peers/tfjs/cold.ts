/** TensorFlow.js' cold start. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import { COLD_SPEC, coldStart } from '../../cold';
import { matmul } from './ops';

void coldStart(async () => {
  await tf.setBackend('webgpu');
  await tf.ready();
  return (await matmul(COLD_SPEC)).run();
});
