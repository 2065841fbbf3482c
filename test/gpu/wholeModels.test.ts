/** Every kind of model as a whole on the GPU: logits, loss and every gradient are those of the oracle. */

import { evaluateGraph, NdArray } from 'qkv/cpu';
import {
  compileGraph,
  type Graph,
  gradients,
  ops,
  Program,
  StateStore,
  type Tensor,
  trace,
} from 'qkv/graph';
import {
  allRecipes,
  createModel,
  llamaModel,
  type ModelRecipe,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  sequenceClassifier,
} from 'qkv/models';
import {
  bindParameters,
  initialArena,
  PARAMETERS,
  type ParameterLayout,
  parameterStates,
} from 'qkv/nn';
import { EPSILON, worstDifference } from 'qkv/selfcheck';
import { type Batch, type LabelledBatch, labelledBatch } from 'qkv/text';
import {
  labellingTask,
  languageTask,
  type TrainingTask,
  taskLayout,
  translationTask,
} from 'qkv/train';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { sampled } from '../support/sample';
import {
  batchesOf,
  movedPairs,
  TINY_OPTIONS,
  TINY_TASKS,
  VOCABULARY,
} from '../support/smallTraining';

const device = useDevice();
const pairs = movedPairs(16, 1);
const [batch] = batchesOf(pairs, 1);
const labelled = pairs.map(({ source, target }) => ({ tokens: source, labels: target }));

const SHAPE = { vocabulary: VOCABULARY, classes: VOCABULARY, maxLength: 8, dropout: 0.1 };
const { maxLength: _, ...ONE } = SHAPE;
const first = ({ tokens, labels }: (typeof labelled)[number]) => ({ tokens, labels: [labels[0]!] });

interface Subject<B> {
  readonly task: TrainingTask<B>;
  readonly batch: B;
}

const SHAPES: Readonly<Record<string, Subject<LabelledBatch>>> = {
  'one to one': {
    task: labellingTask(oneToOne(ONE), { maxBatch: 16 }),
    batch: labelledBatch(
      labelled.map(({ tokens, labels }) => ({ tokens: [tokens[0]!], labels: [labels[0]!] })),
      { perToken: false },
    ),
  },
  'many to one, GRU': {
    task: labellingTask(manyToOne(SHAPE), { maxBatch: 16 }),
    batch: labelledBatch(labelled.map(first), { perToken: false }),
  },
  'many to many, 2 layers of tanh': {
    task: labellingTask(manyToMany({ ...SHAPE, cell: 'tanh', layers: 2 }), { maxBatch: 16 }),
    batch: labelledBatch(labelled, { perToken: true }),
  },
};

const TRANSLATIONS: Readonly<Record<string, Subject<Batch>>> = {
  ...Object.fromEntries(
    Object.entries(TINY_TASKS).map(([kind, make]) => [
      kind,
      { task: make(TINY_OPTIONS).task, batch: batch! },
    ]),
  ),
  ...Object.fromEntries(
    (['transformer', 'bahdanau'] as const).map((kind) => [
      `${kind} with one matrix for embeddings and output`,
      { task: translationTask(sharedModel(kind), TINY_OPTIONS), batch: batch! },
    ]),
  ),
  'one to many, LSTM': {
    task: translationTask(oneToMany({ ...SHAPE, cell: 'lstm' }), TINY_OPTIONS),
    batch: batch!,
  },
};

/** A small model whose embeddings and output share a matrix. */
function sharedModel(kind: string) {
  const { small } = allRecipes.find(({ name }) => name === kind)!;
  const sizes = { sourceVocabulary: VOCABULARY, targetVocabulary: VOCABULARY, maxLength: 8 };
  return createModel('translation', kind, { ...small, ...sizes, tied: 'all' });
}

/** The kinds of the registry that the lists above do not have, small, each for its family's task. */
function registered({ name, kind: { family }, small }: ModelRecipe): Subjects {
  if (Object.hasOwn(TINY_TASKS, name)) return {};
  const config = { ...small, maxLength: 8 };
  const [vocabulary, maskId] = [VOCABULARY, VOCABULARY - 1];
  switch (family) {
    case 'translation': {
      const sizes = { sourceVocabulary: vocabulary, targetVocabulary: vocabulary };
      const model = createModel(family, name, { ...config, ...sizes });
      return { [name]: () => check({ task: translationTask(model, TINY_OPTIONS), batch: batch! }) };
    }
    case 'denoising': {
      const model = createModel(family, name, { ...config, vocabulary, maskId });
      return { [name]: () => check({ task: translationTask(model, TINY_OPTIONS), batch: batch! }) };
    }
    case 'language': {
      const model = createModel(family, name, { ...config, vocabulary });
      return { [name]: () => check({ task: languageTask(model, TINY_OPTIONS), batch: batch! }) };
    }
    case 'masked language': {
      const model = createModel(family, name, { ...config, vocabulary, maskId });
      const perToken = labelledBatch(labelled, { perToken: true });
      const perText = labelledBatch(labelled.map(first), { perToken: false });
      const classifier = sequenceClassifier(model, VOCABULARY);
      return {
        [name]: () => check({ task: labellingTask(model, { maxBatch: 16 }), batch: perToken }),
        [`classifier on ${name}`]: () =>
          check({ task: labellingTask(classifier, { maxBatch: 16 }), batch: perText }),
      };
    }
    case 'word vector':
      return {};
  }
}

type Subjects = Readonly<Record<string, () => Promise<number>>>;

const REGISTERED: Subjects = Object.assign({}, ...allRecipes.map(registered));

const SMALL = { vocabulary: VOCABULARY, modelSize: 32, heads: 4, feedForward: 64, layers: 1 };
const GROUPED = { ...SMALL, kvHeads: 2, headSize: 12, maxLength: 8, dropout: 0.1 };

/** Kinds without a recipe, which are there for published models; with all of their parts. */
const PUBLISHED: Subjects = Object.fromEntries(
  [
    createModel('language', 'gpt2', { ...SMALL, maxLength: 8, tied: false }),
    llamaModel({ ...GROUPED, headNorms: true, attentionBias: true }),
    createModel('language', 'gemma', {
      ...{ ...GROUPED, activation: 'geluTanh', embeddingScale: 5, tied: true },
    }),
  ].map((model) => [
    model.kind,
    () => check({ task: languageTask(model, TINY_OPTIONS), batch: batch! }),
  ]),
);

/** Logits, loss, and the gradient of the loss for every parameter by its name; with dropout. */
function wholeGraph<B>(task: TrainingTask<B>, layout: ParameterLayout): Graph {
  return trace(
    (inputs, states) => {
      const noted = new Map<string, Tensor>();
      const observer = {
        ops,
        wants: (name: string) => name === 'logits',
        note: (name: string, tensor: Tensor) => void noted.set(name, tensor),
      };
      const arena = states(PARAMETERS);
      const source = { key: inputs('dropoutKey'), dropout: ops.dropout };
      const bound = bindParameters(layout, arena, source, observer);
      const { loss } = task.forward(bound.scope, inputs, 'training');
      const pieces = bound.pieces();
      const found = gradients(
        loss,
        pieces.map(({ tensor }) => tensor),
      );
      const grads = found.map((grad, i) => [`gradient at ${pieces[i]!.offset}`, grad] as const);
      return { outputs: { logits: noted.get('logits')!, loss, ...Object.fromEntries(grads) } };
    },
    {
      inputs: { ...task.inputs, dropoutKey: { dtype: 'i32', shape: [1] } },
      states: parameterStates(layout),
    },
  );
}

const tolerance = {
  relative: Math.sqrt(1e5) * EPSILON,
  because:
    'a value comes from about 100 tokens x 1000 terms, whose roundings add like a random walk ' +
    '(Higham and Mary 2019); relative to the largest of its tensor',
};

async function check<B>({ task, batch: given }: Subject<B>): Promise<number> {
  const layout = taskLayout(task);
  const graph = wholeGraph(task, layout);
  const start = initialArena(layout, 5);
  const feed = { ...task.feed(given), dropoutKey: { shape: [1], data: Int32Array.of(7) } };
  const arrays = new Map(
    Object.entries(feed).map(([name, { shape, data }]) => [name, NdArray.from(shape, data)]),
  );
  const sizes = new Map<string, number>();
  for (const [name, { shape }] of Object.entries(task.inputs)) {
    shape.forEach((d, i) => {
      if (typeof d !== 'number') sizes.set(d.key, arrays.get(name)!.shape[i]!);
    });
  }
  const states = new Map([[PARAMETERS, NdArray.from([layout.size], start)]]);
  const want = evaluateGraph(graph, arrays, states, sizes).outputs;
  const store = new StateStore(device());
  const program = await Program.create(device(), compileGraph(graph), store);
  store.write(PARAMETERS, start);
  program.run(feed);
  const got = await program.read(...graph.outputs.keys());
  program.dispose();
  store.dispose();
  // A gradient that is nothing but rounding in float64 too has no scale of its own.
  const floor = [...want].map(([, { data }]) => Math.max(...data.map(Math.abs)));
  const absolute = Math.max(...floor.slice(2)) * EPSILON;
  for (const [name, { data }] of want) {
    const worst = worstDifference(got[name]!.data, data, { ...tolerance, absolute });
    expect(worst, name).toBeUndefined();
  }
  return want.size;
}

describe('whole models', () => {
  it.each(sampled(Object.keys(TRANSLATIONS), 2))(
    '%s: logits, loss and every gradient',
    async (kind) => {
      expect(await check(TRANSLATIONS[kind]!)).toBeGreaterThan(5);
    },
  );

  const others = { ...REGISTERED, ...PUBLISHED };
  it.each(Object.keys(others))('%s: logits, loss and every gradient', async (kind) => {
    const subject = others[kind]!;
    expect(await subject()).toBeGreaterThan(5);
  });

  it.each(Object.keys(SHAPES))('%s: logits, loss and every gradient', async (kind) => {
    expect(await check(SHAPES[kind]!)).toBeGreaterThan(5);
  });
});
