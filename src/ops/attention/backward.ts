/** The op of attention's gradient: up to six dispatches, which recompute the weights. */
import { attentionGradBias } from '../../../shaders/attention/gradBias.wgsl';
import { attentionGradKeys } from '../../../shaders/attention/gradKeys.wgsl';
import { attentionGradQueries } from '../../../shaders/attention/gradQueries.wgsl';
import { statisticsOf } from '../../../shaders/attention/statistics';
import { attentionDelta, attentionStats } from '../../../shaders/attention/statistics.wgsl';
import type { Tile } from '../../../shaders/attention/tile';
import type { TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Operand,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { STORAGE_BINDINGS } from '../../graph/target';
import {
  type AttentionAttrs,
  attentionSizes,
  attentionSpec,
  columnsOf,
  listOptional,
  optionalInputs,
  SOURCE_COUNT,
} from './attrs';
import { biasGrid, gradientTile, LONE_TILE, tileGrid } from './candidates';

function infer(
  inputs: Counted<TensorType, [1, 12]>,
  attrs: AttentionAttrs,
): Counted<TensorType, [1, 4]> {
  const { packing, weights } = attrs;
  const { bias, end } = optionalInputs(inputs, attrs);
  checkCount('attentionGrad inputs', inputs, end + (weights ? 4 : 3));
  const biases = bias === undefined ? [] : [bias];
  if (packing === 'qkv') return [inputs[0], ...biases];
  const { batch, queries } = attentionSizes(inputs, attrs);
  const dq: TensorType = { dtype: 'f32', shape: [batch, queries, columnsOf(attrs).q] };
  return [dq, ...inputs.slice(1, SOURCE_COUNT[packing]), ...biases];
}

/** The outputs that hold the gradients of queries, keys and values. That of the bias follows them. */
const RESULTS = {
  qkv: { dq: 0, dk: 0, dv: 0 },
  kv: { dq: 0, dk: 1, dv: 1 },
  none: { dq: 0, dk: 1, dv: 2 },
} as const;

/** Inputs: those of attention, y, its statistics, dy and, with the attribute `weights`, dweights. */
export const attentionGradOp = defineOp<AttentionAttrs, [1, 12], [1, 4]>({
  name: 'attentionGrad',
  inputs: [1, 12],
  outputs: [1, 4],
  infer,
  lowering: {
    kind: 'kernel',
    calls,
    optional: () => [0, 1, 2, 3],
    scratch: ({ inputs, attrs }) => {
      const { batch, queries } = attentionSizes(inputs, attrs);
      const { rowSize } = statisticsOf(attrs);
      return [{ dtype: 'f32', shape: [batch, attrs.heads, queries, rowSize] }];
    },
  },
});

function calls(call: LoweringCall<AttentionAttrs>): readonly KernelCall[] {
  const kernels = new GradientKernels(call);
  const { dq, dk, dv, dbias } = kernels.wanted;
  const needsDelta = call.node.attrs.weights && (dq || dk || dbias);
  return [
    ...(kernels.ownStats ? [] : [kernels.statistics()]),
    ...(needsDelta ? [kernels.delta()] : []),
    ...(dq ? [kernels.queries()] : []),
    ...(dk || dv ? kernels.keys() : []),
    ...(dbias ? [kernels.bias()] : []),
  ];
}

/** The dispatches for one attention. */
class GradientKernels {
  /** The gradients that are used. */
  readonly wanted: Readonly<Record<'dq' | 'dk' | 'dv' | 'dbias', boolean>>;
  /** Whether the kernel for the queries computes the statistics, too: it does where it has enough bindings. */
  readonly ownStats: boolean;
  readonly #call: LoweringCall<AttentionAttrs>;
  readonly #sizes: ReturnType<typeof attentionSizes>;
  readonly #spec;
  /** Operands: sources, all optional inputs, those without dropout, and the inputs after them. */
  readonly #sources: readonly Operand[];
  readonly #options: readonly Operand[];
  readonly #masks: readonly Operand[];
  readonly #y: Operand;
  readonly #saved: Operand;
  readonly #dy: Operand;
  readonly #dweights: readonly Operand[];

  constructor(call: LoweringCall<AttentionAttrs>) {
    const { attrs, inputs } = call.node;
    const operands = inputs.map((_, i) => input(i));
    const count = SOURCE_COUNT[attrs.packing];
    const { end, ...optional } = optionalInputs(operands, attrs);
    const { dq, dk, dv } = RESULTS[attrs.packing];
    this.wanted = {
      dq: call.used(dq),
      dk: call.used(dk),
      dv: call.used(dv),
      dbias: attrs.bias !== false && call.used(count),
    };
    // Five more bindings: y, saved, stats, dy and dq.
    this.ownStats = this.wanted.dq && !attrs.weights && end + 5 <= STORAGE_BINDINGS;
    this.#call = call;
    this.#sizes = attentionSizes(inputs, attrs);
    this.#spec = { ...attentionSpec(attrs), weights: attrs.weights, ownStats: false };
    this.#sources = operands.slice(0, count);
    this.#options = listOptional(optional);
    this.#masks = listOptional({ ...optional, key: undefined });
    this.#y = input(end);
    this.#saved = input(end + 1);
    this.#dy = input(end + 2);
    this.#dweights = attrs.weights ? [input(end + 3)] : [];
  }

  statistics(): KernelCall {
    return kernelCall({
      kernel: attentionStats,
      spec: { ...this.#spec, tile: LONE_TILE },
      operands: [this.#y, this.#dy, this.#saved, scratch(0)],
      ...this.#byRow(LONE_TILE),
    });
  }

  delta(): KernelCall {
    return kernelCall({
      kernel: attentionDelta,
      spec: { ...this.#spec, tile: LONE_TILE },
      operands: [...this.#sources.slice(0, 2), ...this.#masks, ...this.#dweights, scratch(0)],
      ...this.#byRow(LONE_TILE),
    });
  }

  queries(): KernelCall {
    const tile = gradientTile('queries', this.#call, this.#sizes);
    const statistics = this.ownStats ? [this.#y, this.#saved, scratch(0)] : [scratch(0)];
    return kernelCall({
      kernel: attentionGradQueries,
      spec: { ...this.#spec, ownStats: this.ownStats, tile },
      operands: [
        ...this.#sources,
        ...this.#options,
        ...statistics,
        this.#dy,
        ...this.#dweights,
        output(0),
      ],
      ...this.#byRow(tile),
    });
  }

  /** Both gradients by one kernel where it has enough bindings. */
  keys(): readonly KernelCall[] {
    const { dk, dv } = this.wanted;
    const isPacked = this.#call.node.attrs.packing !== 'none';
    const others = [...this.#sources, ...this.#options, ...this.#dweights].length + 2;
    if (isPacked || others + 2 <= STORAGE_BINDINGS) return [this.#keys(dk, dv)];
    return [...(dk ? [this.#keys(true, false)] : []), ...(dv ? [this.#keys(false, true)] : [])];
  }

  #keys(dk: boolean, dv: boolean): KernelCall {
    const { packing, kvHeads } = this.#call.node.attrs;
    const own = dk && dv ? [] : [dk ? 'dk' : 'dv'];
    const tile = gradientTile('keys', this.#call, this.#sizes, own);
    const results = RESULTS[packing];
    const outputs = new Set([...(dk ? [results.dk] : []), ...(dv ? [results.dv] : [])]);
    return kernelCall({
      kernel: attentionGradKeys,
      // The gradient of values depends neither on the values nor on the gradient of the weights.
      spec: { ...this.#spec, weights: dk && this.#spec.weights, tile, dk, dv },
      operands: [
        ...this.#sources.slice(0, dk ? 3 : 2),
        ...this.#options,
        scratch(0),
        this.#dy,
        ...(dk ? this.#dweights : []),
        ...[...outputs].map(output),
      ],
      params: this.#params(),
      grid: tileGrid(tile, this.#sizes.batch, this.#sizes.keys, kvHeads),
    });
  }

  bias(): KernelCall {
    const { attrs } = this.#call.node;
    const tile = gradientTile('bias', this.#call, this.#sizes);
    return kernelCall({
      kernel: attentionGradBias,
      spec: { ...this.#spec, tile },
      operands: [
        ...this.#sources,
        ...this.#options,
        scratch(0),
        this.#dy,
        ...this.#dweights,
        output(SOURCE_COUNT[attrs.packing]),
      ],
      params: this.#params(),
      grid: biasGrid(tile, attrs, this.#sizes),
    });
  }

  #params(): KernelCall['params'] {
    const { batch, queries, keys, strideQ } = this.#sizes;
    return [batch, queries, keys, strideQ, this.#call.node.attrs.stream];
  }

  #byRow(tile: Tile): Pick<KernelCall, 'params' | 'grid'> {
    const { batch, queries } = this.#sizes;
    const grid = tileGrid(tile, batch, queries, this.#call.node.attrs.heads);
    return { params: this.#params(), grid };
  }
}

/**
 * Gradients of an attention's sources, followed by that of its bias. The gradient of queries has as many
 * columns as the heads use, even where the queries are wider.
 */
export function attentionGrad(
  attrs: AttentionAttrs,
  inputs: readonly [Tensor, ...Tensor[]],
  y: Tensor,
  saved: Tensor,
  dy: Tensor,
  dweights: Tensor | undefined,
): Counted<Tensor, [1, 4]> {
  const extra = dweights === undefined ? [] : [dweights];
  const weights = dweights !== undefined;
  return applyAll(attentionGradOp, [...inputs, y, saved, dy, ...extra], { ...attrs, weights });
}
