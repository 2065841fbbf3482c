/**
 * Parameters of an LSTM layer and of a translator with two, under PyTorch's names, with gate order
 * i, f, g, o.
 */
import type { LayerSpec, SequenceSpec } from '../spec';
import { drawIds, uniform, type Weight, within } from './draw';

export interface LayerData {
  /** [batch, length, inputSize]. */
  readonly x: Weight;
  readonly layer: LayerWeights;
}

export interface LayerWeights {
  /** [4 * hidden, input]. */
  readonly weightIn: Weight;
  /** [4 * hidden, hidden]. */
  readonly weight: Weight;
  /** [4 * hidden] each. */
  readonly biasIn: Weight;
  readonly bias: Weight;
}

function layerWeights(inputSize: number, hiddenSize: number, next: () => number): LayerWeights {
  const bound = 1 / Math.sqrt(hiddenSize);
  const rows = 4 * hiddenSize;
  return {
    weightIn: within(bound, [rows, inputSize], next),
    weight: within(bound, [rows, hiddenSize], next),
    biasIn: within(bound, [rows], next),
    bias: within(bound, [rows], next),
  };
}

export function layerData({ batch, length, inputSize, hiddenSize }: LayerSpec): LayerData {
  const next = uniform(12345);
  return {
    x: within(1, [batch, length, inputSize], next),
    layer: layerWeights(inputSize, hiddenSize, next),
  };
}

export interface SequenceData {
  /** [vocabulary, embedding] each. */
  readonly sourceTable: Weight;
  readonly targetTable: Weight;
  readonly encoder: LayerWeights;
  readonly decoder: LayerWeights;
  /** [vocabulary, hidden]. */
  readonly out: Weight;
  readonly outBias: Weight;
  /** Ids [batch, length]. */
  readonly source: Int32Array<ArrayBuffer>;
  readonly targetInput: Int32Array<ArrayBuffer>;
  readonly targetOutput: Int32Array<ArrayBuffer>;
}

export function sequenceData(spec: SequenceSpec): SequenceData {
  const { batch, length, vocabulary, embeddingSize, hiddenSize } = spec;
  const next = uniform(54321);
  const ids = () => drawIds(batch * length, vocabulary, next);
  const bound = 1 / Math.sqrt(hiddenSize);
  return {
    sourceTable: within(1, [vocabulary, embeddingSize], next),
    targetTable: within(1, [vocabulary, embeddingSize], next),
    encoder: layerWeights(embeddingSize, hiddenSize, next),
    decoder: layerWeights(embeddingSize, hiddenSize, next),
    out: within(bound, [vocabulary, hiddenSize], next),
    outBias: within(bound, [vocabulary], next),
    source: ids(),
    targetInput: ids(),
    targetOutput: ids(),
  };
}
