/** The peers, which are part of the page only if they are installed. */
import type { Contestant } from '../contestant';
import { contestants } from '../main';

const peers: Readonly<Record<string, () => Promise<{ readonly contestant: Contestant }>>> = {
  'jax-js': () => import('./jax-js'),
  'ort-webgpu': () => import('./ort-webgpu'),
  tfjs: () => import('./tfjs'),
  'ort-wasm': () => import('./ort-wasm'),
};

for (const [name, load] of Object.entries(peers)) {
  contestants.set(name, async () => (await load()).contestant);
}
