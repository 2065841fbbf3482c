/** Our own cold start. */
import { openDevice } from '../../src/gpu/device';
import { COLD_SPEC, coldStart } from '../cold';
import { matmul } from './ops';

void coldStart(async () => {
  const device = await openDevice();
  // What runs once is over sooner by a kernel that compiles quickly.
  return (await matmul(device, COLD_SPEC, { startup: 'quick' })).run();
});
