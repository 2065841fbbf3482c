/** The state of the figure: the vector as it is and as the visitor changes it, and what is written. */
import {
  type ReadonlySignal,
  type Signal,
  useComputed,
  useSignal,
  useSignalEffect,
} from '@preact/signals';
import type { Translation } from 'qkv';
import { EXAMPLES } from '../../../engine/models';
import { likeliest, type Odds, probabilities } from '../../../engine/odds';
import { rowsOf } from '../../../engine/tensors';
import { targetVocabulary } from '../../../engine/vocabulary';
import { useLook } from '../../../state/look';
import { keepInAddress, route } from '../../../state/route';
import { useGrammar } from '../../../state/truths';
import type { FigureProps } from '../figures';
import { type StateVector, withNoise } from './vector';

const MODEL = 'toy-seq2seq';
const [HIDDEN, CELL] = ['encoder.final_hidden_l0', 'encoder.final_cell_l0'];
const INSIDE = [HIDDEN, CELL, 'decoder.hidden_l0', 'logits'];

/** The number of words whose odds are shown. */
const SHOWN = 5;

/** Sentences whose vectors can be pasted in; the first choice is the sentence's own. */
export const OTHERS = EXAMPLES.slice(1).map(([english]) => english);

/** One step of the decoder. */
export interface Step {
  /** The word that it reads. */
  readonly read: string;
  /** Its state after that. */
  readonly state: readonly number[];
  /** The likeliest next words. */
  readonly odds: readonly Odds[];
}

/** What is written from a vector. */
export interface Written {
  readonly translation: Translation;
  readonly vector: StateVector;
  readonly steps: readonly Step[];
  /** The true translation of the sentence whose vector it is, where that is known. */
  readonly truth: readonly string[] | undefined;
}

function vectorOf({ inspected }: Translation): StateVector {
  const [hidden = []] = rowsOf(inspected?.values[HIDDEN]);
  const [cell = []] = rowsOf(inspected?.values[CELL]);
  return { hidden, cell };
}

function stepsOf({ inspected }: Translation, vocabulary: readonly string[]): readonly Step[] {
  const { reads = [], values = {} } = inspected ?? {};
  const states = rowsOf(values['decoder.hidden_l0']);
  return rowsOf(values.logits).map((logits, t) => ({
    ...{ read: reads[t] ?? '', state: states[t] ?? [] },
    odds: likeliest(probabilities(logits), SHOWN, vocabulary),
  }));
}

/** A whole number of the address. */
function asked(name: string, most: number): number {
  const value = Number(route.peek().query.get(name) ?? 0);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : 0;
}

export interface Seq2SeqState {
  readonly step: Signal<number>;
  /** 0 to 1. */
  readonly noise: Signal<number>;
  readonly seed: Signal<number>;
  /** 0 for the sentence's own vector, or 1 more than the index of another sentence. */
  readonly pasted: Signal<number>;
  readonly own: ReadonlySignal<Written | undefined>;
  /** What is written from the vector in use; undefined while it is being written. */
  readonly used: ReadonlySignal<Written | undefined>;
  /** Whether that vector is another than the sentence's own. */
  readonly isChanged: ReadonlySignal<boolean>;
  /** What the network writes for the sentence whose vector is pasted in. */
  readonly other: ReadonlySignal<Translation | undefined>;
  readonly failure: ReadonlySignal<string | undefined>;
}

/** Whether a run had this vector: the one before it may still be in view. */
function isOf(translation: Translation, { hidden }: StateVector): boolean {
  const found = vectorOf(translation).hidden;
  return found.every((one, i) => Math.abs(one - (hidden[i] ?? Number.NaN)) < 1e-5);
}

export function useSeq2Seq({ engine, sentence }: FigureProps): Seq2SeqState {
  const step = useSignal(asked('word', 40));
  const noise = useSignal(asked('noise', 100) / 100);
  const seed = useSignal(asked('seed', 1e6));
  const pasted = useSignal(asked('paste', OTHERS.length));
  const vocabulary = useSignal<readonly string[]>([]);
  const lost = useSignal<string | undefined>(undefined);
  const grammar = useGrammar(engine);
  useSignalEffect(() => {
    targetVocabulary(MODEL).then(
      (tokens) => {
        vocabulary.value = tokens;
      },
      (error: unknown) => {
        lost.value = String(error);
      },
    );
  });
  const ownLook = useLook(engine, MODEL, sentence, () => ({ inspect: INSIDE }));
  const otherText = useComputed(() => OTHERS[pasted.value - 1] ?? '');
  const otherLook = useLook(engine, MODEL, otherText, () =>
    otherText.value === '' ? undefined : { inspect: INSIDE },
  );
  const isChanged = useComputed(() => noise.value > 0 || pasted.value > 0);
  const vector = useComputed((): StateVector | undefined => {
    const base = pasted.value > 0 ? otherLook.translation.value : ownLook.translation.value;
    const isCurrent = pasted.value === 0 || base?.source === otherText.value;
    if (base === undefined || !isCurrent || !isChanged.value) return undefined;
    return withNoise(vectorOf(base), noise.value, seed.value);
  });
  const changedLook = useLook(engine, MODEL, sentence, () => {
    if (vector.value === undefined) return undefined;
    const { hidden, cell } = vector.value;
    const interventions = [
      { value: HIDDEN, to: [...hidden] },
      { value: CELL, to: [...cell] },
    ];
    return { inspect: INSIDE, interventions };
  });
  const own = useComputed((): Written | undefined => {
    const translation = ownLook.translation.value;
    if (translation === undefined || vocabulary.value.length === 0) return undefined;
    return {
      ...{ translation, vector: vectorOf(translation) },
      steps: stepsOf(translation, vocabulary.value),
      truth: grammar.value?.truthOf(translation.source)?.french,
    };
  });
  const used = useComputed((): Written | undefined => {
    if (!isChanged.value) return own.value;
    const translation = changedLook.translation.value;
    if (translation === undefined || vector.value === undefined) return undefined;
    if (!isOf(translation, vector.value) || vocabulary.value.length === 0) return undefined;
    const source = pasted.value > 0 ? otherText.value : translation.source;
    return {
      ...{ translation, vector: vector.value },
      steps: stepsOf(translation, vocabulary.value),
      truth: grammar.value?.truthOf(source)?.french,
    };
  });
  useSignalEffect(() => {
    const { length = 0 } = used.value?.steps ?? [];
    if (length > 0 && step.value >= length) step.value = length - 1;
  });
  useSignalEffect(() => {
    const given = (value: number) => (value === 0 ? undefined : String(value));
    keepInAddress({
      text: sentence.value,
      word: given(step.value),
      noise: given(Math.round(100 * noise.value)),
      seed: given(seed.value),
      paste: given(pasted.value),
    });
  });
  return {
    ...{ step, noise, seed, pasted, own, used, isChanged, other: otherLook.translation },
    failure: useComputed(
      () =>
        ownLook.failure.value ?? otherLook.failure.value ?? changedLook.failure.value ?? lost.value,
    ),
  };
}
