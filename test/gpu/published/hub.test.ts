/**
 * Published models of every kind through their loads: what the reference implementation generates,
 * fills in, classifies and embeds. Where the reference folders are absent, the fixtures alone are read.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Classifier, Embedder, hub, MaskFiller, Translator, Writer } from 'qkv';
import {
  type Decoding,
  generationRules,
  publishedBeamSearch,
  sampling,
  scoredGreedy,
} from 'qkv/generate';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { bert, gemma, gpt2, llama, m2m100, marian, mbart, publishedBart, t5 } from 'qkv/models';
import { m2m100Tokenizer, marianTokenizer, readChatTemplate, tokenizerJson } from 'qkv/text';
import { afterEach, describe, expect, it } from 'vitest';
import { useDevice } from '../../support/device';
import { DATA } from '../../support/vectors';

const device = useDevice();
const FOLDERS = join(DATA, 'hf');
const KINDS = [bert, gemma, gpt2, llama, m2m100, marian, mbart, publishedBart, t5];
const DECODINGS = [generationRules, publishedBeamSearch, sampling, scoredGreedy];
const TOKENIZERS = [tokenizerJson, marianTokenizer, m2m100Tokenizer];

interface Row { readonly text: string; readonly input_ids: number[]; readonly sequences: number[][]; readonly scores?: number[]; readonly texts: string[] }
interface Case { readonly name: string; readonly options: Record<string, unknown>; readonly rows: Row[] }
interface Expected {
  readonly task: string;
  readonly generate: Case[];
}

const names = existsSync(FOLDERS)
  ? readdirSync(FOLDERS).filter((n) => existsSync(join(FOLDERS, n, 'model')))
  : [];
const expectedOf = (name: string): Expected => JSON.parse(readFileSync(join(FOLDERS, name, 'expected.json'), 'utf8'));

describe.each(names.filter((n) => expectedOf(n).generate.length > 0))('%s', (name) => {
  const expected = expectedOf(name);
  const source = (generation: Record<string, unknown>) =>
    hub(join(FOLDERS, name, 'model'), { tokenizers: TOKENIZERS, chat: readChatTemplate, generation, batch: 4 });
  const options = () => ({ device: device(), kinds: KINDS, decodings: DECODINGS });
  for (const { name: title, options: generation, rows } of expected.generate) {
    it(`generates: ${title}`, async () => {
      const isSeq = expected.task === 'translate';
      const loaded = isSeq ? await Translator.load(source(generation), options()) : await Writer.load(source(generation), options());
      const bad: string[] = [];
      const all = loaded instanceof Translator ? await loaded.translateAll(rows.map((r) => r.text)) : await loaded.writeAll(rows.map((r) => r.text));
      rows.forEach((row, i) => {
        const got = all[i]!;
        const first = row.sequences[0]!;
        const want = isSeq ? first.slice(1) : first;
        const h = got.hypotheses[0]!;
        const ids = [...h.ids];
        const text = 'target' in got ? got.target : got.continuation;
        const w = [...want];
        // strip eos
        if (JSON.stringify(ids) !== JSON.stringify(w) && JSON.stringify(ids) !== JSON.stringify(w.slice(0, -1))) bad.push(`${row.text} -> ${ids} want ${w}`);
        else if (text !== row.texts[0]) bad.push(`text ${JSON.stringify(text)} want ${JSON.stringify(row.texts[0])}`);
        if (row.scores) { const s = h.rank ?? h.score; if (Math.abs((s ?? NaN) - row.scores[0]!) > 1e-4 || s === undefined) bad.push(`score ${s} want ${row.scores[0]}`); }
      });
      loaded.dispose();
      expect(bad).toEqual([]);
    });
  }
});
