/** What apps hand in to a load: found by its name, and named when it is missing. */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import * as exported from '../../../src/entries/models';
import { beamSearch } from '../../../src/generate/beam';
import { planKey, strategyOf } from '../../../src/generate/method';
import { sampling } from '../../../src/generate/sampling';
import {
  createOfKind,
  familyOf,
  languageModelKinds,
  type ModelKind,
  modelKinds,
  wordVectorKinds,
} from '../../../src/models/kinds';
import { modelLayout } from '../../../src/models/layout';
import { allKinds } from '../../../src/models/registry';
import { transformer, transformerModel } from '../../../src/models/transformerModel';
import { quantised } from '../../../src/nn/quantisedStorage';
import { storedLayout, WEIGHT_FORMATS } from '../../../src/nn/storage';
import { everything } from '../../../src/tasks/everything';

const SIZES = { sourceVocabulary: 9, targetVocabulary: 9 };
const IDS = { pad: 0, bos: 1, eos: 2 };

describe('kinds of models', () => {
  const names = {
    translation: modelKinds,
    language: languageModelKinds,
    'word vector': wordVectorKinds,
  };

  it('all are known by the names that apps ask for', () => {
    for (const [family, known] of Object.entries(names)) {
      const own = allKinds.filter((kind) => kind.family === family).flatMap((kind) => kind.names);
      expect(own.toSorted()).toEqual([...known].toSorted());
    }
  });

  it.each([...modelKinds, ...languageModelKinds])(
    '%s, not handed in, names an import that exists',
    (name) => {
      const family = familyOf([], name)!;
      const make = () => createOfKind([], family, name, {});
      expect(make).toThrow(OptionError);
      const found = /import { (\w+) } from 'qkv\/models'/.exec(message(make))?.[1] ?? '';
      const kind = new Map<string, unknown>(Object.entries(exported)).get(found);
      expect(allKinds).toContain(kind);
      expect((kind as ModelKind).names).toContain(name);
    },
  );

  it('make the model of a configuration, or say what is wrong with it', () => {
    const create = (kind: string, config: unknown) =>
      createOfKind([transformer], 'translation', kind, config);
    expect(create('transformer', SIZES).kind).toBe('transformer');
    expect(() => create('transformer', null)).toThrow(FormatError);
    expect(() => create('transformer', { ...SIZES, heads: 'x' })).toThrow(FormatError);
    expect(() => create('lstm', {})).toThrow("'lstm' is no translation model; those are");
    expect(() => create('mamba', {})).toThrow("unknown model kind 'mamba'; known: seq2seq");
    expect(() => create('constructor', {})).toThrow("unknown model kind 'constructor'");
  });

  it("may be an app's own", () => {
    const own: ModelKind<'translation'> = {
      family: 'translation',
      names: ['mine'],
      create: (_, config) => transformer.create('transformer', config),
    };
    expect(createOfKind([own], 'translation', 'mine', SIZES).kind).toBe('transformer');
    expect(() => createOfKind([own], 'language', 'mine', SIZES)).toThrow('is no language model');
  });
});

describe('ways of decoding', () => {
  it('differ in their plans by what changes them alone', () => {
    const key = (decoding: Parameters<typeof planKey>[0]) =>
      planKey(decoding, everything.decodings);
    const beam = { kind: 'beam', width: 4 } as const;
    expect(key({ width: 4, kind: 'beam' })).toBe(key(beam));
    expect(key({ ...beam, best: 2 })).not.toBe(key(beam));
    expect(key({ kind: 'sample', temperature: 2 })).toBe(key({ kind: 'sample', temperature: 0.5 }));
    expect(key({ kind: 'sample' })).toBe(key({ kind: 'sample', temperature: 1 }));
    expect(key({ kind: 'sample', topK: 5 })).not.toBe(key({ kind: 'sample', topK: 6 }));
    expect(key({ kind: 'greedy', scores: false })).toBe(key({ kind: 'greedy' }));
    expect(key({ kind: 'greedy', scores: true })).not.toBe(key({ kind: 'greedy' }));
  });

  it('check their options, those of settings too', () => {
    const make = (decoding: unknown) => () =>
      strategyOf(decoding as { kind: 'greedy' }, IDS, [beamSearch, sampling]);
    expect(make({ kind: 'greedy' })().name).toBe('greedy');
    expect(make({ kind: 'sample', temperature: 0.5 })().settings).toEqual({ sharpness: 2 });
    expect(make({ kind: 'sample', temperature: 0 })).toThrow('temperature must be above 0');
    expect(make({ kind: 'beam', width: 2, depth: 3 })).toThrow("unknown option 'depth'");
    expect(make({ kind: 'greedy', scores: true })).toThrow("import { scoredGreedy } from 'qkv/");
    expect(make({ kind: 5 })).toThrow('found {"kind":5}');
  });
});

describe('formats of weights', () => {
  const layout = modelLayout(transformerModel({ ...SIZES, modelSize: 16, heads: 2 }));

  it('are made by what was handed in; float32 always is', () => {
    expect(storedLayout(layout, {}, [])).toBe(layout);
    for (const weights of WEIGHT_FORMATS.slice(1)) {
      expect(storedLayout(layout, { weights }, [quantised]).wordCount).toBeGreaterThan(0);
      const make = () => storedLayout(layout, { weights }, []);
      expect(make).toThrow(OptionError);
      expect(make).toThrow("import { quantised } from 'qkv/models'");
    }
  });

  it('that are unknown are shown as they were written', () => {
    const strange = (options: object) => () => storedLayout(layout, options, [quantised]);
    expect(strange({ weights: 'int3' })).toThrow("one of f32, f16, int8, int4, found 'int3'");
    expect(strange({ weights: null })).toThrow('found null');
    expect(strange({ arithmetic: 'f64' })).toThrow("one of f32, f16, found 'f64'");
    expect(strange({ arithmetic: 'f16' })).toThrow('needs weights stored as f16, int8 or int4');
  });
});

function message(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  return '';
}
