/** The two layers that are compared, with about as many parameters, and the dispatches of each. */
import { allKernels, type Device } from 'qkv';
import { compileGraph, dim, explain, f32, type Plan, type Tensor, trace } from 'qkv/graph';
import {
  declareParameters,
  encoderLayer,
  lstm,
  parameterScope,
  parameterStates,
  type Scope,
} from 'qkv/nn';

/** Width of the layers: numbers for each word. */
export const SIZE = 128;
const HEADS = 4;
/** So that the transformer's layer has about as many parameters as the LSTM. */
const FEED_FORWARD = 256;

/** The longest sentence, and the largest batch. */
export const LONGEST = 64;
export const LARGEST = 32;

/** Number of words of the sentences that are timed. */
export const LENGTHS = [8, 16, 24, 32, 48, 64] as const;
export const BATCHES = [1, 8, 32] as const;

export const LAYERS = ['lstm', 'transformer'] as const;
export type LayerName = (typeof LAYERS)[number];

/** Types of the inputs: sentences of vectors. */
export const INPUTS = { x: f32(dim('B', LARGEST), dim('L', LONGEST), SIZE) } as const;

/** A layer, from [B, L, SIZE] to the same. */
export function layerOf(name: LayerName): (scope: Scope, x: Tensor) => Tensor {
  if (name === 'lstm') return lstm(SIZE, SIZE);
  return encoderLayer(SIZE, HEADS, { feedForward: FEED_FORWARD, dropout: 0 });
}

/** A dispatch of a layer's forward pass: one after the other. */
export interface Dispatched {
  readonly kernel: string;
  readonly ops: readonly string[];
  /** The only word that it computes, from 0; undefined if it computes all of them. */
  readonly word: number | undefined;
}

/** The plan of a layer's forward pass. */
function forwardPlan(name: LayerName): Plan {
  const layer = layerOf(name);
  const layout = declareParameters((scope, inputs) => layer(scope, inputs('x')), INPUTS);
  return compileGraph(
    trace(
      (inputs, states) => ({
        outputs: { y: layer(parameterScope(layout, states), inputs('x')) },
      }),
      { inputs: INPUTS, states: parameterStates(layout) },
    ),
  );
}

/** The dispatches of a forward pass for sentences of one length, in order. */
export function dispatchesOf(
  name: LayerName,
  length: number,
  batch: number,
  target: Device['target'],
): readonly Dispatched[] {
  const sizes = new Map([
    ['B', batch],
    ['L', length],
  ]);
  const quick = { kernels: allKernels, ...target, startup: 'quick' } as const;
  const { steps } = explain(forwardPlan(name), { target: quick, sizes });
  return steps.flatMap(({ kernels, ops }) => {
    // The recurrence is dispatched once for each word: it needs the state after the word before.
    const isByWord = ops.includes('recurrence') && kernels.length >= length;
    return kernels.map((kernel, i) => ({ kernel, ops, word: isByWord ? i : undefined }));
  });
}
