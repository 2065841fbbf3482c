/** Features of decoding from a translator, which name tokens by their texts. */
import { join } from 'node:path';
import { InputError, Translator } from 'qkv';
import { alternatives, beamSearch, constraints, prefix, searchTree, stop } from 'qkv/generate';
import { transformer } from 'qkv/models';
import { expect, it } from 'vitest';
import { useDevice } from '../support/device';

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
  const token = { kind: 'greedy', stop: { tokens: [second] } } as const;
  expect((await translator.translate(text, { decoding: token })).tokens).toEqual([first, second]);

  const unknown = { kind: 'greedy', prefix: [['zzz']] } as const;
  await expect(translator.translate(text, { decoding: unknown })).rejects.toThrow(InputError);
  translator.dispose();
});
