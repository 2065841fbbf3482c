/** A training step of seq2seq with Keras layers, as TensorFlow.js' documentation has it. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Prepared } from '../../contestant';
import { sequenceData } from '../../data/recurrent';
import { ADAM, type SequenceSpec } from '../../spec';
import { lstmOf, setLstm } from './lstm';
import { tensor, transposedTensor } from './tensors';

export async function seq2seqTraining(spec: SequenceSpec): Promise<Prepared> {
  const { batch, length, vocabulary, embeddingSize, hiddenSize } = spec;
  const data = sequenceData(spec);
  const embedding = () =>
    layers.layers.embedding({ inputDim: vocabulary, outputDim: embeddingSize });
  const [source, target] = [layers.input({ shape: [length] }), layers.input({ shape: [length] })];
  const [readTable, writeTable] = [embedding(), embedding()];
  const [reader, writer] = [
    lstmOf(hiddenSize, { returnState: true }),
    lstmOf(hiddenSize, { returnSequences: true }),
  ];
  const out = layers.layers.dense({ units: vocabulary });
  const read = reader.apply(readTable.apply(source));
  if (!Array.isArray(read)) throw new Error('tfjs: expected states');
  const [, hidden, cell] = read;
  const words = writeTable.apply(target);
  const states = writer.apply([words, hidden, cell] as layers.SymbolicTensor[]);
  const logits = out.apply(states) as layers.SymbolicTensor;
  const model = layers.model({ inputs: [source, target], outputs: logits });
  readTable.setWeights([tensor(data.sourceTable)]);
  writeTable.setWeights([tensor(data.targetTable)]);
  setLstm(reader, data.encoder);
  setLstm(writer, data.decoder);
  out.setWeights([transposedTensor(data.out), tensor(data.outBias)]);
  const { rate, beta1, beta2, epsilon } = ADAM;
  model.compile({
    optimizer: tf.train.adam(rate, beta1, beta2, epsilon),
    loss: (truth, predicted) =>
      tf.losses.softmaxCrossEntropy(
        tf.reshape(truth, [batch * length, vocabulary]),
        tf.reshape(predicted, [batch * length, vocabulary]),
      ),
  });
  const ids = (values: Int32Array) => tf.tensor2d(values, [batch, length], 'int32');
  const inputs = [ids(data.source), ids(data.targetInput)];
  const truth = tf.oneHot(ids(data.targetOutput), vocabulary);
  return {
    async run() {
      const loss = await model.trainOnBatch(inputs, truth);
      return Float32Array.of(Number(Array.isArray(loss) ? loss[0] : loss));
    },
    dispose() {
      model.dispose();
      tf.dispose([...inputs, truth]);
    },
  };
}
