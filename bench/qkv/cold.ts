/** qkv's cold start. */
import { openDevice } from 'qkv';
import { COLD_SPEC, coldStart } from '../cold';
import { matmul } from './ops';

// For a single run, a kernel that compiles quickly is faster in total.
void coldStart(openDevice, async (device) =>
  (await matmul(device, COLD_SPEC, { startup: 'quick' })).run(),
);
