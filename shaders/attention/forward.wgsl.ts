/**
 * Scaled dot-product attention: a tile of query rows loops over blocks of keys with an online softmax (Milakov
 * and Gimelshein 2018; Dao 2023, FlashAttention-2, algorithm 1), with queries and sums in registers. Keys
 * beyond those that the tile may see are skipped.
 */

import { range } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { eachOfBoth, Lanes } from './lanes';
import { keyLimit, knownKeys } from './masks';
import { type ForwardOutputs, forwardBindings } from './rows.wgsl';
import { ATTENTION_PARAMS, dropFactor, resultSource, rowStart, sources } from './spec';
import { keptOf } from './statistics';
import {
  addBiases,
  Block,
  eachPair,
  eachRow,
  isSeen,
  openKeys,
  overBlock,
  type TiledSpec,
  tileExtensions,
  tileMain,
  tileRows,
} from './tile';

export type ForwardSpec = TiledSpec & ForwardOutputs;

export const attentionForward = defineKernel<ForwardSpec>({
  name: 'attentionForward',
  enable: tileExtensions,
  diagnosticsOff: ['subgroup_uniformity'],
  params: () => ATTENTION_PARAMS,
  bindings: forwardBindings,
  body: (spec) => {
    const [channels, values] = [new Lanes(spec.size), new Lanes(spec.valueSize)];
    const { q } = sources(spec);
    const last = `min(first_row + ${tileRows(spec.tile) - 1}u, params.queries - 1u)`;
    return tileMain(
      spec,
      'queries',
      wgsl`
  ${knownKeys(spec)}
  let limit = ${keyLimit(spec, last)};
  ${eachRow(
    spec,
    (r) => wgsl`
  let limit${r} = ${keyLimit(spec, `row${r}`)};
  let id${r} = (b * ${spec.heads}u + h) * params.queries + at${r};
  let from_q${r} = ${rowStart('queries', `at${r}`, q)};
  ${eachOfBoth(
    channels.count,
    (i) => `let q${r}_${i} = ${q.buffer}[from_q${r} + ${i}u] * ${float(spec.scale)};`,
    values.count,
    (i) => `var y${r}_${i} = ${values.type}();`,
  )}
  var largest${r} = -3.4e38; var total${r} = 0.0;`,
  )}
  for (var s = 0u; s < limit; s += ${spec.tile.block}u) {
    ${scores(spec, channels)}
    ${onlineSoftmax(spec)}
    ${weightedSum(spec, values)}
  }
  ${storeRows(spec, values)}
  #if ${spec.weights}
  for (var s = 0u; s < params.keys; s += ${spec.tile.block}u) {
    ${scores(spec, channels)}
    ${eachPair(
      spec,
      (r, j) => wgsl`
    if ((row${r} < params.queries) & (s + ${j}u < params.keys)) {
      let p = exp(clamp(score${r}_${j} - largest${r}, -87.0, 0.0)) * inverse${r};
      weights[id${r} * params.keys + s + ${j}u] = select(0.0, p, seen${r}_${j});
    }`,
    )}
  }
  #endif`,
    );
  },
});

/** Computes score and seen of each pair of a row and a key of the block from s on. */
function scores(spec: TiledSpec, lanes: Lanes): string {
  const keys = new Block(spec, 'k', 'keys', 's', sources(spec).k);
  const seen = (r: number, j: number) => `let seen${r}_${j} = ${isSeen(spec, r, j)};`;
  const hasBias = spec.bias !== false;
  return wgsl`
    ${keys.begin}
    ${openKeys(spec)}
    ${eachPair(spec, (r, j) => `${hasBias ? '' : `${seen(r, j)} `}var score${r}_${j} = 0.0;`)}
    ${lanes.each((i) => `${keys.load(i)} ${eachPair(spec, (r, j) => `score${r}_${j} += ${lanes.product(`q${r}_${i}`, `k${i}_${j}`)};`)}`)}${addBiases(spec)}${hasBias ? eachPair(spec, seen) : ''}`;
}

/** Computes p of each pair, and for each row `shrink`, the factor that rescales the sums so far. */
function onlineSoftmax(spec: TiledSpec): string {
  return eachRow(spec, (r) => {
    const largest = range(spec.tile.block)
      .map((j) => `select(-3.4e38, score${r}_${j}, seen${r}_${j})`)
      .reduce((a, b) => `max(${a}, ${b})`);
    return wgsl`
    let next${r} = max(largest${r}, ${largest});
    let shrink${r} = exp(max(largest${r} - next${r}, -87.0));
    largest${r} = next${r};
    ${overBlock(spec, (j) => `let p${r}_${j} = select(0.0, exp(clamp(score${r}_${j} - next${r}, -87.0, 0.0)), seen${r}_${j});`, ' ')}
    total${r} = total${r} * shrink${r} + (${overBlock(spec, (j) => `p${r}_${j}`, ' + ')});
    ${overBlock(spec, (j) => `let w${r}_${j} = p${r}_${j} * ${dropFactor(spec, `id${r}`, `s + ${j}u`)};`, ' ')}`;
  });
}

/** Adds weights times values of the block to y. */
function weightedSum(spec: TiledSpec, lanes: Lanes): string {
  const values = new Block(spec, 'v', 'keys', 's', sources(spec).v);
  const add = (i: number) =>
    eachRow(spec, (r) => {
      const sum = overBlock(spec, (j) => `w${r}_${j} * v${i}_${j}`, ' + ');
      return `y${r}_${i} = y${r}_${i} * shrink${r} + (${sum});`;
    });
  return `${values.begin} ${lanes.each((i) => `{ ${values.load(i)} ${add(i)} }`)}`;
}

function storeRows(spec: ForwardSpec, lanes: Lanes): string {
  return eachRow(
    spec,
    (r) => wgsl`
  let inverse${r} = select(0.0, 1.0 / total${r}, total${r} > 0.0);
  if (row${r} < params.queries) {
    let to = ${rowStart('queries', `row${r}`, resultSource('result', spec))};
    ${lanes.each((i) => `result[to + ${i}u] = y${r}_${i} * inverse${r};`)}
    #if ${spec.saves}
    saved[id${r}] = ${keptOf(spec).keep(`largest${r}`, `total${r}`)};
    #endif
  }`,
  );
}
