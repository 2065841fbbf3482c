/**
 * Backward of attention, recomputing the weights from saved log-sum-exp (Dao 2023, FlashAttention-2,
 * algorithm 2): statistics of each query row (lse and delta), gradients of queries by tiles of query
 * rows, gradients of keys and values by tiles of key rows. The statistics come with the gradients of
 * the queries where the bindings suffice. Every sum has one order.
 */
import { defineKernel } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { Lanes } from './lanes';
import {
  ATTENTION_PARAMS,
  dropFactor,
  firstPosition,
  gradientSources,
  keyLimit,
  knownKeys,
  plainSource,
  read,
  sourceBindings,
  sources,
  unpadded,
  write,
} from './spec';
import {
  Block,
  eachPair,
  eachRow,
  isSeen,
  openKeys,
  overBlock,
  rowStart,
  type TiledSpec,
  tileExtensions,
  tileMain,
  tileRows,
} from './tile';

export type BackwardSpec = TiledSpec & {
  /** The weights have a gradient of their own [B, H, T, S]. */
  readonly weights: boolean;
  /** Computes the statistics of its query rows itself and leaves them for others. */
  readonly ownStats: boolean;
};

const common = {
  params: () => ATTENTION_PARAMS,
  enable: tileExtensions,
  diagnosticsOff: ['subgroup_uniformity'],
} as const;

/** Weight from a score and a row's log-sum-exp; 0 where the key is not seen. */
const weight = (score: string, lse: string, seen: string) =>
  `select(0.0, exp(clamp(${score} - ${lse}, -87.0, 0.0)), ${seen})`;

/** Registers of one of the lane's rows: `let` names from a source, times a factor. */
function rowRegisters(
  spec: TiledSpec,
  lanes: Lanes,
  name: string,
  from: string,
  buffer: string,
  factor = '',
): string {
  return eachRow(spec, (r) =>
    lanes.each((i) => `let ${name}${r}_${i} = ${buffer}[${from}${r} + ${i}u]${factor};`),
  );
}

/** stats [B, H, T]: log-sum-exp, and delta = y . dy. The tile is one lane with one row. */
export const attentionStats = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionStats',
  bindings: ({ size }) => {
    const { type } = new Lanes(size);
    return [read('y', type), read('dy', type), read('saved', 'f32'), write('stats', 'vec2<f32>')];
  },
  body: (spec) => {
    const delta = new Lanes(spec.size).dot(
      (i) => `y[begin + ${i}u]`,
      (i) => `dy[begin + ${i}u]`,
    );
    return tileMain(
      { ...spec, dropRate: 0 },
      'queries',
      wgsl`
  let id = (b * ${spec.heads}u + h) * params.queries + row0;
  let begin = ${rowStart(spec, 'queries', 'row0', plainSource('y', spec))};
  stats[id] = vec2<f32>(saved[id], ${delta});`,
    );
  },
});

/**
 * delta += sum over keys of weight times its own gradient, so that delta is the sum of weights times
 * all of their gradient. The tile is one lane with one row.
 */
export const attentionDelta = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionDelta',
  bindings: (spec) => {
    const { type } = new Lanes(spec.size);
    const { k, v } = sources(spec);
    const unread = v.buffer === k.buffer ? '' : v.buffer;
    return [
      ...sourceBindings({ ...spec, dropRate: 0 }, type).filter(({ name }) => name !== unread),
      read('dweights', 'f32'),
      write('stats', 'vec2<f32>'),
    ];
  },
  body: (spec) => {
    const { q, k } = sources(spec);
    const score = new Lanes(spec.size).dot(
      (i) => `${q.buffer}[from_q + ${i}u] * ${float(spec.scale)}`,
      (i) => `${k.buffer}[from_k + ${i}u]`,
    );
    return tileMain(
      { ...spec, dropRate: 0 },
      'queries',
      wgsl`
  let id = (b * ${spec.heads}u + h) * params.queries + row0;
  ${knownKeys(spec)}
  let limit = ${keyLimit(spec, 'row0')};
  let from_q = ${rowStart(spec, 'queries', 'row0', q)};
  var delta = stats[id].y;
  for (var s = 0u; s < limit; s++) {
    let from_k = ${rowStart(spec, 'keys', 's', k)};
    delta += ${weight(score, 'stats[id].x', unpadded(spec, 's'))} * dweights[id * params.keys + s];
  }
  stats[id].y = delta;`,
    );
  },
});

function gradientBindings(spec: BackwardSpec, results: readonly string[]) {
  const { type } = new Lanes(spec.size);
  return [
    ...sourceBindings(spec, type),
    ...(spec.ownStats
      ? [read('y', type), read('saved', 'f32'), write('stats', 'vec2<f32>')]
      : [read('stats', 'vec2<f32>')]),
    read('dy', type),
    ...(spec.weights ? [read('dweights', 'f32')] : []),
    ...[...new Set(results)].map((name) => write(name, type)),
  ];
}

/** dq, into the columns of the queries. */
export const attentionGradQueries = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionGradQueries',
  bindings: (spec) => gradientBindings(spec, [gradientSources(spec).q.buffer]),
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { q, k, v } = sources(spec);
    const target = gradientSources(spec).q;
    const [keys, values] = [
      new Block(spec, 'k', 'keys', 's', k),
      new Block(spec, 'v', 'keys', 's', v),
    ];
    const last = `min(first_row + ${tileRows(spec.tile) - 1}u, params.queries - 1u)`;
    const inside = (j: number) => `min(s + ${j}u, params.keys - 1u)`;
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
  let from_q${r} = ${rowStart(spec, 'queries', `at${r}`, q)};
  let from_y${r} = ${rowStart(spec, 'queries', `at${r}`, plainSource('dy', spec))};
  ${lanes.each((i) => `var d${r}_${i} = ${lanes.type}();`)}`,
  )}
  ${rowRegisters(spec, lanes, 'q', 'from_q', q.buffer, ` * ${float(spec.scale)}`)}
  ${rowRegisters(spec, lanes, 'g', 'from_y', 'dy')}
  ${eachRow(spec, (r) => rowStats(spec, lanes, r))}
  for (var s = 0u; s < limit; s += ${spec.tile.block}u) {
    ${keys.begin} ${values.begin}
    ${openKeys(spec)}
    ${eachPair(spec, (r, j) => `var score${r}_${j} = 0.0; var dp${r}_${j} = 0.0;`)}
    ${lanes.each(
      (i) => `${keys.load(i)} { ${values.load(i)}
      ${eachPair(
        spec,
        (r, j) =>
          `score${r}_${j} += ${lanes.product(`q${r}_${i}`, `k${i}_${j}`)}; dp${r}_${j} += ${lanes.product(`g${r}_${i}`, `v${i}_${j}`)};`,
      )} }`,
    )}
    ${eachPair(spec, (r, j) => {
      const given = spec.weights ? ` + dweights[id${r} * params.keys + ${inside(j)}]` : '';
      const dp = `dp${r}_${j} * ${dropFactor(spec, `id${r}`, `s + ${j}u`)}${given}`;
      const p = weight(`score${r}_${j}`, `row_stats${r}.x`, isSeen(spec, r, j));
      return `let ds${r}_${j} = ${p} * (${dp} - row_stats${r}.y);`;
    })}
    ${lanes.each((i) => eachRow(spec, (r) => `d${r}_${i} += ${overBlock(spec, (j) => `ds${r}_${j} * k${i}_${j}`, ' + ')};`))}
  }
  ${eachRow(
    spec,
    (r) => `if (row${r} < params.queries) {
    let to = ${rowStart(spec, 'queries', `row${r}`, target)};
    ${lanes.each((i) => `${target.buffer}[to + ${i}u] = d${r}_${i} * ${float(spec.scale)};`)}
  }`,
  )}`,
    );
  },
});

/** The statistics of the lane's row r, whose dy is in registers. */
function rowStats({ ownStats }: BackwardSpec, lanes: Lanes, r: number): string {
  if (!ownStats) return `let row_stats${r} = stats[id${r}];`;
  const delta = lanes.dot(
    (i) => `y[from_y${r} + ${i}u]`,
    (i) => `g${r}_${i}`,
  );
  return `let row_stats${r} = vec2<f32>(saved[id${r}], ${delta});
  if (row${r} < params.queries) { stats[id${r}] = row_stats${r}; }`;
}

/** dk and dv, into the columns of keys and values. */
export const attentionGradKeys = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionGradKeys',
  bindings: (spec) => {
    const { k, v } = gradientSources(spec);
    return gradientBindings(spec, [k.buffer, v.buffer]);
  },
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { q, k, v } = sources(spec);
    const targets = gradientSources(spec);
    const queries = new Block(spec, 'q', 'queries', 't', q);
    const given = new Block(spec, 'g', 'queries', 't', plainSource('dy', spec));
    // The first query that sees the tile's first key.
    const earliest = spec.causal ? `u32(max(i32(first_row) - ${firstPosition(spec)}, 0))` : '0u';
    return tileMain(
      spec,
      'keys',
      wgsl`
  ${knownKeys(spec)}
  ${eachRow(
    spec,
    (r) => wgsl`
  let alive${r} = (row${r} < known) & (${unpadded(spec, `at${r}`)});
  let from_k${r} = ${rowStart(spec, 'keys', `at${r}`, k)};
  let from_v${r} = ${rowStart(spec, 'keys', `at${r}`, v)};
  ${lanes.each((i) => `var dk${r}_${i} = ${lanes.type}(); var dv${r}_${i} = ${lanes.type}();`)}`,
  )}
  ${rowRegisters(spec, lanes, 'k', 'from_k', k.buffer)}
  ${rowRegisters(spec, lanes, 'v', 'from_v', v.buffer)}
  let begin = select(params.queries, ${earliest}, first_row < known);
  let first_id = (b * ${spec.heads}u + h) * params.queries;
  for (var t = begin; t < params.queries; t += ${spec.tile.block}u) {
    ${queries.begin} ${given.begin}
    ${eachPair(spec, (r, j) => `var score${r}_${j} = 0.0; var dp${r}_${j} = 0.0;`)}
    ${lanes.each(
      (i) => `${queries.load(i, ` * ${float(spec.scale)}`)} ${given.load(i)}
      ${eachPair(
        spec,
        (r, j) =>
          `score${r}_${j} += ${lanes.product(`q${i}_${j}`, `k${r}_${i}`)}; dp${r}_${j} += ${lanes.product(`g${i}_${j}`, `v${r}_${i}`)};`,
      )}`,
    )}
    ${overBlock(spec, (j) => `let id${j} = first_id + min(t + ${j}u, params.queries - 1u); let row_stats${j} = stats[id${j}];`, ' ')}
    ${eachPair(spec, (r, j) => pairGradient(spec, r, j))}
    ${lanes.each((i) =>
      eachRow(
        spec,
        (r) =>
          `dk${r}_${i} += ${overBlock(spec, (j) => `ds${r}_${j} * q${i}_${j}`, ' + ')}; dv${r}_${i} += ${overBlock(spec, (j) => `w${r}_${j} * g${i}_${j}`, ' + ')};`,
      ),
    )}
  }
  ${eachRow(
    spec,
    (r) => `if (row${r} < params.keys) {
    let to_k = ${rowStart(spec, 'keys', `row${r}`, targets.k)};
    let to_v = ${rowStart(spec, 'keys', `row${r}`, targets.v)};
    ${lanes.each((i) => `${targets.k.buffer}[to_k + ${i}u] = dk${r}_${i}; ${targets.v.buffer}[to_v + ${i}u] = dv${r}_${i};`)}
  }`,
  )}`,
    );
  },
});

/** w and ds of the lane's key row r and query t + j. */
function pairGradient(spec: BackwardSpec, r: number, j: number): string {
  const late = `(i32(row${r}) <= i32(t + ${j}u) + ${firstPosition(spec)})`;
  const seen = `alive${r} & (t + ${j}u < params.queries)${spec.causal ? ` & ${late}` : ''}`;
  const p = weight(`score${r}_${j}`, `row_stats${j}.x`, seen);
  const given = spec.weights ? ` + dweights[id${j} * params.keys + at${r}]` : '';
  return wgsl`
    let p${r}_${j} = ${p};
    let kept${r}_${j} = ${dropFactor(spec, `id${j}`, `row${r}`)};
    let w${r}_${j} = p${r}_${j} * kept${r}_${j};
    let ds${r}_${j} = p${r}_${j} * (dp${r}_${j} * kept${r}_${j}${given} - row_stats${j}.y);`;
}
