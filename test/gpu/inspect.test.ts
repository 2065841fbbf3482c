/** Looking inside: values are what they are called, and looking changes nothing. */

import { OptionError } from 'qkv';
import type { HostTensor } from 'qkv/graph';
import { type Inspectable, Inspector, matches, type Pattern, valueNames } from 'qkv/inspect';
import { PARAMETERS } from 'qkv/nn';
import type { Batch } from 'qkv/text';
import type { Trainer } from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';
import { batchesOf, movedPairs, tinyTrainer } from '../support/smallTraining';

const device = useDevice();
const pairs = movedPairs(64, 2);
const [batch] = batchesOf(pairs, 1);

/** Without dropout and label smoothing. */
function inspectable(trainer: Trainer<Batch>): Inspectable {
  const { task } = trainer;
  return {
    inputs: task.inputs,
    forward: (scope, inputs) => task.forward(scope, inputs, 'evaluation').loss,
  };
}

const inspectorOf = (trainer: Trainer<Batch>, values: Pattern, gradients?: Pattern) =>
  Inspector.create(device(), trainer.layout, trainer.states, inspectable(trainer), {
    ...{ values, startup: 'quick' },
    ...(gradients === undefined ? {} : { gradients }),
  });

async function look(trainer: Trainer<Batch>, values: Pattern, gradients?: Pattern) {
  const inspector = await inspectorOf(trainer, values, gradients);
  const found = await inspector.run(trainer.task.feed(batch!));
  inspector.dispose();
  return found;
}

const row = ({ shape, data }: HostTensor, at: number) => {
  const width = shape.at(-1)!;
  return [...data.subarray(at * width, (at + 1) * width)];
};

describe('patterns', () => {
  it('match within a part, across parts, and one of several', () => {
    const name = 'transformer.decoder.layers.0.self_attn.weights';
    for (const pattern of ['**.weights', 'transformer.*.layers.0.{self_attn,x}.*', /layers\.0/]) {
      expect(matches([pattern], name), String(pattern)).toBe(true);
    }
    for (const pattern of ['*.weights', '**.weight', 'decoder.**', '**.{scores,output}']) {
      expect(matches([pattern], name), pattern).toBe(false);
    }
  });
});

/** One of each kind of model: every one has a plan of its own to compile. */
const KINDS = ['bahdanau', 'transformer', 'seq2seq', 'gru language model'];

describe.each(sampled(KINDS, 3))('inside %s', (kind) => {
  it('the gradient of logits and of parameters is that of the loss', async () => {
    const { trainer } = await tinyTrainer(device(), {}, kind);
    const found = await look(trainer, '{logits,loss}', /^logits$|weight(?!s)/);
    const logits = found.get('logits')!;
    const slope = found.get('grad:logits')!;
    expect(slope.shape).toEqual(logits.shape);
    // softmax - one-hot, over the tokens that count.
    const { targetOutput } = batch!;
    const counted = targetOutput.filter((id) => id !== 0).length;
    targetOutput.forEach((id, at) => {
      const values = row(logits, at);
      const most = Math.max(...values);
      const powers = values.map((value) => Math.exp(value - most));
      const sum = powers.reduce((a, b) => a + b, 0);
      const want = powers.map((p, v) => (id === 0 ? 0 : (p / sum - (v === id ? 1 : 0)) / counted));
      row(slope, at).forEach((value, v) => {
        expect(Math.abs(value - want[v]!)).toBeLessThan(1e-5);
      });
    });
    // Along the gradient of a parameter the loss rises by the gradient's norm.
    const start = (await trainer.states.read(PARAMETERS)).slice();
    const inspector = await inspectorOf(trainer, 'loss');
    for (const { name, parts } of trainer.layout.parameters.slice(0, 3)) {
      const gradient = found.get(`grad:${name}`);
      if (gradient === undefined) continue;
      const norm = Math.hypot(...gradient.data);
      const width = gradient.shape.slice(1).reduce((a, b) => a * b, 1);
      const loss = async (step: number) => {
        const moved = start.slice();
        let from = 0;
        for (const { rows, offset } of parts) {
          for (let i = 0; i < rows * width; i++) {
            moved[offset + i]! += (step * gradient.data[from + i]!) / norm;
          }
          from += rows * width;
        }
        trainer.states.write(PARAMETERS, moved);
        return (await inspector.run(trainer.task.feed(batch!))).get('loss')!.data[0]!;
      };
      const step = 0.02;
      const rise = ((await loss(step)) - (await loss(-step))) / (2 * step);
      trainer.states.write(PARAMETERS, start);
      // Third derivatives and f32 losses of about 2.5 allow this much.
      expect(Math.abs(rise - norm), name).toBeLessThan(0.03 * norm + 2e-5 / step);
    }
    inspector.dispose();
    trainer.dispose();
  });

  it('training goes on as if nobody looked', async () => {
    const [alone, watched] = [
      (await tinyTrainer(device(), {}, kind)).trainer,
      (await tinyTrainer(device(), {}, kind)).trainer,
    ];
    const inspector = await watched.inspect({ values: 'loss', gradients: '**output' });
    const losses: number[] = [];
    for (const next of batchesOf(pairs, 4)) {
      const seen = (await inspector.run(next)).get('loss')!.data[0]!;
      await watched.train([next], { onStep: ({ loss }) => losses.push(loss) });
      // The same weights, dropout and batch: the same loss.
      expect(seen).toBeCloseTo(losses.at(-1)!, 5);
    }
    await alone.train(batchesOf(pairs, 4));
    expect(await watched.states.read(PARAMETERS)).toEqual(await alone.states.read(PARAMETERS));
    inspector.dispose();
    for (const trainer of [alone, watched]) trainer.dispose();
  });
});

describe('attention', () => {
  it('has weights that are the softmax of its scores, and none for padding', async () => {
    const { trainer } = await tinyTrainer(device());
    const found = await look(trainer, '**.multihead_attn.{weights,scores}');
    const [prefix] = [...found.keys()].map((name) => name.replace(/\.\w+$/, ''));
    const weights = found.get(`${prefix}.weights`)!;
    const scores = found.get(`${prefix}.scores`)!;
    expect(weights.shape).toEqual([batch!.size, 4, batch!.targetLength, batch!.sourceLength]);
    expect(scores.shape).toEqual(weights.shape);
    const rows = weights.data.length / batch!.sourceLength;
    for (let at = 0; at < rows; at++) {
      const length = batch!.sourceLengths[Math.floor(at / (4 * batch!.targetLength))]!;
      const powers = row(scores, at).map((score, s) => (s < length ? Math.exp(score) : 0));
      const sum = powers.reduce((a, b) => a + b, 0);
      row(weights, at).forEach((weight, s) => {
        expect(Math.abs(weight - powers[s]! / sum)).toBeLessThan(1e-5);
      });
    }
    trainer.dispose();
  });

  it('of RNNsearch sums to 1 over the words of each source', async () => {
    const { trainer } = await tinyTrainer(device(), {}, 'bahdanau');
    const weights = (await look(trainer, 'attention.weights')).get('attention.weights')!;
    expect(weights.shape).toEqual([batch!.size, batch!.targetLength, batch!.sourceLength]);
    for (let at = 0; at < batch!.size * batch!.targetLength; at++) {
      const length = batch!.sourceLengths[Math.floor(at / batch!.targetLength)]!;
      const own = row(weights, at);
      expect(own.slice(0, length).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      expect(own.slice(length).every((weight) => weight === 0)).toBe(true);
    }
    trainer.dispose();
  });
});

describe('a recurrent layer', () => {
  it('has gates from which its states follow', async () => {
    const { trainer } = await tinyTrainer(device(), {}, 'seq2seq');
    const found = await look(trainer, 'encoder.{*_gate,candidate,cell,hidden}_l0');
    const at = (name: string, b: number, t: number) => {
      const value = found.get(`encoder.${name}_l0`)!;
      return row(value, b * value.shape[1]! + t);
    };
    const { sourceLengths, size } = batch!;
    for (let b = 0; b < size; b++) {
      for (let t = 0; t < sourceLengths[b]!; t++) {
        const gate = (name: string) => at(`${name}_gate`, b, t);
        at('cell', b, t).forEach((cell, u) => {
          const before = t === 0 ? 0 : at('cell', b, t - 1)[u]!;
          const written = gate('input')[u]! * at('candidate', b, t)[u]!;
          expect(Math.abs(cell - gate('forget')[u]! * before - written)).toBeLessThan(1e-5);
          const hidden = at('hidden', b, t)[u]!;
          expect(Math.abs(hidden - gate('output')[u]! * Math.tanh(cell))).toBeLessThan(1e-5);
        });
      }
    }
    trainer.dispose();
  });
});

describe('a pattern', () => {
  it('that matches nothing is an error that names what there is', async () => {
    const { trainer } = await tinyTrainer(device(), {}, 'seq2seq');
    expect(valueNames(inspectable(trainer)).values).toContain('encoder.output');
    await expect(look(trainer, '**.self_attn.weights')).rejects.toThrow(OptionError);
    await expect(look(trainer, 'logit')).rejects.toThrow(
      /no name matches logit; the names are .*logits/,
    );
    trainer.dispose();
  });
});
