/** Encoding and decoding by the library's decoder. */

import type { Device } from 'qkv';
import { beamSearch, Decoder, type Decoding } from 'qkv/generate';
import { StateStore } from 'qkv/graph';
import { modelLayout } from 'qkv/models';
import { PARAMETERS, packArena } from 'qkv/nn';
import { benchData } from '../data/transformer';
import { BEGIN, type BeamSpec, LONG_USE, type ModelSpec } from '../spec';
import type { Planned } from './plan';
import { modelOf } from './transformer';

export function greedyDecoding(device: Device, spec: ModelSpec): Promise<Planned> {
  return prepare(device, spec, { kind: 'greedy' });
}

export function beamDecoding(device: Device, spec: BeamSpec): Promise<Planned> {
  return prepare(device, spec, { kind: 'beam', width: spec.width });
}

async function prepare(device: Device, spec: ModelSpec, decoding: Decoding): Promise<Planned> {
  const { batch, length, vocabulary } = spec;
  const data = benchData(spec);
  const model = modelOf(spec);
  const layout = modelLayout(model);
  const states = new StateStore(device);
  // eos is outside the vocabulary, so that every run decodes all tokens.
  const ids = { bos: BEGIN, eos: vocabulary, pad: vocabulary };
  const decoder = await Decoder.create(device, model, layout, states, {
    ...LONG_USE,
    maxBatch: batch,
    ids,
    decoding,
    decodings: [beamSearch],
    // Tokens are read at the end only, as by the peers.
    stepsPerSubmit: length,
  });
  states.write(PARAMETERS, packArena(layout, data.weights));
  const source = { shape: [batch, length], data: data.source };
  const lengths = { shape: [batch], data: new Int32Array(batch).fill(length) };
  return {
    plans: decoder.plans,
    async run() {
      const sentences = await decoder.decode(source, lengths);
      return Float32Array.from(sentences.flatMap(([best]) => best?.ids ?? []));
    },
    dispose() {
      decoder.dispose();
      states.dispose();
    },
  };
}
