/** jax-js' cold start. */
import { defaultDevice, init } from '@jax-js/jax';
import { COLD_SPEC, coldStart } from '../../cold';
import { matmul } from './ops';

async function open(): Promise<void> {
  await init('webgpu');
  defaultDevice('webgpu');
}

void coldStart(open, async () => (await matmul(COLD_SPEC)).run());
