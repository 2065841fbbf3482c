/**
 * Selects the beams of the next step, with one thread per sentence. Of the continuations of all live beams, the
 * best ones that end are finished hypotheses, which are kept apart: they take no place of a live beam. A sentence
 * has no live beams any more when none can beat its finished hypotheses.
 */
import { defineKernel } from './lib/kernel';
import { float, wgsl } from './lib/wgsl';

export type BeamStepSpec = {
  /** Live beams of a sentence, and finished hypotheses of it. */
  readonly width: number;
  /** Continuations of a beam. */
  readonly choices: number;
  /** Exponent alpha of the length penalty. */
  readonly lengthPenalty: number;
  /** Number of finished hypotheses that no live beam may beat at the end. */
  readonly best: number;
  /** Whether a coverage penalty is added to the ranks. */
  readonly coverage: boolean;
  readonly eos: number;
  readonly pad: number;
  /** Score of an unused place, and the score up to which a place or a token counts as such. */
  readonly none: number;
  readonly unused: number;
};

export const BEAM_WORKGROUP = 4;

export const beamStepKernel = defineKernel<BeamStepSpec>({
  name: 'beamStep',
  params: () => ['sentences'],
  bindings: ({ coverage }) => [
    // Rank, score, token, length and rest of the live beams, then of the finished hypotheses.
    { name: 'beams', access: 'read', element: 'f32' },
    { name: 'values', access: 'read', element: 'f32' },
    { name: 'choices', access: 'read', element: 'i32' },
    ...(coverage ? [{ name: 'coverage', access: 'read', element: 'f32' } as const] : []),
    { name: 'next', access: 'read_write', element: 'f32' },
    { name: 'tokens', access: 'read_write', element: 'i32' },
    { name: 'origins', access: 'read_write', element: 'i32' },
    { name: 'scores', access: 'read_write', element: 'f32' },
  ],
  body: ({ width, choices, lengthPenalty, best, coverage, eos, pad, none, unused }) => wgsl`
struct Beam { rank: f32, score: f32, token: f32, length: f32, rest: f32, }
fn read_beam(place: u32) -> Beam {
  let at = place * 5u;
  return Beam(beams[at], beams[at + 1u], beams[at + 2u], beams[at + 3u], beams[at + 4u]);
}
fn read_next(place: u32) -> Beam {
  let at = place * 5u;
  return Beam(next[at], next[at + 1u], next[at + 2u], next[at + 3u], next[at + 4u]);
}
fn write_next(place: u32, beam: Beam) {
  let at = place * 5u;
  next[at] = beam.rank;
  next[at + 1u] = beam.score;
  next[at + 2u] = beam.token;
  next[at + 3u] = beam.length;
  next[at + 4u] = beam.rest;
}
fn penalised(score: f32, length: f32) -> f32 {
  return score / pow((5.0 + length) / 6.0, ${float(lengthPenalty)});
}
// Inserts a finished hypothesis by its rank; of equal ones the earlier stays in front.
fn finish(first: u32, hypothesis: Beam) {
  var candidate = hypothesis;
  var moves = false;
  for (var i = 0u; i < ${width}u; i++) {
    let other = read_next(first + i);
    // What is moved stays in front of those after it, also of equal ones.
    moves = moves || candidate.rank > other.rank;
    if (moves) {
      write_next(first + i, candidate);
      candidate = other;
    }
  }
}
@compute @workgroup_size(${BEAM_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let sentence = id.x;
  if (sentence >= params.sentences) { return; }
  let first_live = sentence * ${2 * width}u;
  let first_finished = first_live + ${width}u;
  for (var i = 0u; i < ${width}u; i++) {
    write_next(first_finished + i, read_beam(first_finished + i));
  }
  // The best continuations: twice as many as beams, because each beam has at most one that ends.
  var ranks: array<f32, ${2 * width}>;
  var places: array<u32, ${2 * width}>;
  for (var i = 0u; i < ${2 * width}u; i++) { ranks[i] = -3.4028234e38f; }
  for (var i = 0u; i < ${width}u; i++) {
    let row = sentence * ${width}u + i;
    var beam = read_beam(first_live + i);
    if (beam.score <= ${float(unused)}) { continue; }
    let covered = ${coverage ? 'coverage[row]' : '0.0'};
    var stuck = true;
    for (var choice = 0u; choice < ${choices}u; choice++) {
      let value = values[row * ${choices}u + choice];
      if (value <= ${float(unused)}) { continue; }
      stuck = false;
      var rank = penalised(beam.score + value, beam.length + 1.0) + covered;
      var place = i * ${choices}u + choice;
      // Insertion sort. What is moved stays in front of those after it, so that ties keep their order.
      var moves = false;
      for (var j = 0u; j < ${2 * width}u; j++) {
        moves = moves || rank > ranks[j];
        if (moves) {
          let lower = ranks[j];
          let after = places[j];
          ranks[j] = rank;
          places[j] = place;
          rank = lower;
          place = after;
        }
      }
    }
    // Where no token may follow, the beam itself is a hypothesis.
    if (stuck) {
      let rank = penalised(beam.score, beam.length) + covered;
      finish(first_finished, Beam(rank, beam.score, ${float(pad)}, beam.length + 1.0, f32(row)));
    }
  }
  var live = 0u;
  var bound = -3.4028234e38f;
  for (var i = 0u; i < ${2 * width}u; i++) {
    if (ranks[i] == -3.4028234e38f) { break; }
    let beam = read_beam(first_live + places[i] / ${choices}u);
    let row = sentence * ${width}u + places[i] / ${choices}u;
    let at = row * ${choices}u + places[i] % ${choices}u;
    let score = beam.score + values[at];
    let token = choices[at];
    let length = beam.length + 1.0;
    let rest = beam.rest - 1.0;
    if (token == ${eos} || rest < 0.5) {
      if (i < ${width}u) { finish(first_finished, Beam(ranks[i], score, f32(token), length, f32(row))); }
    } else if (live < ${width}u) {
      write_next(first_live + live, Beam(ranks[i], score, f32(token), length, rest));
      let to = sentence * ${width}u + live;
      tokens[to] = token;
      origins[to] = i32(row);
      scores[to] = score;
      // The highest rank that it can reach: no score rises, and no coverage is above 0.
      bound = max(bound, penalised(score, length + rest));
      live++;
    }
  }
  if (read_next(first_finished + ${best - 1}u).rank >= bound) { live = 0u; }
  for (var i = live; i < ${width}u; i++) {
    write_next(first_live + i, Beam(${float(none)}, ${float(none)}, ${float(pad)}, 0.0, 0.0));
    let to = sentence * ${width}u + i;
    tokens[to] = ${pad};
    origins[to] = i32(to);
    scores[to] = ${float(none)};
  }
}`,
});
