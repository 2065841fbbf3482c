/** Measures what figures of the page show as recorded until the visitor measures it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDevice } from 'qkv';
import { BATCHES } from '../../demo/views/road/sequential/layers';
import measureSteps, { type Measurement } from '../../demo/views/road/sequential/service';
import { root } from '../environment.mjs';
import { nodeGpu } from '../nodeGpu';

const FILE = join(root, 'demo/views/road/sequential/recorded.json');

/** Decimals of recorded milliseconds. */
const DECIMALS = 3;

/** Times the layers of the figure of sequential cost on this adapter. */
export async function recordMeasurements(): Promise<void> {
  const device = await openDevice({ gpu: await nodeGpu() });
  const measurements: Measurement[] = [];
  for (const batch of BATCHES) {
    const { signal } = new AbortController();
    measurements.push(await measureSteps(device, batch, () => undefined, signal));
  }
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(DECIMALS)) : value;
  const record = { command: 'npm run pictures -- --measurements', measurements };
  await writeFile(FILE, `${JSON.stringify(record, rounded, 1)}\n`);
  device.dispose();
}
