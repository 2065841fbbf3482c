/** Our own cold start. */
import { openDevice } from 'qkv';
import { COLD_SPEC, coldStart } from '../cold';
import { matmul } from './ops';

// What runs once is over sooner by a kernel that compiles quickly.
void coldStart(openDevice, async (device) =>
  (await matmul(device, COLD_SPEC, { startup: 'quick' })).run(),
);
