/** The smallest app that runs a translator's model, without tokens and text. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import { MODEL } from '../../workloads';
import { transformerForward } from './transformer';

await tf.setBackend('webgpu');
await tf.ready();
document.body.textContent = String(await (await transformerForward(MODEL)).run());
