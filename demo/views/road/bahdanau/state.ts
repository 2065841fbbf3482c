/** The state of the figure: the step, the visitor's weights, and what the network makes of them. */
import {
  type ReadonlySignal,
  type Signal,
  useComputed,
  useSignal,
  useSignalEffect,
} from '@preact/signals';
import type { Intervention } from 'qkv/inspect';
import { targetVocabulary } from '../../../engine/vocabulary';
import { useLook } from '../../../state/look';
import { keepInAddress, route } from '../../../state/route';
import { useGrammar } from '../../../state/truths';
import type { FigureProps } from '../figures';
import { alignmentOf, INSIDE, type View, viewOf } from './view';
import { normalisedWeights } from './weights';

const MODEL = 'toy-bahdanau';

/** The word of the first sentence whose adjective French puts behind its noun. */
const FIRST_STEP = 2;

/** Weights in the address are whole numbers of this part. */
const PARTS = 1000;

/** The visitor's weights for one step of one sentence. */
interface Custom {
  readonly text: string;
  readonly step: number;
  readonly weights: readonly number[];
}

export interface BahdanauState {
  /** Index of the French word that is being written. */
  readonly step: Signal<number>;
  readonly view: ReadonlySignal<View | undefined>;
  /** The sentence that the view is of. */
  readonly source: ReadonlySignal<string | undefined>;
  readonly isCustom: ReadonlySignal<boolean>;
  readonly failure: ReadonlySignal<string | undefined>;
  /** The sentences that can be drawn. */
  readonly sentences: ReadonlySignal<readonly string[]>;
  /** What is known of the alignment. */
  readonly alignment: ReadonlySignal<ReturnType<typeof alignmentOf>>;
  /** Whether the sentence's true links are known. */
  readonly hasTruth: ReadonlySignal<boolean>;
  /** Sets weights of the step; undefined for the network's own. */
  set(weights: readonly number[] | undefined): void;
}

/** Weights in the address: '0_250_750'. */
function askedWeights(): readonly number[] | undefined {
  const text = route.peek().query.get('weights') ?? '';
  if (!/^\d{1,4}(_\d{1,4})*$/u.test(text)) return undefined;
  const numbers = text.split('_').map(Number);
  return numbers.some((one) => one > 0) ? normalisedWeights(numbers) : undefined;
}

function askedStep(): number {
  const value = Number(route.peek().query.get('word') ?? FIRST_STEP);
  return Number.isInteger(value) && value >= 0 ? value : FIRST_STEP;
}

const written = (weights: readonly number[] | undefined) =>
  weights?.map((weight) => Math.round(PARTS * weight)).join('_');

export function useBahdanau({ engine, sentence }: FigureProps): BahdanauState {
  const step = useSignal(askedStep());
  // Weights of the address belong to the sentence and the step that it opens with.
  const given = useSignal<Custom | undefined>(
    ((weights) => weights && { text: sentence.peek(), step: step.peek(), weights })(askedWeights()),
  );
  const vocabulary = useSignal<readonly string[] | undefined>(undefined);
  const lost = useSignal<string | undefined>(undefined);
  const grammar = useGrammar(engine);
  const { translation, failure } = useLook(engine, MODEL, sentence, () => ({ inspect: INSIDE }));
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
  useSignalEffect(() => {
    const most = translation.value?.tokens.length;
    if (most !== undefined && step.value > most) step.value = most;
  });
  const custom = useComputed(() => {
    const { text, step: its, weights } = given.value ?? {};
    const found = translation.value;
    const isCurrent = text === found?.source && text === sentence.value && its === step.value;
    return isCurrent && weights?.length === (found?.sourceTokens.length ?? 0) + 1
      ? weights
      : undefined;
  });
  const forced = useLook(engine, MODEL, sentence, () => {
    if (custom.value === undefined) return undefined;
    const value = 'attention.weights';
    const intervention: Intervention = { value, steps: [step.value], to: [...custom.value] };
    return { inspect: INSIDE, interventions: [intervention] };
  });
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      word: String(step.value),
      weights: written(translation.value === undefined ? given.value?.weights : custom.value),
    });
  });
  const view = useComputed(() => {
    const [found, tokens] = [translation.value, vocabulary.value];
    if (found === undefined || tokens === undefined) return undefined;
    return viewOf(found, step.value, custom.value, forced.translation.value, tokens);
  });
  const truth = useComputed(() => grammar.value?.truthOf(translation.value?.source ?? ''));
  return {
    ...{ step, view },
    source: useComputed(() => translation.value?.source),
    isCustom: useComputed(() => custom.value !== undefined),
    failure: useComputed(() => failure.value ?? forced.failure.value ?? lost.value),
    sentences: useComputed(() => grammar.value?.sentences ?? []),
    alignment: useComputed(() => view.value && alignmentOf(view.value, truth.value)),
    hasTruth: useComputed(() => truth.value?.links !== undefined),
    set: (weights) => {
      const text = translation.peek()?.source;
      given.value = text && weights ? { text, step: step.peek(), weights } : undefined;
    },
  };
}
