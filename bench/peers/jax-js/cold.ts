/** jax-js' cold start. */
import { defaultDevice, init } from '@jax-js/jax';
import { COLD_SPEC, coldStart } from '../../cold';
import { matmul } from './ops';

void coldStart(async () => {
  await init('webgpu');
  defaultDevice('webgpu');
  return (await matmul(COLD_SPEC)).run();
});
