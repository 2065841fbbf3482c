/** Runs the model on the visitor's sentence as it is, and with heads switched off. */
import type { Translation } from 'qkv';
import { withoutHeads } from 'qkv/inspect';
import type { Engine } from '../../../engine/engine';
import { EXAMPLES, FIRST_MODEL } from '../../../engine/models';
import { normalised } from '../../../engine/sentences';
import { headsOf, type Rows, rowsOf } from '../../../engine/tensors';

/** One of the six attentions of the model. */
export interface Place {
  readonly kind: 'encoder' | 'decoder' | 'cross';
  /** From 1. */
  readonly layer: number;
  readonly path: string;
}

const LAYERS = [0, 1];

export const PLACES: readonly Place[] = [
  ...LAYERS.map((layer) => place('encoder', layer, `encoder.layers.${layer}.self_attn`)),
  ...LAYERS.map((layer) => place('decoder', layer, `decoder.layers.${layer}.self_attn`)),
  ...LAYERS.map((layer) => place('cross', layer, `decoder.layers.${layer}.multihead_attn`)),
];

function place(kind: Place['kind'], layer: number, path: string): Place {
  return { kind, layer: layer + 1, path: `transformer.${path}` };
}

/** Heads of each attention. */
export const HEADS = 4;

const TRUTHS = new Map(EXAMPLES);

/** What a run gives when it is made to write the reference. */
interface Forced {
  /** [head][asking word][answering word] */
  readonly weights: readonly Rows[];
  /** [head][asking word][size of a head] */
  readonly contexts: readonly Rows[];
  /** [token][vocabulary] */
  readonly logits: Rows;
  /** Mean of -log p of the reference's tokens and its end. */
  readonly loss: number;
}

/** The model as it is. */
export interface Whole extends Forced {
  readonly text: string;
  readonly place: Place;
  readonly translation: Translation;
  /** The true translation where it is known, and the model's own one otherwise. */
  readonly reference: readonly string[];
  readonly isTruth: boolean;
  /** The loss without each head alone. */
  readonly losses: readonly number[];
}

/** The model without some heads. */
export interface Changed extends Forced {
  readonly translation: Translation;
}

type Run = (options: Parameters<Translator['translate']>[1]) => ReturnType<Translator['translate']>;
type Translator = Parameters<Parameters<Engine['use']>[1]>[0];

function runner(engine: Engine, text: string, signal: AbortSignal): Run {
  return (options) =>
    engine.use(FIRST_MODEL, (translator) =>
      translator.translate(text, { unknown: 'copy', signal, ...options }),
    );
}

function lossOf({ hypotheses }: Translation): number {
  const scores = hypotheses[0]?.tokenScores ?? [];
  return -scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
}

function forcedOf(translation: Translation, { path }: Place): Forced {
  const value = (name: string) => translation.inspected?.values[name];
  return {
    weights: headsOf(value(`${path}.weights`)),
    contexts: headsOf(value(`${path}.context`)),
    logits: rowsOf(value('logits')),
    loss: lossOf(translation),
  };
}

const looks = ({ path }: Place) => [`${path}.weights`, `${path}.context`, 'logits'];

export async function measureWhole(
  engine: Engine,
  text: string,
  at: Place,
  signal: AbortSignal,
): Promise<Whole> {
  const run = runner(engine, text, signal);
  const translation = await run({});
  const truth = TRUTHS.get(normalised(text))?.split(' ');
  const reference = truth ?? translation.tokens;
  const target = reference.join(' ');
  const forced = await run({ target, inspect: looks(at) });
  const losses: number[] = [];
  for (let head = 0; head < HEADS; head++) {
    losses.push(lossOf(await run({ target, interventions: [withoutHeads(at.path, [head])] })));
  }
  const known = { text, place: at, translation, reference, isTruth: truth !== undefined, losses };
  return { ...known, ...forcedOf(forced, at) };
}

export async function measureChanged(
  engine: Engine,
  { text, place: at, reference }: Whole,
  off: readonly number[],
  signal: AbortSignal,
): Promise<Changed> {
  const run = runner(engine, text, signal);
  const interventions = [withoutHeads(at.path, off)];
  const translation = await run({ interventions });
  const target = reference.join(' ');
  const forced = await run({ target, interventions, inspect: looks(at) });
  return { translation, ...forcedOf(forced, at) };
}
