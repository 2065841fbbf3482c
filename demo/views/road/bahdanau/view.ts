/** What the figure shows: from the network's answer, and from the answer with the visitor's weights. */
import type { Translation } from 'qkv';
import { likeliest, type Odds, probabilities } from '../../../engine/odds';
import { rowsOf } from '../../../engine/tensors';
import type { Truth } from '../../../state/truths';
import { alignmentErrorRate, contextOf, linksOf } from './weights';

const END = '■';

/** Names of the values that are looked at. */
export const INSIDE = ['attention.{v,scores,weights,context}', 'logits'];

/** The number of words whose odds are shown, and that with the visitor's weights. */
const SHOWN = 5;
const MOST = 7;

/** A word that could come next, before and after the weights were changed. */
export interface Changed extends Odds {
  /** Its probability with the visitor's weights; undefined without those. */
  readonly after: number | undefined;
}

/** The larger one of a word's odds. */
const likelier = ({ probability, after = 0 }: Changed) => Math.max(probability, after);

function valuesOf({ inspected }: Translation) {
  const value = (name: string) => rowsOf(inspected?.values[name]);
  return {
    annotations: value('attention.v'),
    scores: value('attention.scores'),
    weights: value('attention.weights'),
    contexts: value('attention.context'),
    logits: value('logits'),
  };
}

/** Largest difference of two lists. */
function difference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((one, i) => Math.abs(one - (b[i] ?? Number.NaN))));
}

/**
 * The view of a step.
 * @param step index of the French word, from 0; at most that of the end
 * @param custom the visitor's weights  @param changed the answer with them
 */
export function viewOf(
  translation: Translation,
  step: number,
  custom: readonly number[] | undefined,
  changed: Translation | undefined,
  vocabulary: readonly string[],
) {
  const { annotations, scores, weights: all, contexts, logits } = valuesOf(translation);
  const source = [...translation.sourceTokens, END];
  const target = [...translation.tokens, END].slice(0, logits.length);
  const at = Math.min(step, target.length - 1);
  const own = all[at] ?? [];
  const weights = custom ?? own;
  const ownContext = contextOf(own, annotations);
  const context = contextOf(weights, annotations);
  const before = probabilities(logits[at] ?? []);
  const after = changed && afterOf(changed, at, weights);
  const top = (odds: readonly number[]) => likeliest(odds, SHOWN, vocabulary);
  const shown = new Map([...top(before), ...top(after?.odds ?? [])].map((one) => [one.id, one]));
  const odds = [...shown.values()]
    .map(({ id, token }): Changed => {
      return { id, token, probability: before[id] ?? 0, after: after?.odds[id] };
    })
    .sort((a, b) => likelier(b) - likelier(a))
    .slice(0, after ? MOST : SHOWN);
  const differences = [
    difference(ownContext, contexts[at] ?? []),
    ...(after ? [difference(context, after.context)] : []),
  ];
  return {
    ...{ source, target, at, annotations, all },
    scores: scores[at] ?? [],
    ...{ own, weights, ownContext, context, odds },
    answer: translation.tokens,
    changedAnswer: after && changed.tokens,
    difference: Math.max(...differences),
  };
}

/** What the answer with the visitor's weights shows; undefined if it is one with earlier weights. */
function afterOf(changed: Translation, at: number, weights: readonly number[]) {
  const values = valuesOf(changed);
  const used = values.weights[at] ?? [];
  if (used.length !== weights.length || difference(used, weights) > 1e-6) return undefined;
  return { odds: probabilities(values.logits[at] ?? []), context: values.contexts[at] ?? [] };
}

export type View = ReturnType<typeof viewOf>;

/** The answer's links beside the true ones; undefined where they cannot be compared. */
export function alignmentOf({ all, answer }: View, truth: Truth | undefined) {
  if (truth?.links === undefined || answer.join(' ') !== truth.french.join(' ')) return undefined;
  const found = linksOf(all.slice(0, answer.length));
  const known = new Set(truth.links.map((link) => link.join()));
  return {
    truth: truth.links,
    found,
    right: found.filter((link) => known.has(link.join())).length,
    errorRate: alignmentErrorRate(found, truth.links),
  };
}
