/** Our own cold start. */
import { openDevice } from '../../src/gpu/device';
import { COLD_SPEC, coldStart } from '../cold';
import { matmul } from './ops';

void coldStart(async () => (await matmul(await openDevice(), COLD_SPEC)).run());
