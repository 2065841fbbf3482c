/** What is in view of the inside of a model, as the address says. */
import { batch, type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { FIRST_MODEL, MODELS } from '../../engine/models';
import { keepInAddress, route, routeHash } from '../../state/route';

/** The parts of the view. */
export const PARTS = ['heads', 'rollout', 'values', 'plan'] as const;
export type Part = (typeof PARTS)[number];

export const PLAN_KINDS = ['encode', 'step', 'forward', 'train'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** A head of an attention: the attention's place among all, and the head's in it, from 0. */
export interface HeadPlace {
  readonly attention: number;
  readonly head: number;
}

export interface InsideState {
  readonly part: Signal<Part>;
  readonly model: Signal<string>;
  /** The enlarged head. */
  readonly head: Signal<HeadPlace | undefined>;
  /** Heads that are switched off, as '0.3'. */
  readonly off: Signal<readonly string[]>;
  /** The name of the value in view. */
  readonly value: Signal<string>;
  readonly plan: Signal<PlanKind>;
  /** The address of this view with some things changed. */
  address(change: { readonly part?: Part; readonly head?: string | undefined }): string;
}

/** 'attention.head' in the address. */
export const placeName = ({ attention, head }: HeadPlace) => `${attention}.${head}`;

function placeOf(text: string | null): HeadPlace | undefined {
  const [, attention, head] = /^(\d+)\.(\d+)$/u.exec(text ?? '') ?? [];
  if (attention === undefined || head === undefined) return undefined;
  return { attention: Number(attention), head: Number(head) };
}

/** The state of the view, which follows the address, and which the address follows. */
export function useInsideState(sentence: Signal<string>): InsideState {
  const part = useSignal<Part>('heads');
  const model = useSignal(FIRST_MODEL);
  const head = useSignal<HeadPlace | undefined>(undefined);
  const off = useSignal<readonly string[]>([]);
  const value = useSignal('');
  const plan = useSignal<PlanKind>('step');
  const query = (change: { readonly part?: Part; readonly head?: string | undefined } = {}) => {
    const place = 'head' in change ? change.head : head.value && placeName(head.value);
    return {
      text: sentence.value,
      part: beside(change.part ?? part.value, 'heads'),
      model: beside(model.value, FIRST_MODEL),
      head: place,
      off: off.value.join(','),
      value: value.value,
      plan: beside(plan.value, 'step'),
    };
  };
  useSignalEffect(() => {
    const { path, query: asked } = route.value;
    if (path.split('/')[0] !== 'inside') return;
    batch(() => {
      part.value = PARTS.find((one) => one === asked.get('part')) ?? 'heads';
      const named = MODELS.find(({ name }) => name === asked.get('model'));
      model.value = named?.name ?? FIRST_MODEL;
      head.value = placeOf(asked.get('head'));
      const listed = (asked.get('off') ?? '').split(',').filter((one) => placeOf(one));
      // The same list must not ask the model again.
      if (listed.join() !== off.peek().join()) off.value = listed;
      value.value = asked.get('value') ?? '';
      plan.value = PLAN_KINDS.find((one) => one === asked.get('plan')) ?? 'step';
    });
  });
  useSignalEffect(() => {
    if (route.peek().path.split('/')[0] === 'inside') keepInAddress(query());
  });
  return {
    ...{ part, model, head, off, value, plan },
    address: (change) => routeHash('inside', query(change)),
  };
}

/** What differs from the default. */
const beside = (text: string, usual: string) => (text === usual ? undefined : text);
