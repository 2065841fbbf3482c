/** The smallest app that runs a translator's decoder, without tokens and text. */
import { defaultDevice, init } from '@jax-js/jax';
import { MODEL } from '../../workloads';
import { greedyDecoding } from './decoding';

await init('webgpu');
defaultDevice('webgpu');
document.body.textContent = String(await (await greedyDecoding(MODEL)).run());
