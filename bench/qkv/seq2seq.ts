/** A training step of seq2seq through the library's own model and trainer. */
import type { Device } from '../../src/gpu/device';
import { seq2seqModel } from '../../src/models/seq2seq';
import { packArena } from '../../src/nn/arena';
import { Trainer } from '../../src/train/trainer';
import { translationTask } from '../../src/train/translation';
import type { Prepared } from '../contestant';
import { type LayerWeights, type SequenceData, sequenceData } from '../data/recurrent';
import { ADAM, type SequenceSpec } from '../spec';

export async function seq2seqTraining(device: Device, spec: SequenceSpec): Promise<Prepared> {
  const { batch, length, vocabulary, embeddingSize, hiddenSize } = spec;
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
  const translation = { maxBatch: batch, labelSmoothing: 0, padId: 0 };
  const { rate, beta1, beta2, epsilon } = ADAM;
  const trainer = await Trainer.create(device, translationTask(model, translation), {
    optimizer: { kind: 'adam', beta1, beta2, epsilon },
    schedule: { kind: 'constant', rate },
    clipNorm: undefined,
    seed: 1,
  });
  const { layout } = trainer;
  const zeros = () => new Float32Array(layout.size);
  trainer.restore({
    step: 0,
    parameters: packArena(layout, named(data)),
    moments: { exp_avg: zeros(), exp_avg_sq: zeros() },
  });
  const lengths = new Int32Array(batch).fill(length);
  const example = {
    size: batch,
    sourceLength: length,
    targetLength: length,
    source: data.source,
    sourceLengths: lengths,
    targetInput: data.targetInput,
    targetOutput: data.targetOutput,
    targetLengths: lengths,
    targetTokens: batch * length,
  };
  return {
    async run() {
      let loss = Number.NaN;
      const onStep = (report: { readonly loss: number }) => {
        loss = report.loss;
      };
      await trainer.train([example], { onStep });
      return Float32Array.of(loss);
    },
    dispose: () => trainer.dispose(),
  };
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
