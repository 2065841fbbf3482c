/** Published encoders through their loads: what the reference fills in, classifies and embeds. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Classifier, Embedder, hub, MaskFiller } from 'qkv';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { bert } from 'qkv/models';
import { tokenizerJson } from 'qkv/text';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../../support/device';
import { DATA } from '../../support/vectors';

const device = useDevice();
const FOLDERS = join(DATA, 'hf');
const expectedOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
const source = (folder: string) => hub(join(folder, 'model'), { tokenizers: [tokenizerJson] });
const options = () => ({ device: device(), kinds: [bert] });
const folders = (task: string) =>
  readdirSync(FOLDERS)
    .map((name) => join(FOLDERS, name))
    .filter((folder) => existsSync(join(folder, 'model')) && expectedOf(folder).task === task);

describe('fills in', () => {
  it.each(folders('fill'))('%s', async (folder) => {
    const filler = await MaskFiller.load(source(folder), options());
    for (const { text, masks } of expectedOf(folder).fill) {
      const found = await filler.fill(text);
      masks.forEach(({ top }: any, i: number) => {
        expect(found.masks[i]!.map(({ token }) => token)).toEqual(top.map((t: any) => t.token));
        top.forEach((t: any, j: number) => expect(Math.abs(found.masks[i]![j]!.probability - t.probability)).toBeLessThan(1e-6));
      });
    }
    filler.dispose();
  });
});

describe('classifies', () => {
  it.each(folders('classify'))('%s', async (folder) => {
    const classifier = await Classifier.load(source(folder), options());
    const cases = expectedOf(folder).classify;
    const all = await classifier.classifyAll(cases.map((c: any) => c.text));
    cases.forEach(({ scores }: any, i: number) => {
      for (const { label, probability } of all[i]!.labels) expect(Math.abs(probability - scores[label])).toBeLessThan(2e-6);
    });
    classifier.dispose();
  });
});

describe('embeds', () => {
  it.each([...folders('embed'), join(DATA, 'minilm')])('%s', async (folder) => {
    const e = expectedOf(folder);
    const embed = e.embed ?? e;
    const embedder = await Embedder.load(source(folder), options());
    const tensors = parseSafetensors(readFileSync(join(folder, 'expected.safetensors'))).tensors;
    console.log([...tensors.keys()].join(), embed.tensor, Object.keys(e));
    const want = toFloat32('e', tensors.get(embed.tensor ?? 'embeddings')!);
    const t = performance.now();
    const all = await embedder.embedAll(embed.texts);
    const size = all[0]!.length;
    let worst = 1; let diff = 0;
    all.forEach((v, i) => {
      let [p, a, b] = [0, 0, 0];
      v.forEach((x, j) => { const y = want[i * size + j]!; p += x * y; a += x * x; b += y * y; diff = Math.max(diff, Math.abs(x - y)); });
      worst = Math.min(worst, p / Math.sqrt(a * b));
    });
    console.log(folder, 1 - worst, diff, performance.now() - t, JSON.stringify(embedder.memory));
    expect(worst).toBeGreaterThan(0.999999);
    embedder.dispose();
  });
});
