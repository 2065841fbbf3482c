/**
 * What the kernels of attention's gradient share: they recompute the weights from the statistics of each query
 * row (Dao 2023, FlashAttention-2, algorithm 2). The order of every sum is fixed.
 */
import { each } from '../lib/each';
import { Lanes, sideBySide } from './lanes';
import {
  ATTENTION_PARAMS,
  dropFactor,
  optionBindings,
  read,
  type Source,
  sourceBindings,
  sources,
  write,
} from './spec';
import { keptOf, statisticsOf } from './statistics';
import {
  addBiases,
  Block,
  eachPair,
  eachRow,
  isSeen,
  openKeys,
  type TiledSpec,
  tileExtensions,
} from './tile';

export type BackwardSpec = TiledSpec & {
  /** Whether the weights [B, H, T, S] have a gradient of their own. */
  readonly weights: boolean;
  /** Whether the kernel computes the statistics of its query rows and stores them for the other kernels. */
  readonly ownStats: boolean;
};

export const common = {
  params: () => ATTENTION_PARAMS,
  enable: tileExtensions,
  diagnosticsOff: ['subgroup_uniformity'],
} as const;

/** Bindings of a kernel that reads `given` and writes `results`. */
export function gradientBindings(
  spec: BackwardSpec,
  given: readonly Source[],
  results: readonly Source[],
) {
  const { kept } = keptOf(spec);
  const { row } = statisticsOf(spec);
  const { type } = new Lanes(spec.valueSize);
  const written = sourceBindings(results).map(({ name, element }) => write(name, element));
  return [
    ...sourceBindings(given),
    ...optionBindings(spec),
    ...(spec.ownStats
      ? [read('y', type), read('saved', kept), write('stats', row)]
      : [read('stats', row)]),
    read('dy', type),
    ...(spec.weights ? [read('dweights', 'f32')] : []),
    ...written,
  ];
}

/** The weight of a score, from which `subtrahend` is subtracted first; 0 for a hidden key. */
export const weight = (score: string, subtrahend: string, seen: string) =>
  `select(0.0, exp(clamp(${score} - ${subtrahend}, -87.0, 0.0)), ${seen})`;

/** Loads the lane's rows of a source into registers, times a factor. */
export function rowRegisters(
  spec: TiledSpec,
  name: string,
  from: string,
  { buffer, size }: Source,
  factor = '',
): string {
  return eachRow(spec, (r) =>
    new Lanes(size).each((i) => `let ${name}${r}_${i} = ${buffer}[${from}${r} + ${i}u]${factor};`),
  );
}

/**
 * `let ds0_0` ..: gradients of the scores of the lane's query rows and the block of keys from s on. Queries, dy
 * and statistics of the rows must be in registers; the code leaves keys and values in registers, too.
 */
export function pairGradients(spec: BackwardSpec): string {
  const { k, v } = sources(spec);
  const keys = new Block(spec, 'k', 'keys', 's', k);
  const values = new Block(spec, 'v', 'keys', 's', v);
  const { delta, subtrahend } = statisticsOf(spec);
  const inside = (j: number) => `min(s + ${j}u, params.keys - 1u)`;
  return `${keys.begin} ${values.begin}
    ${openKeys(spec)}
    ${eachPair(spec, (r, j) => `var score${r}_${j} = 0.0; var dp${r}_${j} = 0.0;`)}
    ${products(spec, keys, values)}${addBiases(spec)}
    ${eachPair(spec, (r, j) => {
      const given = spec.weights ? ` + dweights[id${r} * params.keys + ${inside(j)}]` : '';
      const dp = `dp${r}_${j} * ${dropFactor(spec, `id${r}`, `s + ${j}u`)}${given}`;
      const p = weight(`score${r}_${j}`, subtrahend(`row_stats${r}`), isSeen(spec, r, j));
      return `let ds${r}_${j} = ${p} * (${dp} - row_stats${r}.${delta});`;
    })}`;
}

/** Computes score and dp of each pair: products of queries and keys, and of dy and values. */
function products(spec: BackwardSpec, keys: Block, values: Block): string {
  const [channels, parts] = [new Lanes(spec.size), new Lanes(spec.valueSize)];
  return each(Math.max(channels.count, parts.count), (i) => {
    const [hasKey, hasValue] = [i < channels.count, i < parts.count];
    const sums = eachPair(spec, (r, j) =>
      sideBySide(
        hasKey && `score${r}_${j} += ${channels.product(`q${r}_${i}`, `k${i}_${j}`)};`,
        hasValue && `dp${r}_${j} += ${parts.product(`g${r}_${i}`, `v${i}_${j}`)};`,
      ),
    );
    const inner = `{ ${hasValue ? values.load(i) : ''}\n      ${sums} }`;
    return sideBySide(hasKey && keys.load(i), inner);
  });
}
