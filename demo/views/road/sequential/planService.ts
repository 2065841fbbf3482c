/** In the worker: the dispatches of both layers for sentences of one length. Nothing runs. */
import type { Device } from 'qkv';
import { type Dispatched, dispatchesOf, type LayerName } from './layers';

export default function planLayers(
  device: Device,
  length: number,
  batch: number,
): Readonly<Record<LayerName, readonly Dispatched[]>> {
  return {
    lstm: dispatchesOf('lstm', length, batch, device.target),
    transformer: dispatchesOf('transformer', length, batch, device.target),
  };
}
