/**
 * Models that others trained and published, which the examples port as kinds of one's own: they say
 * what their makers' code says. Where the published files are absent, ports with random parameters
 * still say what float64 says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Translator, Writer } from 'qkv';
import { alternatives, type Decoding, scoredGreedy } from 'qkv/generate';
import { compile, dim, i32, ops } from 'qkv/graph';
import { readTensors } from 'qkv/io';
import { describe, expect, it } from 'vitest';
import { characterFiles, characterLstm } from '../../examples/characterModel';
import { transliteration, transliterationFiles } from '../../examples/transliteration';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';
import { logProbabilities } from '../support/teacherForcing';
import { randomParameters } from '../support/tinyModels';
import { DATA } from '../support/vectors';

interface Expected {
  readonly prompt: string;
  readonly ids: readonly number[];
  readonly promptLogProbability: number;
  readonly greedyIds: readonly number[];
  readonly greedyText: string;
  readonly greedyLogProbability: number;
}

interface ExpectedName {
  readonly source: readonly string[];
  readonly greedy: readonly string[];
  readonly log_prob: number;
  readonly first_step_log_probs: readonly number[];
}

const device = useDevice();
const SCORED: Decoding = { kind: 'greedy', scores: true };
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** A published folder, and whether it is here. */
function published(name: string) {
  const path = (file: string) => join(DATA, name, file);
  const isHere = existsSync(path('config.json'));
  if (!isHere) console.log(`published models: a test skipped, ${name} is not here`);
  const json = (file: string) => JSON.parse(readFileSync(path(file), 'utf8'));
  return { isHere, json, parameters: () => readFileSync(path('model.safetensors')) };
}

/** The configuration that a port's model.json has. */
const configOf = (files: { readonly 'model.json': string }) =>
  JSON.parse(files['model.json']).config;

describe('the character LSTM of ml5.js', () => {
  const { isHere, json, parameters } = published('ml5-char-rnn');
  const load = (files: ReturnType<typeof characterFiles>) =>
    Writer.load(files, {
      device: device(),
      kinds: [characterLstm],
      decoding: SCORED,
      decodings: [scoredGreedy],
    });

  it.runIf(isHere)('writes the expected text, with the expected probabilities', async () => {
    const files = characterFiles(json('config.json'), parameters());
    const writer = await load(files);
    const model = characterLstm.create('character-lstm', configOf(files));
    const bos = model.targetVocabulary - 2;
    const forced = await compile(
      device(),
      (scope, { ids }) => ops.logSoftmax(model.logits(scope, { targetInput: ids })),
      { ids: i32(1, dim('T', model.maxLength)) },
      readTensors(parameters()),
    );
    for (const expected of sampled<Expected>(json('expected.json'), 5)) {
      const { prompt, ids } = expected;
      const written = await writer.write(prompt);
      expect(written.text).toBe(prompt + expected.greedyText);
      const [{ ids: greedy, score = 0 } = { ids: [] }] = written.hypotheses;
      expect(greedy).toEqual(expected.greedyIds);
      expect(Math.abs(score - expected.greedyLogProbability)).toBeLessThan(1e-3);
      // The first character has no probability: the published model has read nothing before it.
      const { data } = await forced({ ids: [[bos, ...ids.slice(0, -1)]] });
      const logs = ids.map((id, t) => data[t * model.targetVocabulary + id]!).slice(1);
      expect(Math.abs(sum(logs) - expected.promptLogProbability)).toBeLessThan(1e-3);
    }
    forced.dispose();
    writer.dispose();
  });

  it('decodes as its logits say in float64, from any prompt', async () => {
    const characters = Object.fromEntries([...'bread'].map((character, id) => [character, id]));
    const config = { characters, embeddingSize: 6, hiddenSize: 8, layers: 2 };
    const { 'model.json': description } = characterFiles(config, new Uint8Array(), 9);
    const model = characterLstm.create('character-lstm', JSON.parse(description).config);
    const { arena, parameters: random } = randomParameters(model, 3);
    const writer = await load({ 'model.json': description, 'model.safetensors': random });
    for (const prompt of ['', 'a', 'bread']) {
      const written = await writer.write(prompt);
      expect(written.finished).toBe(false);
      const [best] = written.hypotheses;
      const target = [6, ...[...prompt].map((character) => characters[character]!), ...best!.ids];
      const logs = logProbabilities({ family: 'language', model }, arena, [], target, []);
      best!.tokenScores!.forEach((score, t) => {
        const row = logs[prompt.length + t]!;
        expect(Math.abs(score - row[best!.ids[t]!]!)).toBeLessThan(1e-4);
        expect(score).toBeGreaterThan(Math.max(...row) - 1e-4);
      });
      expect(best!.ids).toHaveLength(9);
    }
    writer.dispose();
  });

  it('refuses another configuration', () => {
    expect(() => characterLstm.create('character-lstm', { characters: 5 })).toThrow(
      /embeddingSize/,
    );
  });
});

describe("CTranslate2's transliteration", () => {
  const { isHere, json, parameters } = published('aren-transliteration');
  const load = (files: ReturnType<typeof transliterationFiles>) =>
    Translator.load(files, {
      device: device(),
      kinds: [transliteration],
      decodings: [alternatives, scoredGreedy],
    });

  it.runIf(isHere)('writes the expected names, with the expected probabilities', async () => {
    const translator = await load(transliterationFiles(json('config.json'), parameters()));
    const all = json('config.json').tgt_vocab.length - 1;
    for (const expected of json('expected.json') as ExpectedName[]) {
      const decoding = { ...SCORED, alternatives: all } as const;
      const name = await translator.translate(expected.source.join(''), { decoding });
      expect(name.tokens).toEqual(expected.greedy);
      const [best] = name.hypotheses;
      expect(Math.abs(best!.score! - expected.log_prob)).toBeLessThan(1e-3);
      const [first = []] = best!.alternatives!;
      expect(first).toHaveLength(all);
      for (const { id, probability } of first) {
        const log = expected.first_step_log_probs[id]!;
        expect(Math.abs(Math.log(probability) - log)).toBeLessThan(1e-3);
      }
    }
    translator.dispose();
  });

  it('decodes as its logits say in float64, and attends to the name', async () => {
    const letters = { src_vocab: ['<blank>', '<s>', '</s>', ...'bread'] };
    const config = {
      ...{
        d_model: 8,
        nhead: 2,
        dim_feedforward: 12,
        num_encoder_layers: 2,
        num_decoder_layers: 2,
      },
      ...{ ...letters, tgt_vocab: ['<blank>', '<s>', '</s>', ...'cake'] },
    };
    const { 'model.json': description } = transliterationFiles(config, new Uint8Array());
    const model = transliteration.create('transliteration', JSON.parse(description).config);
    const { arena, parameters: random } = randomParameters(model, 5);
    const translator = await load({ 'model.json': description, 'model.safetensors': random });
    for (const source of ['a', 'bread']) {
      const name = await translator.translate(source, { decoding: SCORED });
      const ids = [...source].map((letter) => config.src_vocab.indexOf(letter));
      const said = name.tokens.map((letter) => [...config.tgt_vocab, '<unk>'].indexOf(letter));
      const [best] = name.hypotheses;
      const logs = logProbabilities(
        { family: 'translation', model },
        arena,
        [...ids, 2],
        [1, ...said].slice(0, best!.tokenScores!.length),
        [0, 1],
      );
      best!.tokenScores!.forEach((score, t) => {
        const row = logs[t]!;
        expect(Math.abs(score - row[said[t] ?? 2]!)).toBeLessThan(1e-4);
        expect(score).toBeGreaterThan(Math.max(...row) - 1e-4);
      });
      for (const row of name.alignment) expect(sum(row)).toBeCloseTo(1, 4);
    }
    translator.dispose();
  });
});
