/**
 * Statistics of each query row for attention's gradient, where the kernel for the queries does not compute
 * them: the saved value, and delta. One invocation per row of a head.
 */
import { defineKernel } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { type BackwardSpec, common, weight } from './backward';
import { Lanes } from './lanes';
import { addBias, isOpen, keyLimit, knownKeys } from './masks';
import {
  optionBindings,
  read,
  resultSource,
  rowStart,
  sourceBindings,
  sources,
  write,
} from './spec';
import { keptOf, statisticsOf } from './statistics';
import { tileMain } from './tile';

/** stats [B, H, T]: the saved value, and delta = y . dy. The tile is one lane with one row. */
export const attentionStats = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionStats',
  bindings: (spec) => {
    const { type } = new Lanes(spec.valueSize);
    const { kept } = keptOf(spec);
    const { row } = statisticsOf(spec);
    return [read('y', type), read('dy', type), read('saved', kept), write('stats', row)];
  },
  body: (spec) => {
    const delta = new Lanes(spec.valueSize).dot(
      (i) => `y[begin + ${i}u]`,
      (i) => `dy[begin + ${i}u]`,
    );
    return tileMain(
      { ...spec, dropRate: 0 },
      'queries',
      wgsl`
  let id = (b * ${spec.heads}u + h) * params.queries + row0;
  let begin = ${rowStart('queries', 'row0', resultSource('y', spec))};
  stats[id] = ${statisticsOf(spec).join('saved[id]', delta)};`,
    );
  },
});

/**
 * Adds to delta the sum over keys of the weight times the gradient that it has of its own, so that delta is the
 * sum of the weights times their whole gradients. The tile is one lane with one row. Where scores are large,
 * all weights of a row that are computed from the rounded statistics are off by one factor; delta is divided by
 * their sum, or gradients that are nearly equal would not cancel.
 */
export const attentionDelta = defineKernel<BackwardSpec>({
  ...common,
  name: 'attentionDelta',
  bindings: (spec) => {
    const { q, k } = sources(spec);
    return [
      ...sourceBindings([q, k]),
      ...optionBindings({ ...spec, dropRate: 0 }),
      read('dweights', 'f32'),
      write('stats', statisticsOf(spec).row),
    ];
  },
  body: (spec) => {
    const { q, k } = sources(spec);
    const { delta, subtrahend } = statisticsOf(spec);
    const score = new Lanes(spec.size).dot(
      (i) => `${q.buffer}[from_q + ${i}u] * ${float(spec.scale)}`,
      (i) => `${k.buffer}[from_k + ${i}u]`,
    );
    const pair = { h: 'h', t: 'row0', s: 's' };
    const hasBias = spec.bias !== false;
    const biased = `var score = ${score}; ${addBias(spec, pair, 'score', 'shown')}\n    `;
    const open = isOpen(spec, pair);
    const seen = hasBias ? `(${open}) & shown` : open;
    const p = weight(hasBias ? 'score' : score, subtrahend('stats[id]'), seen);
    return tileMain(
      { ...spec, dropRate: 0 },
      'queries',
      wgsl`
  let id = (b * ${spec.heads}u + h) * params.queries + row0;
  ${knownKeys(spec)}
  let limit = ${keyLimit(spec, 'row0')};
  let from_q = ${rowStart('queries', 'row0', q)};
  var delta = 0.0;
  var total = 0.0;
  for (var s = 0u; s < limit; s++) {
    let from_k = ${rowStart('keys', 's', k)};
    ${hasBias ? biased : ''}let p = ${p};
    total += p;
    delta += p * dweights[id * params.keys + s];
  }
  stats[id].${delta} += delta / select(1.0, total, total > 0.0);`,
    );
  },
});
