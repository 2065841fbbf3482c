/** Training steps of the library's seq2seq model. */
import type { Device } from 'qkv';
import { seq2seqModel } from 'qkv/models';
import { type LayerWeights, type SequenceData, sequenceData } from '../data/recurrent';
import type { SequenceSpec } from '../spec';
import type { Planned } from './plan';
import { prepareTraining } from './training';

export function seq2seqTraining(device: Device, spec: SequenceSpec): Promise<Planned> {
  const { length, vocabulary, embeddingSize, hiddenSize } = spec;
  const data = sequenceData(spec);
  const model = seq2seqModel({
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    cell: 'lstm',
    embeddingSize,
    hiddenSize,
    layers: 1,
    dropout: 0,
    reverseSource: false,
    maxLength: length,
  });
  return prepareTraining(device, model, named(data), data, spec);
}

function named(data: SequenceData) {
  const layer = (name: string, { weightIn, weight, biasIn, bias }: LayerWeights) =>
    [
      [`${name}.weight_ih_l0`, weightIn],
      [`${name}.weight_hh_l0`, weight],
      [`${name}.bias_ih_l0`, biasIn],
      [`${name}.bias_hh_l0`, bias],
    ] as const;
  return new Map([
    ['src_embed.weight', data.sourceTable] as const,
    ['tgt_embed.weight', data.targetTable] as const,
    ...layer('encoder', data.encoder),
    ...layer('decoder', data.decoder),
    ['out.weight', data.out] as const,
    ['out.bias', data.outBias] as const,
  ]);
}
