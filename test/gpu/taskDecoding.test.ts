/** Features of decoding from the tasks, which name tokens by their texts, also in a worker. */
import { join } from 'node:path';
import { everything, InputError, Restorer, Translator, Writer } from 'qkv';
import { alternatives, beamSearch, constraints, prefix, searchTree, stop } from 'qkv/generate';
import { transformer } from 'qkv/models';
import { connect, serve } from 'qkv/worker';
import { expect, it } from 'vitest';
import { DECODING_KINDS, decodingSubject, WAYS } from '../support/decodingSubjects';
import { useDevice } from '../support/device';
import { isFull } from '../support/sample';

const device = useDevice();
const MODEL = join(import.meta.dirname, '../../demo/public/models/toy-transformer');

it('a translator begins with a prefix, bans, stops, and shows alternatives and the tree', async () => {
  const decodings = [beamSearch, alternatives, constraints, prefix, searchTree, stop];
  const translator = await Translator.load(MODEL, {
    device: device(),
    kinds: [transformer],
    decodings,
  });
  const text = 'the dog eats the apple';
  const plain = await translator.translate(text);
  const [first = '', second = ''] = plain.tokens;

  const beam = { kind: 'beam', width: 3, best: 2, alternatives: 4, searchTree: true } as const;
  const { hypotheses } = await translator.translate(text, { decoding: beam });
  const [best] = hypotheses;
  expect(best!.tokens).toEqual(plain.tokens);
  expect(best!.alternatives![0]![0]!.token).toBe(first);
  const path: (string | undefined)[] = [];
  for (let at = best!.node; at !== undefined; at = best!.tree!.nodes[at]!.parent) {
    path.unshift(best!.tree!.nodes[at]!.token);
  }
  expect(path.slice(0, -1)).toEqual(best!.tokens);

  const banned = { kind: 'greedy', constraints: { banned: [second] } } as const;
  expect((await translator.translate(text, { decoding: banned })).tokens).not.toContain(second);
  const forced = { kind: 'greedy', prefix: [[second, first]] } as const;
  const begun = await translator.translate(text, { decoding: forced });
  expect(begun.tokens.slice(0, 2)).toEqual([second, first]);
  const stopped = { kind: 'greedy', stop: { texts: [`${second} `] } } as const;
  expect((await translator.translate(text, { decoding: stopped })).tokens).toEqual([first]);
  // A forced prefix stops nothing.
  const both = { ...stopped, prefix: [[first, second]] } as const;
  expect((await translator.translate(text, { decoding: both })).tokens).toEqual(plain.tokens);
  const token = { kind: 'greedy', stop: { tokens: [second] } } as const;
  expect((await translator.translate(text, { decoding: token })).tokens).toEqual([first, second]);

  const unknown = { kind: 'greedy', prefix: [['zzz']] } as const;
  await expect(translator.translate(text, { decoding: unknown })).rejects.toThrow(InputError);
  translator.dispose();
});

// One kind for each task, and others in the full run.
it.each(isFull ? DECODING_KINDS : ['seq2seq', 'gpt', 'bart'])(
  'a worker decodes %s with every feature',
  async (kind) => {
    const { small } = decodingSubject(kind);
    const { port1, port2 } = new MessageChannel();
    const { kinds, decodings } = everything;
    serve(
      { Restorer, Translator, Writer },
      { load: { device: device(), kinds, decodings }, port: port2 },
    );
    const page = Object.assign(port1, { terminate: () => port1.close() });
    const { services, terminate } = connect(page as unknown as Worker);
    for (const port of [port1, port2]) port.start();
    const load = async () => {
      if (small.family === 'language') {
        const writer = await services.Writer.load(small.files);
        return { app: writer, ask: writer.write.bind(writer) };
      }
      if (small.family === 'denoising') {
        const restorer = await services.Restorer.load(small.files);
        return { app: restorer, ask: restorer.restore.bind(restorer) };
      }
      const translator = await services.Translator.load(small.files);
      return { app: translator, ask: translator.translate.bind(translator) };
    };
    const { app, ask } = await load();
    for (const way of isFull ? WAYS : WAYS.slice(2)) {
      const { tokens, hypotheses } = await ask('a c e', {
        decoding: {
          ...way,
          ...{ alternatives: 2, searchTree: true, prefix: [['b', 'f']] },
          ...{ constraints: { banned: ['a', '<unk>'] }, stop: { tokens: ['d', 'g', 'h'] } },
        },
      });
      expect(tokens.slice(0, 2)).toEqual(['b', 'f']);
      expect(hypotheses.length).toBeGreaterThan(0);
      for (const { alternatives: some = [], tree, node, finished, score } of hypotheses) {
        const path: (string | undefined)[] = [];
        let sum = 0;
        for (let at = node; at !== undefined; at = tree!.nodes[at]!.parent) {
          path.unshift(tree!.nodes[at]!.token);
          sum += tree!.nodes[at]!.logProbability;
        }
        expect(path.at(-1) === '<eos>').toBe(finished);
        expect(Math.abs(sum - score!)).toBeLessThan(1e-3);
        const said = finished ? path.slice(0, -1) : path;
        expect(said.slice(0, 2)).toEqual(['b', 'f']);
        expect(said.filter((token) => token === 'a' || token === '<unk>')).toEqual([]);
        const stops = said.slice(0, -1).filter((token) => ['d', 'g', 'h'].includes(token!));
        expect(stops).toEqual([]);
        expect(some).toHaveLength(path.length);
        for (const each of some) expect(each.every(({ token }) => token !== undefined)).toBe(true);
      }
    }
    await app.dispose();
    terminate();
    port2.close();
  },
);
