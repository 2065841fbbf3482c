/** What apps hand in to a load: found by its name, and named when it is missing. */
import { describe, expect, it } from 'vitest';
import { FormatError, OptionError } from '../../../src/core/errors';
import * as exported from '../../../src/entries/models';
import { beamSearch } from '../../../src/generate/beam';
import { strategyOf } from '../../../src/generate/method';
import { sampling } from '../../../src/generate/sampling';
import { allKinds, allRecipes } from '../../../src/models/allKinds';
import { createOfKind, type Family, type ModelKind } from '../../../src/models/kind';
import { modelLayout } from '../../../src/models/layout';
import { transformer, transformerModel } from '../../../src/models/transformer';
import { PARAMETER_DTYPES, storedLayout } from '../../../src/nn/storage';
import { everything } from '../../../src/tasks/everything';
import { quantised } from '../../../src/tasks/storage';

const SIZES = { sourceVocabulary: 9, targetVocabulary: 9 };
/** What the configuration of each family says of its vocabularies. */
const VOCABULARIES: Readonly<Record<Family, object>> = {
  translation: SIZES,
  language: { vocabulary: 9 },
  'masked language': { vocabulary: 9, maskId: 8 },
  denoising: { vocabulary: 9, maskId: 8 },
  'word vector': { vocabulary: 9 },
};
const IDS = { pad: 0, bos: 1, eos: 2 };

describe('kinds of models', () => {
  it('have names of their own, and are exported for apps', () => {
    const names = allKinds.flatMap((kind) => kind.names);
    expect(names).toEqual([...new Set(names)]);
    expect(Object.values(exported)).toEqual(expect.arrayContaining([...allKinds]));
    expect(names).toEqual(expect.arrayContaining(['transformer', 'lstm', 'cbow']));
  });

  it('each have a recipe, unless they are there for published models', () => {
    const names = allRecipes.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    const without = allKinds.filter((kind) => !kind.names.every((name) => names.includes(name)));
    for (const kind of without) expect(kind.published?.modelTypes, kind.names[0]).not.toEqual([]);
    expect(without.every(({ published }) => published !== undefined)).toBe(true);
    for (const { name, kind } of allRecipes) expect(kind.names).toContain(name);
  });

  it.each(allRecipes.map((recipe) => [recipe.name, recipe] as const))(
    '%s: the options of the recipe give a configuration that works',
    (name, { kind, flags, small, hasMaxLength }) => {
      const defaults = flags.flatMap(({ fields, default: value }) =>
        value === undefined ? [] : fields.map((field) => [field, value] as const),
      );
      const shared = { ...VOCABULARIES[kind.family], ...(hasMaxLength ? { maxLength: 7 } : {}) };
      const config = { ...Object.fromEntries(defaults), ...shared };
      expect(kind.create(name, config)).toMatchObject({ kind: name, config });
      const tiny = { ...small, ...shared };
      expect(kind.create(name, tiny)).toMatchObject({ kind: name, config: tiny });
    },
  );

  it('make the model of a configuration, or say what is wrong with it', () => {
    const create = (kind: string, config: unknown) =>
      createOfKind([transformer], 'translation', kind, config);
    expect(create('transformer', SIZES).kind).toBe('transformer');
    expect(() => create('transformer', null)).toThrow(FormatError);
    expect(() => create('transformer', { ...SIZES, heads: 'x' })).toThrow(FormatError);
    const missing =
      "no imported kind of model is called 'lstm'; imported: transformer; import others";
    expect(() => create('lstm', {})).toThrow(missing);
    expect(() => create('constructor', {})).toThrow("is called 'constructor'");
    expect(() => createOfKind([], 'language', 'lstm', {})).toThrow('imported: none; import others');
    expect(() => createOfKind(allKinds, 'language', 'cbow', {})).toThrow(
      /'cbow' is not a language model; imported ones: .*rnn, lstm, gru/,
    );
  });

  it("may be an app's own", () => {
    const own: ModelKind<'translation'> = {
      family: 'translation',
      names: ['mine'],
      create: (_, config) => transformer.create('transformer', config),
    };
    expect(createOfKind([own], 'translation', 'mine', SIZES).kind).toBe('transformer');
    expect(() => createOfKind([own], 'language', 'mine', SIZES)).toThrow('is not a language model');
  });
});

describe('ways of decoding', () => {
  it('differ in their plans by what changes them alone', () => {
    const key = (decoding: Parameters<typeof strategyOf>[0]) =>
      strategyOf(decoding, IDS, everything.decodings).key;
    const beam = { kind: 'beam', width: 4 } as const;
    expect(key({ width: 4, kind: 'beam' })).toBe(key(beam));
    expect(key({ ...beam, best: 2 })).not.toBe(key(beam));
    expect(key({ kind: 'sample', temperature: 2 })).toBe(key({ kind: 'sample', temperature: 0.5 }));
    expect(key({ kind: 'sample' })).toBe(key({ kind: 'sample', temperature: 1 }));
    expect(key({ kind: 'sample', topK: 5 })).not.toBe(key({ kind: 'sample', topK: 6 }));
    expect(key({ kind: 'greedy', scores: false })).toBe(key({ kind: 'greedy' }));
    expect(key({ kind: 'greedy', scores: true })).not.toBe(key({ kind: 'greedy' }));
    const banning = (banned: readonly number[]) => key({ ...beam, constraints: { banned } });
    expect(banning([3])).toBe(banning([4, 5]));
    expect(banning([])).not.toBe(key(beam));
    expect(key({ ...beam, prefix: [] })).toBe(key({ ...beam, prefix: [[3]] }));
    expect(key({ ...beam, alternatives: 2 })).not.toBe(key({ ...beam, alternatives: 3 }));
    expect(key({ ...beam, searchTree: false, stop: undefined })).toBe(key(beam));
  });

  it('check their options, those of settings too', () => {
    const make = (decoding: unknown) => () =>
      strategyOf(decoding as { kind: 'greedy' }, IDS, [beamSearch, sampling]);
    expect(make({ kind: 'greedy' })().key).toBe('greedy');
    const run = { seed: 0, batch: 1, vocabulary: 9, maxLength: 8 };
    const { sharpness } = make({ kind: 'sample', temperature: 0.5 })().values(run);
    expect(sharpness).toEqual({ shape: [1], data: Float32Array.of(2) });
    expect(make({ kind: 'sample', temperature: 0 })).toThrow('temperature must be above 0');
    expect(make({ kind: 'beam', width: 2, depth: 3 })).toThrow("unknown option 'depth'");
    expect(make({ kind: 'greedy', scores: true })).toThrow("import { scoredGreedy } from 'qkv/");
    expect(make({ kind: 5 })).toThrow('found {"kind":5}');
  });
});

describe('element types of parameters', () => {
  const layout = modelLayout(transformerModel({ ...SIZES, modelSize: 16, heads: 2 }));

  it('are made by what was handed in; float32 always is', () => {
    expect(storedLayout(layout, {}, [])).toBe(layout);
    for (const dtype of PARAMETER_DTYPES.slice(1)) {
      expect(storedLayout(layout, { dtype }, [quantised]).wordCount).toBeGreaterThan(0);
      const make = () => storedLayout(layout, { dtype }, []);
      expect(make).toThrow(OptionError);
      expect(make).toThrow("import { quantised } from 'qkv/models'");
    }
  });

  it('that are unknown are shown as they were written', () => {
    const strange = (options: object) => () => storedLayout(layout, options, [quantised]);
    expect(strange({ dtype: 'int3' })).toThrow("one of f32, f16, int8, int4, found 'int3'");
    expect(strange({ dtype: null })).toThrow('found null');
    expect(strange({ arithmetic: 'f64' })).toThrow("one of f32, f16, found 'f64'");
    expect(strange({ arithmetic: 'f16' })).toThrow('needs parameters stored as f16, int8 or int4');
  });
});
