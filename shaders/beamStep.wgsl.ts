/**
 * Selects the beams of the next step, with one thread per sentence: the best-ranked of all continuations of all
 * its beams. A beam that has ended stays as it is, and competes with its own rank.
 */
import { defineKernel } from './lib/kernel';
import { float, wgsl } from './lib/wgsl';

export type BeamStepSpec = {
  /** Beams of a sentence. */
  readonly width: number;
  /** Continuations of a beam. */
  readonly choices: number;
  /** Exponent alpha of the length penalty. */
  readonly lengthPenalty: number;
  /** Whether a coverage penalty is added to the ranks. */
  readonly coverage: boolean;
  readonly eos: number;
  readonly pad: number;
};

export const BEAM_WORKGROUP = 4;

export const beamStepKernel = defineKernel<BeamStepSpec>({
  name: 'beamStep',
  params: () => ['sentences'],
  bindings: ({ coverage }) => [
    { name: 'scores', access: 'read', element: 'f32' },
    // Last token and length of each beam.
    { name: 'ends', access: 'read', element: 'vec2<i32>' },
    { name: 'values', access: 'read', element: 'f32' },
    { name: 'choices', access: 'read', element: 'i32' },
    ...(coverage ? [{ name: 'coverage', access: 'read', element: 'f32' } as const] : []),
    { name: 'next_scores', access: 'read_write', element: 'f32' },
    { name: 'next_ends', access: 'read_write', element: 'vec2<i32>' },
    { name: 'origins', access: 'read_write', element: 'i32' },
  ],
  body: ({ width, choices, lengthPenalty, coverage, eos, pad }) => wgsl`
struct Beam { rank: f32, score: f32, end: vec2<i32>, origin: i32, }
@compute @workgroup_size(${BEAM_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let sentence = id.x;
  if (sentence >= params.sentences) { return; }
  var best: array<Beam, ${width}>;
  for (var i = 0u; i < ${width}u; i++) { best[i].rank = -3.4028234e38f; }
  for (var beam = 0u; beam < ${width}u; beam++) {
    let row = sentence * ${width}u + beam;
    let end = ends[row];
    let ended = end.x == ${eos} || end.x == ${pad};
    for (var choice = 0u; choice < select(${choices}u, 1u, ended); choice++) {
      let at = row * ${choices}u + choice;
      let score = scores[row] + select(values[at], 0.0, ended);
      let next = select(vec2<i32>(choices[at], end.y + 1), vec2<i32>(${pad}, end.y), ended);
      let penalty = pow((5.0 + f32(next.y)) / 6.0, ${float(lengthPenalty)});
      let rank = score / penalty${coverage ? ' + coverage[row]' : ''};
      var candidate = Beam(rank, score, next, i32(row));
      // Insertion sort, in which ties keep their order.
      for (var i = 0u; i < ${width}u; i++) {
        if (candidate.rank > best[i].rank) {
          let lower = best[i];
          best[i] = candidate;
          candidate = lower;
        }
      }
    }
  }
  for (var i = 0u; i < ${width}u; i++) {
    let row = sentence * ${width}u + i;
    next_scores[row] = best[i].score;
    next_ends[row] = best[i].end;
    origins[row] = best[i].origin;
  }
}`,
});
