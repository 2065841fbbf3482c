/** A model that others trained (CTranslate2's Arabic transliteration) gives its expected output. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decoder, scoredGreedy } from 'qkv/generate';
import { compileGraph, dim, ops, Program, StateStore, trace } from 'qkv/graph';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { modelLayout, transformerModel } from 'qkv/models';
import { PARAMETERS, packArena, parameterScope, parameterStates } from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { DATA } from '../support/vectors';

const folder = join(DATA, 'aren-transliteration');
const here = existsSync(join(folder, 'config.json'));
if (!here) console.log('foreign model: 2 tests skipped, aren-transliteration is not here');

interface Expected {
  source: string[];
  greedy: string[];
  log_prob: number;
  first_step_log_probs: number[];
}

describe.skipIf(!here)('a foreign transformer', () => {
  const device = useDevice();
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const config = here ? read('config.json') : {};
  const expected: Expected[] = here ? read('expected.json') : [];

  const make = () => {
    const model = transformerModel({
      sourceVocabulary: 51,
      targetVocabulary: 43,
      modelSize: config.d_model,
      heads: config.nhead,
      encoderLayers: config.num_encoder_layers,
      decoderLayers: config.num_decoder_layers,
      feedForward: config.dim_feedforward,
      normFirst: config.norm_first,
      activation: config.activation,
      dropout: 0,
      tied: 'none',
      maxLength: 32,
      positions: { layout: 'halves', first: 1, denominator: 'halfMinusOne' },
    });
    const layout = modelLayout(model);
    const { tensors } = parseSafetensors(readFileSync(join(folder, 'model.safetensors')));
    const named = [...tensors].map(
      ([name, tensor]) => [name, { shape: tensor.shape, data: toFloat32(name, tensor) }] as const,
    );
    const states = new StateStore(device());
    return { model, layout, states, arena: packArena(layout, new Map(named)) };
  };
  // The file's last source row is the unknown token, which the vocabulary list leaves out.
  const sourceIds = ({ source }: Expected) =>
    source.map((c) => {
      const id = config.src_vocab.indexOf(c);
      return id < 0 ? 50 : id;
    });
  const targetIds = ({ greedy }: Expected) => greedy.map((c) => config.tgt_vocab.indexOf(c));

  it('gives the expected greedy ids', async () => {
    const { model, layout, states, arena } = make();
    const decoder = await Decoder.create(device(), model, layout, states, {
      maxBatch: 1,
      ids: { pad: 0, bos: config.bos, eos: config.eos },
      decoding: { kind: 'greedy', scores: true },
      decodings: [scoredGreedy],
    });
    states.write(PARAMETERS, arena);
    for (const item of expected) {
      const ids = sourceIds(item);
      const [[got] = []] = await decoder.decode(
        { shape: [1, ids.length], data: Int32Array.from(ids) },
        { shape: [1], data: Int32Array.of(ids.length) },
      );
      expect(got?.ids, item.source.join('')).toEqual(targetIds(item));
      expect(Math.abs(got!.score! - item.log_prob)).toBeLessThan(1e-4 * (1 + got!.ids.length));
    }
    decoder.dispose();
    states.dispose();
  });

  it('gives the expected log-probabilities within 1e-4', async () => {
    const { model, layout, states, arena } = make();
    const [S, T] = [dim('S', 32), dim('T', 32)];
    const graph = trace(
      (inputs, state) => {
        const scope = parameterScope(layout, state);
        const logits = model.logits(scope, {
          source: inputs('source'),
          sourceLengths: inputs('lengths'),
          targetInput: inputs('target'),
        });
        return { outputs: { logs: ops.logSoftmax(logits) } };
      },
      {
        inputs: {
          source: { dtype: 'i32', shape: [1, S] },
          lengths: { dtype: 'i32', shape: [1] },
          target: { dtype: 'i32', shape: [1, T] },
        },
        states: parameterStates(layout),
      },
    );
    const program = await Program.create(device(), compileGraph(graph), states);
    states.write(PARAMETERS, arena);
    for (const item of expected) {
      const [source, target] = [sourceIds(item), [...targetIds(item), config.eos]];
      const input = [config.bos, ...target.slice(0, -1)];
      program.run({
        source: { shape: [1, source.length], data: Int32Array.from(source) },
        lengths: { shape: [1], data: Int32Array.of(source.length) },
        target: { shape: [1, input.length], data: Int32Array.from(input) },
      });
      const { logs } = await program.read('logs');
      const total = target.reduce((sum, id, t) => sum + logs.data[t * 43 + id]!, 0);
      expect(Math.abs(total - item.log_prob), item.source.join('')).toBeLessThan(1e-4);
      item.first_step_log_probs.forEach((want, id) => {
        expect(Math.abs(logs.data[id]! - want)).toBeLessThan(1e-4);
      });
    }
    program.dispose();
    states.dispose();
  });
});
