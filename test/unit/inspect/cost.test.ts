/** Looking inside a model costs little: at most half as many dispatches again as a run that nobody looks into. */
import { dim, explain, i32 } from 'qkv/graph';
import { type Inspectable, valueNames } from 'qkv/inspect';
import { allRecipes, type ConfigValues, createModel, modelLayout } from 'qkv/models';
import { expect, it } from 'vitest';
import { compileGraph } from '../../../src/compiler/compile';
import { inspectedGraph } from '../../../src/inspect/inspectedGraph';
import { withoutRearrangements } from '../../../src/inspect/rearrangement';
import { defined } from '../../../tools/lib/defined';
import { TARGETS } from '../../support/lowered';

const [LENGTH, vocabulary] = [5, 12];
const [S, T] = [dim('S', LENGTH), dim('T', LENGTH)];

/** A small model of a kind over one sequence. */
function subjectOf(name: string, config: ConfigValues) {
  const recipe = defined(
    allRecipes.find((one) => one.name === name),
    name,
  );
  const { kind, small, hasMaxLength } = recipe;
  const own = { ...small, ...(hasMaxLength && { maxLength: LENGTH }), ...config };
  const targetInput = i32(1, T);
  if (kind.family === 'language') {
    const model = createModel(kind.family, name, { ...own, vocabulary });
    const inspectable: Inspectable = {
      inputs: { targetInput },
      forward: (scope, inputs) => {
        scope.note('logits', model.logits(scope, { targetInput: inputs('targetInput') }));
        return undefined;
      },
    };
    return { inspectable, layout: modelLayout(model) };
  }
  const sizes = { sourceVocabulary: vocabulary, targetVocabulary: vocabulary };
  const model = createModel('translation', name, { ...own, ...sizes });
  const inspectable: Inspectable = {
    inputs: { source: i32(1, S), sourceLengths: i32(1), targetInput },
    forward: (scope, inputs) => {
      const [source, sourceLengths] = [inputs('source'), inputs('sourceLengths')];
      const batch = { source, sourceLengths, targetInput: inputs('targetInput') };
      scope.note('logits', model.logits(scope, batch));
      return undefined;
    },
  };
  return { inspectable, layout: modelLayout(model) };
}

const VARIANTS: readonly (readonly [string, ConfigValues])[] = [
  ['transformer', { normFirst: true, activation: 'gelu', encoderLayers: 2, decoderLayers: 2 }],
  ['bahdanau', { cell: 'gru' }],
  ['bahdanau', { score: 'general', cell: 'lstm' }],
  ['bahdanau', { score: 'dot', cell: 'gru-reset-before' }],
];
const KINDS = allRecipes
  .filter(({ kind: { family } }) => family === 'translation' || family === 'language')
  .map(({ name }) => [name, {}] as const);

it.each([...KINDS, ...VARIANTS])('all values of %s %o', (name, config) => {
  const { inspectable, layout } = subjectOf(name, config);
  const dispatchesFor = (values: readonly string[]) => {
    const { graph } = inspectedGraph(layout, inspectable, { values });
    const plan = compileGraph(withoutRearrangements(graph).graph);
    return explain(plan, { target: TARGETS.gpu }).dispatches;
  };
  const { values } = valueNames(inspectable);
  expect(values.length).toBeGreaterThan(3);
  expect(dispatchesFor(values)).toBeLessThanOrEqual(1.5 * dispatchesFor(['logits']));
});
