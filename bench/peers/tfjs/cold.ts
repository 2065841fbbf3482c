/** TensorFlow.js' cold start. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import { COLD_SPEC, coldStart } from '../../cold';
import { matmul } from './ops';

async function open(): Promise<void> {
  await tf.setBackend('webgpu');
  await tf.ready();
}

void coldStart(open, async () => (await matmul(COLD_SPEC)).run());
