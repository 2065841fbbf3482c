/**
 * Gradients of keys and values by tiles of key rows, for each head of keys. A tile loops over all query rows of
 * all heads that share it, so that the order of the sum is fixed.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { type BackwardSpec, common, gradientBindings, rowRegisters, weight } from './backward';
import { eachOfBoth, Lanes, sideBySide } from './lanes';
import { addBias, firstPosition, hasPairMask, isOpen, knownKeys, type Pair } from './masks';
import {
  byKeyHead,
  dropFactor,
  gradientSources,
  groupSize,
  resultSource,
  rowStart,
  sources,
} from './spec';
import { statisticsOf } from './statistics';
import { Block, eachPair, eachRow, overBlock, tileMain } from './tile';

export type GradKeysSpec = BackwardSpec & {
  /** Which of the gradients are computed: of keys, of values. */
  readonly dk: boolean;
  readonly dv: boolean;
};

/** dk and dv, in the layout of keys and values. */
export const attentionGradKeys = defineKernel<GradKeysSpec>({
  ...common,
  name: 'attentionGradKeys',
  bindings: (spec) => {
    const { q, k, v } = sources(spec);
    const targets = gradientSources(spec);
    return gradientBindings(
      spec,
      // The gradient of values does not depend on the values.
      spec.dk ? [q, k, v] : [q, k],
      [...(spec.dk ? [targets.k] : []), ...(spec.dv ? [targets.v] : [])],
    );
  },
  body: (spec) => {
    const [channels, parts] = [new Lanes(spec.size), new Lanes(spec.valueSize)];
    const [dkCount, dvCount] = [spec.dk ? channels.count : 0, spec.dv ? parts.count : 0];
    const { k, v } = sources(spec, byKeyHead(spec));
    const targets = gradientSources(spec, byKeyHead(spec));
    // The first query that sees the tile's first key.
    const earliest = spec.causal ? `u32(max(i32(first_row) - ${firstPosition(spec)}, 0))` : '0u';
    const alive = (r: number) => (isPerPair(spec) ? 'true' : isOpen(spec, pairOf(spec, r, 0)));
    const [eachHead, end] = headLoop(spec);
    return tileMain(
      spec,
      'keys',
      wgsl`
  ${knownKeys(spec)}
  ${eachRow(
    spec,
    (r) => wgsl`
  let alive${r} = (row${r} < known) & (${alive(r)});
  let from_k${r} = ${rowStart('keys', `at${r}`, k)};
  let from_v${r} = ${rowStart('keys', `at${r}`, v)};
  ${eachOfBoth(
    dkCount,
    (i) => `var dk${r}_${i} = ${channels.type}();`,
    dvCount,
    (i) => `var dv${r}_${i} = ${parts.type}();`,
  )}`,
  )}
  ${rowRegisters(spec, 'k', 'from_k', k)}
  ${spec.dk ? rowRegisters(spec, 'v', 'from_v', v) : ''}
  let begin = select(params.queries, ${earliest}, first_row < known);
  ${eachHead}let first_id = (b * ${spec.heads}u + ${byKeyHead(spec).query}) * params.queries;
  for (var t = begin; t < params.queries; t += ${spec.tile.block}u) {
    ${scores(spec)}
    ${overBlock(spec, (j) => `let id${j} = first_id + min(t + ${j}u, params.queries - 1u); let row_stats${j} = stats[id${j}];`, ' ')}
    ${eachPair(spec, (r, j) => pairGradient(spec, r, j))}
    ${each(Math.max(dkCount, dvCount), (i) =>
      eachRow(spec, (r) =>
        sideBySide(
          i < dkCount &&
            `dk${r}_${i} += ${overBlock(spec, (j) => `ds${r}_${j} * q${i}_${j}`, ' + ')};`,
          i < dvCount &&
            `dv${r}_${i} += ${overBlock(spec, (j) => `w${r}_${j} * g${i}_${j}`, ' + ')};`,
        ),
      ),
    )}
  }${end}
  ${eachRow(
    spec,
    (r) => `if (row${r} < params.keys) {
    let to_k = ${rowStart('keys', `row${r}`, targets.k)};
    let to_v = ${rowStart('keys', `row${r}`, targets.v)};
    ${eachOfBoth(
      dkCount,
      (i) => `${targets.k.buffer}[to_k + ${i}u] = dk${r}_${i};`,
      dvCount,
      (i) => `${targets.v.buffer}[to_v + ${i}u] = dv${r}_${i};`,
    )}
  }`,
  )}`,
    );
  },
});

/** Beginning and end of the loop over the heads of queries that share the keys. */
function headLoop(spec: GradKeysSpec): readonly [begin: string, end: string] {
  const group = groupSize(spec);
  if (group === 1) return ['', ''];
  const first = `h * ${group}u`;
  const loop = `for (var query_head = ${first}; query_head < ${first} + ${group}u; query_head++) {`;
  return [`${loop}\n  `, '\n  }'];
}

/**
 * Whether the mask is read for each pair, because it differs between queries or between heads that share keys.
 */
function isPerPair(spec: GradKeysSpec): boolean {
  const ofHeads = spec.mask !== false && spec.mask.includes('heads');
  return hasPairMask(spec) || (ofHeads && groupSize(spec) > 1);
}

/** The pair of query row t + j and the lane's key row r, clamped to the buffers. */
function pairOf(spec: GradKeysSpec, r: number, j: number): Pair {
  const t = `min(t + ${j}u, params.queries - 1u)`;
  return { h: byKeyHead(spec).query, t, s: `at${r}` };
}

/**
 * Computes score of each pair of a key row and a query of the block from t on and, for the gradient of keys,
 * dp.
 */
function scores(spec: GradKeysSpec): string {
  const [channels, parts] = [new Lanes(spec.size), new Lanes(spec.valueSize)];
  const names = byKeyHead(spec);
  const queries = new Block(spec, 'q', 'queries', 't', sources(spec, names).q);
  const given = new Block(spec, 'g', 'queries', 't', resultSource('dy', spec, names));
  const start = (r: number, j: number) =>
    sideBySide(`var score${r}_${j} = 0.0;`, spec.dk && `var dp${r}_${j} = 0.0;`);
  const products = each(Math.max(channels.count, parts.count), (i) => {
    const [hasKey, hasValue] = [i < channels.count, i < parts.count];
    const loads = sideBySide(
      hasKey && queries.load(i, ` * ${float(spec.scale)}`),
      hasValue && given.load(i),
    );
    const sum = (r: number, j: number) =>
      sideBySide(
        hasKey && `score${r}_${j} += ${channels.product(`q${i}_${j}`, `k${r}_${i}`)};`,
        spec.dk && hasValue && `dp${r}_${j} += ${parts.product(`g${i}_${j}`, `v${r}_${i}`)};`,
      );
    return `${loads}\n      ${eachPair(spec, sum)}`;
  });
  return `${queries.begin} ${given.begin}
    ${eachPair(spec, start)}
    ${products}`;
}

/** For the lane's key row r and query t + j: w, for the gradient of values, and ds, for that of keys. */
function pairGradient(spec: GradKeysSpec, r: number, j: number): string {
  const { delta, subtrahend } = statisticsOf(spec);
  const pair = pairOf(spec, r, j);
  const name = `${r}_${j}`;
  const late = `(i32(row${r}) <= i32(t + ${j}u) + ${firstPosition(spec)})`;
  const seen = [
    `alive${r}`,
    `(t + ${j}u < params.queries)`,
    ...(spec.causal ? [late] : []),
    ...(isPerPair(spec) ? [`(${isOpen(spec, pair)})`] : []),
    ...(spec.bias === false ? [] : [`shown${name}`]),
  ].join(' & ');
  const given = spec.weights ? ` + dweights[id${j} * params.keys + at${r}]` : '';
  const lines = [
    ...(spec.bias === false ? [] : [addBias(spec, pair, `score${name}`, `shown${name}`)]),
    `let p${name} = ${weight(`score${name}`, subtrahend(`row_stats${j}`), seen)};`,
    `let kept${name} = ${dropFactor(spec, `id${j}`, `row${r}`)};`,
    ...(spec.dv ? [`let w${name} = p${name} * kept${name};`] : []),
    ...(spec.dk
      ? [`let ds${name} = p${name} * (dp${name} * kept${name}${given} - row_stats${j}.${delta});`]
      : []),
  ];
  return `\n    ${lines.join('\n    ')}`;
}
