/** The shipped recurrent models in float64, by plain loops over the numbers in their files. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { root } from '../../tools/environment.mjs';

export type Row = readonly number[];
export type Rows = readonly Row[];

export interface ShippedModel {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** A parameter's rows; a vector has one. */
  parameter(name: string): Rows;
}

/** The state of an LSTM. */
export interface LstmState {
  readonly hidden: Row;
  readonly cell: Row;
}

const [BOS, EOS, UNKNOWN] = [1, 2, 3];

/** Reads the vocabularies and parameters of a shipped model. */
export async function shippedModel(name: string): Promise<ShippedModel> {
  const folder = join(root, 'demo/public/models', name);
  const { source, target } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const { tensors } = parseSafetensors(await readFile(join(folder, 'model.safetensors')));
  const read = new Map<string, Rows>();
  const parameter = (key: string): Rows => {
    const known = read.get(key);
    if (known !== undefined) return known;
    const tensor = tensors.get(key)!;
    const [data, columns] = [[...toFloat32(key, tensor)], tensor.shape.at(-1)!];
    const rows = Array.from({ length: data.length / columns }, (_, i) =>
      data.slice(i * columns, (i + 1) * columns),
    );
    read.set(key, rows);
    return rows;
  };
  return { source: source.tokens, target: target.tokens, parameter };
}

/** W x + b. */
function affine(weight: Rows, x: Row, bias?: Row): Row {
  return weight.map((row, i) => {
    let sum = bias?.[i] ?? 0;
    for (const [j, w] of row.entries()) sum += w * x[j]!;
    return sum;
  });
}

function softmax(scores: Row): Row {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, one) => sum + one, 0);
  return powers.map((power) => power / total);
}

/** Probabilities of the tokens that can be said: neither padding nor the beginning. */
function oddsOf(logits: Row): Row {
  return [0, 0, ...softmax(logits.slice(2))];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One step of an LSTM with PyTorch's parameters, whose gates are input, forget, cell, output. */
function lstmStep(
  { parameter }: ShippedModel,
  [prefix, suffix]: readonly [prefix: string, suffix: string],
  x: Row,
  { hidden, cell }: LstmState,
): LstmState {
  const of = (name: string) => parameter(`${prefix}.${name}${suffix}`);
  const fromInput = affine(of('weight_ih'), x, of('bias_ih')[0]);
  const fromState = affine(of('weight_hh'), hidden, of('bias_hh')[0]);
  const size = hidden.length;
  const gate = (g: number, i: number) => fromInput[g * size + i]! + fromState[g * size + i]!;
  const after = cell.map(
    (c, i) => sigmoid(gate(1, i)) * c + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)),
  );
  return { hidden: after.map((c, i) => sigmoid(gate(3, i)) * Math.tanh(c)), cell: after };
}

/** The states after each word, in the order in which they are read. */
function lstmStates(
  model: ShippedModel,
  names: readonly [string, string],
  inputs: Rows,
  size: number,
): readonly LstmState[] {
  const states: LstmState[] = [];
  let state: LstmState = { hidden: zeros(size), cell: zeros(size) };
  for (const x of inputs) {
    state = lstmStep(model, names, x, state);
    states.push(state);
  }
  return states;
}

const zeros = (size: number): Row => new Array<number>(size).fill(0);

/** Embeddings of a source and its end. */
function sourceRows({ source, parameter }: ShippedModel, words: readonly string[]): Rows {
  const ids = words.map((word) => Math.max(source.indexOf(word), 0) || UNKNOWN);
  return [...ids, EOS].map((id) => parameter('src_embed.weight')[id]!);
}

/** What a decoder gives for one step. */
export interface DecoderStep<S> {
  readonly state: S;
  readonly logits: Row;
}

/** Decodes greedily. @returns the steps, the last of which says the end */
export function greedy<S, T extends DecoderStep<S>>(
  { target }: ShippedModel,
  start: S,
  step: (id: number, state: S, index: number) => T,
  most = 31,
): readonly (T & { readonly odds: Row; readonly token: string })[] {
  const steps: (T & { readonly odds: Row; readonly token: string })[] = [];
  let [id, state] = [BOS, start];
  while (steps.length <= most) {
    const next = step(id, state, steps.length);
    const odds = oddsOf(next.logits);
    id = odds.indexOf(Math.max(...odds));
    state = next.state;
    steps.push({ ...next, odds, token: target[id]! });
    if (id === EOS) break;
  }
  return steps;
}

/** RNNsearch (Bahdanau et al. 2015, appendix A): its annotations, and its decoder's step. */
export function bahdanauOf(model: ShippedModel, words: readonly string[]) {
  const { parameter } = model;
  const inputs = sourceRows(model, words);
  const size = 128;
  const forward = lstmStates(model, ['encoder', '_l0'], inputs, size);
  const backward = lstmStates(model, ['encoder', '_l0_reverse'], inputs.toReversed(), size);
  const read = backward.toReversed();
  const annotations = forward.map(({ hidden }, j) => [...hidden, ...read[j]!.hidden]);
  const ends = [...forward.at(-1)!.hidden, ...backward.at(-1)!.hidden];
  const bridged = affine(parameter('bridge.weight'), ends, parameter('bridge.bias')[0]);
  const start: LstmState = { hidden: bridged.map(Math.tanh), cell: zeros(size) };
  const keys = annotations.map((h) => affine(parameter('key_layer.weight'), h));
  const [energy = []] = parameter('energy_layer.weight');
  /** @param forced weights in place of its own */
  const step = (id: number, state: LstmState, forced?: Row) => {
    const query = affine(parameter('query_layer.weight'), state.hidden);
    const scores = keys.map((key) => {
      let sum = 0;
      for (const [i, k] of key.entries()) sum += energy[i]! * Math.tanh(k + query[i]!);
      return sum;
    });
    const weights = forced ?? softmax(scores);
    const context = annotations[0]!.map((_, i) =>
      annotations.reduce((sum, h, j) => sum + weights[j]! * h[i]!, 0),
    );
    const word = parameter('tgt_embed.weight')[id]!;
    const next = lstmStep(model, ['cell', ''], [...word, ...context], state);
    const joined = [...next.hidden, ...context, ...word];
    const read = affine(parameter('readout.weight'), joined, parameter('readout.bias')[0]);
    const logits = affine(parameter('out.weight'), read.map(Math.tanh), parameter('out.bias')[0]);
    return { state: next, scores, weights, context, logits };
  };
  return { annotations, start, step };
}

/** seq2seq (Sutskever et al. 2014): its one vector, read from the last word to the first. */
export function seq2seqOf(model: ShippedModel) {
  const { parameter } = model;
  return {
    vectorOf: (words: readonly string[]): LstmState =>
      lstmStates(model, ['encoder', '_l0'], sourceRows(model, words).toReversed(), 232).at(-1)!,
    step: (id: number, state: LstmState): DecoderStep<LstmState> => {
      const word = parameter('tgt_embed.weight')[id]!;
      const next = lstmStep(model, ['decoder', '_l0'], word, state);
      const logits = affine(parameter('out.weight'), next.hidden, parameter('out.bias')[0]);
      return { state: next, logits };
    },
  };
}

/** The largest difference of two lists of equal length. */
export function farthest(a: Row, b: Row): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...a.map((one, i) => Math.abs(one - b[i]!)));
}
