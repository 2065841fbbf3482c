/** The plans of decoders, which an app does not verify: all models and all ways of decoding. */
import { describe, expect, it } from 'vitest';
import { planGraph } from '../../../src/compiler/compile';
import { verifyPlan } from '../../../src/compiler/plan/verify';
import type { Decoding } from '../../../src/generate/decoder';
import { encodeGraph, stepGraph } from '../../../src/generate/graphs';
import { strategyOf } from '../../../src/generate/method';
import { createModel } from '../../../src/models/allKinds';
import { modelLayout } from '../../../src/models/layout';
import type { Decodable } from '../../../src/models/model';
import type { ParameterLayout } from '../../../src/nn/parameters';
import { storedLayout } from '../../../src/nn/storage';
import { everything } from '../../../src/tasks/everything';

const IDS = { pad: 0, bos: 1, eos: 2 };
const SIZES = { sourceVocabulary: 12, targetVocabulary: 9, maxLength: 10 };

const transformer = createModel('translation', 'transformer', {
  ...SIZES,
  modelSize: 16,
  heads: 2,
  feedForward: 24,
});
const language = createModel('language', 'lstm', { vocabulary: 9, maxLength: 10 });

const models: readonly (readonly [string, Decodable, ParameterLayout])[] = [
  ['transformer', transformer, modelLayout(transformer)],
  [
    'quantised transformer',
    transformer,
    storedLayout(modelLayout(transformer), { dtype: 'int8' }, everything.formats),
  ],
  ...(['seq2seq', 'bahdanau'] as const).map((kind) => {
    const model = createModel('translation', kind, SIZES);
    return [kind, model, modelLayout(model)] as const;
  }),
  ['lstm', language, modelLayout(language)],
];

const decodings: readonly Decoding[] = [
  { kind: 'greedy' },
  { kind: 'greedy', scores: true },
  { kind: 'beam', width: 3 },
  { kind: 'sample' },
  { kind: 'sample', topK: 4, topP: 0.9, minP: 0.1, typicalP: 0.9, etaCutoff: 0.01 },
  {
    kind: 'publishedBeam',
    width: 3,
    generationRules: { noRepeatNgrams: 2, bannedSequences: [[3, 4]], ends: [2, 5] },
  },
];

describe.each(models)('of a %s', (_, model, layout) => {
  it.each(decodings)('by %o', (decoding) => {
    const strategy = strategyOf(decoding, IDS, everything.decodings);
    for (const attention of model.attends ? [false, true] : [false]) {
      const options = { maxBatch: 2, ids: IDS, strategy, attention };
      for (const make of [encodeGraph, stepGraph]) {
        const plan = planGraph(make(model, layout, options));
        expect(plan.steps.length).toBeGreaterThan(2);
        verifyPlan(plan);
      }
    }
  });
});
