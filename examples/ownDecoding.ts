/**
 * A custom model for decoding, which predicts the next word from two (Bengio et al. 2003):
 * Fibonacci numbers mod 10.
 */
import type { Device } from 'qkv';
import { compileGenerator } from 'qkv/generate';
import { dim, i32, ops, type Tensor } from 'qkv/graph';
import { decodable } from 'qkv/models';
import * as nn from 'qkv/nn';
import { adam, Trainer } from 'qkv/train';

/** The id of a digit is its value. */
const [ids, WORDS] = [{ pad: 10, bos: 11, eos: 12 }, 13];
const [embed, hidden, out] = [nn.embedding(WORDS, 32), nn.linear(64, 64), nn.linear(64, WORDS)];
/** Logits of the next word [B, WORDS] from two words i32 [B, 2]. */
const network = nn.sequential(embed, nn.flatten(), hidden, nn.tanh(), out);

const column = (x: Tensor, i: number) =>
  ops.slice(x, { starts: [undefined, i], ends: [undefined, i + 1] });
const model = decodable({
  vocabulary: WORDS,
  maxLength: 16,
  decoderState: (batch) => ({ before: i32(batch, 1) }),
  encode: (_scope, source) => ({ before: column(source, 0) }),
  firstToken: (source) => column(source, 1),
  step: (scope, { token, state }) => ({
    logits: network(scope, ops.concat([state('before'), token], 1)),
    state: { before: token },
  }),
});

/** Trains on all pairs of digits. @returns the continuation of two digits */
export async function continueDigits(device: Device, digits: readonly number[]) {
  const B = dim('B', 100);
  const trainer = await Trainer.create(device, {
    inputs: { words: i32(B, 2), next: i32(B) },
    loss: (scope, { words, next }) => ops.crossEntropy(network(scope, words), next),
    optimizer: adam({ learningRate: 0.02 }),
  });
  const words = Array.from({ length: 100 }, (_, i) => [i % 10, Math.floor(i / 10)]);
  const next = words.map(([a = 0, b = 0]) => (a + b) % 10);
  for (let i = 0; i < 100; i++) await trainer.step({ words, next });
  const generate = await compileGenerator(device, model, trainer.parameters, { ids });
  const [found] = await generate([digits]);
  generate.dispose();
  trainer.dispose();
  return found?.ids;
}
