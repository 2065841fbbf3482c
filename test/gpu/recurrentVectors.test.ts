/** Recurrent layers, cells, attention and RNNsearch against PyTorch: outputs and every gradient. */

import { ops, type Tensor } from 'qkv/graph';
import { bahdanauConfig, bahdanauForward } from 'qkv/models';
import {
  additiveAttention,
  type CellName,
  dotAttention,
  gru,
  lstm,
  type RecurrentLayer,
  recurrent,
  rnn,
} from 'qkv/nn';
import { afterAll, describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import {
  type Build,
  checkVectors,
  lengthsOf,
  readVectors,
  type Values,
  type VectorCase,
  vectorCases,
} from '../support/vectors';

const device = useDevice();
const { cases, all } = vectorCases();
let compared = 0;

afterAll(() => {
  const which = all ? 'every case of torch-vectors' : 'the committed cases';
  console.log(`recurrent torch vectors: ${compared} tensors compared, ${which}`);
});

function cellName({ op, attrs }: VectorCase): CellName {
  if (op.startsWith('lstm')) return 'lstm';
  if (op.startsWith('gru')) return 'gru';
  return attrs.nonlinearity === 'relu' ? 'relu' : 'tanh';
}

function layersBuild(vector: VectorCase, values: Values): Build {
  const attrs = vector.attrs as Record<string, number & boolean>;
  const { input_size, hidden_size, num_layers, bidirectional, batch_first } = attrs;
  const cell = cellName(vector);
  const options = {
    layers: num_layers!,
    bidirectional: bidirectional === (true as number & boolean),
    bias: vector.params.some((name) => name.startsWith('bias')),
  };
  const sizes = [input_size!, hidden_size!] as const;
  const layer: RecurrentLayer =
    cell === 'lstm'
      ? lstm(...sizes, options)
      : cell === 'gru'
        ? gru(...sizes, options)
        : rnn(...sizes, { ...options, nonlinearity: cell === 'relu' ? 'relu' : 'tanh' });
  const turn = (x: Tensor) => (batch_first ? x : ops.transpose(x, [1, 0, 2]));
  return (scope, inputs) => {
    const states = (name: string): readonly (Tensor | undefined)[] => {
      const { shape } = values.get(`in/${name}`) ?? { shape: [0] };
      const [count = 0, ...rest] = shape;
      return Array.from({ length: count }, (_, i) =>
        ops.reshape(
          ops.slice(inputs(name), {
            starts: [i, 0, 0],
            ends: [i + 1, ...rest],
          }),
          rest,
        ),
      );
    };
    const [hidden, cells] = [states('h0'), states('c0')];
    const initial = hidden.map((h, i) => ({ hidden: h, cell: cells[i] }));
    const lengths = attrs.packed ? inputs('lengths') : undefined;
    const given = { lengths, initial };
    const { y, final } = layer.withStates(scope, turn(inputs('x')), given);
    const stack = (tensors: readonly Tensor[]) =>
      ops.concat(
        tensors.map((t) => ops.reshape(t, [1, ...t.shape])),
        0,
      );
    return {
      y: turn(y),
      hn: stack(final.map((state) => state.hidden)),
      ...(cell === 'lstm' ? { cn: stack(final.map((state) => state.cell!)) } : {}),
    };
  };
}

function cellBuild(vector: VectorCase): Build {
  const { input_size, hidden_size } = vector.attrs as Record<string, number>;
  const options = {
    cell: cellName(vector),
    inputSize: input_size!,
    hiddenSize: hidden_size!,
    bias: vector.params.includes('bias_hh'),
  };
  return (scope, inputs) => {
    const cell = vector.inputs.includes('c') ? inputs('c') : undefined;
    const states = [{ hidden: inputs('h'), cell }];
    const [next] = recurrent(options).step(scope, inputs('x'), states);
    return { h1: next!.hidden, ...(next!.cell === undefined ? {} : { c1: next!.cell }) };
  };
}

function attentionBuild(vector: VectorCase, values: Values): Build {
  const sizeOf = (name: string, axis: number) => values.get(name)!.shape[axis]!;
  const additive = vector.op === 'bahdanau_attention';
  const [querySize, keySize] = [sizeOf('in/query', 1), sizeOf('in/keys', 2)];
  const size = sizeOf('param/key_layer.weight', 0);
  const bias = vector.params.includes('key_layer.bias');
  const attention = additive
    ? additiveAttention(querySize, keySize, size, { bias })
    : dotAttention(querySize, keySize);
  return (scope, inputs) => {
    const lengths = inputs('lengths of mask');
    return { ...attention.withWeights(scope, inputs('query'), inputs('keys'), { lengths }) };
  };
}

function bahdanauBuild(vector: VectorCase): Build {
  const { V_src, V_tgt, E, H, cell, label_smoothing } = vector.attrs as Record<string, number> & {
    cell: CellName;
  };
  const config = bahdanauConfig({
    sourceVocabulary: V_src!,
    targetVocabulary: V_tgt!,
    cell,
    embeddingSize: E!,
    hiddenSize: H!,
    attentionSize: H!,
    readout: 'linear',
    dropout: 0,
  });
  return (scope, inputs) => {
    const { logits, attention } = bahdanauForward(scope, config, {
      source: inputs('src'),
      sourceLengths: inputs('lengths of src'),
      targetInput: inputs('tgt_in'),
    });
    const { loss } = ops.meanCrossEntropy(logits, inputs('tgt_out'), {
      labelSmoothing: label_smoothing!,
      ignoreIndex: 0,
    });
    return { logits, weights: attention, loss };
  };
}

/** Lengths of padded ids or of a mask, as inputs of their own. */
function lengthsFor(vector: VectorCase, values: Values): Values {
  if (vector.inputs.includes('mask')) {
    return new Map([['lengths of mask', lengthsOf(values.get('in/mask')!)]]);
  }
  const source = values.get('in/src');
  if (source === undefined) return new Map();
  const hidden = Int32Array.from(source.data, (id) => (id === 0 ? 1 : 0));
  return new Map([['lengths of src', lengthsOf({ shape: source.shape, data: hidden })]]);
}

/** A cell is a step of a layer, whose parameters end with the layer's number. */
function torchName({ op }: VectorCase): (name: string) => string {
  return (name) => (op.endsWith('_cell') ? name.replace(/_l0$/, '') : name);
}

function buildOf(vector: VectorCase, values: Values): Build | undefined {
  if (['rnn', 'lstm', 'gru'].includes(vector.op)) return layersBuild(vector, values);
  if (vector.op.endsWith('_cell')) return cellBuild(vector);
  if (/^(bahdanau|luong)_attention$/.test(vector.op)) return attentionBuild(vector, values);
  if (vector.op === 'seq2seq_forward_backward' && vector.attrs.arch === 'AttnRNN') {
    return bahdanauBuild(vector);
  }
  return undefined;
}

describe('PyTorch vectors, recurrent', () => {
  for (const vector of cases) {
    const values = readVectors(vector);
    const build = buildOf(vector, values);
    if (build === undefined) continue;
    it(`${vector.name}: outputs and gradients`, async () => {
      const extra = lengthsFor(vector, values);
      const count = await checkVectors(device(), vector, values, build, extra, torchName(vector));
      const stored = [...values.keys()].filter((key) => /^(out|grad)\//.test(key)).length;
      expect(count).toBe(stored);
      compared += count;
    });
  }
});
