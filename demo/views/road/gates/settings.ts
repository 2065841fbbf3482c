/** What the visitor sets, as the address keeps it. */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { keepInAddress, route } from '../../../state/route';
import { PLACES, type Place } from './lstm';

export const ORDERS = ['forget', 'number'] as const;
export const CLAMPS = ['none', 'f', 'i', 'o'] as const;
export const SCOPES = ['all', 'unit'] as const;

export interface Settings {
  readonly place: Signal<Place['name']>;
  readonly order: Signal<(typeof ORDERS)[number]>;
  /** The clamped gate. */
  readonly clamp: Signal<(typeof CLAMPS)[number]>;
  /** What it is clamped to, 0 to 1. */
  readonly to: Signal<number>;
  /** The units whose gate is clamped. */
  readonly scope: Signal<(typeof SCOPES)[number]>;
  /** The pinned unit, counted from 1; 0 is the one whose forget gate is most open. */
  readonly unit: Signal<number>;
}

/** One of several values; the first of these if the address has none of them. */
function choice<T extends string>(name: string, options: readonly [T, ...T[]]): T {
  const text = route.peek().query.get(name);
  return options.find((option) => option === text) ?? options[0];
}

function number(name: string, isRight: (value: number) => boolean): number {
  const text = route.peek().query.get(name) ?? '';
  return text !== '' && isRight(Number(text)) ? Number(text) : 0;
}

/** Reads the settings from the address, and keeps them there. */
export function useSettings(sentence: Signal<string>): Settings {
  const settings: Settings = {
    place: useSignal(choice('place', ['seq2seq', ...PLACES.map(({ name }) => name)])),
    order: useSignal(choice('order', ORDERS)),
    clamp: useSignal(choice('clamp', CLAMPS)),
    to: useSignal(number('to', (value) => value >= 0 && value <= 1)),
    scope: useSignal(choice('scope', SCOPES)),
    unit: useSignal(number('unit', (value) => Number.isInteger(value) && value > 0)),
  };
  useSignalEffect(() => {
    const { place, order, clamp, to, scope, unit } = settings;
    keepInAddress({
      text: sentence.value,
      place: place.value,
      order: order.value,
      clamp: clamp.value,
      to: String(to.value),
      scope: scope.value,
      unit: unit.value > 0 ? String(unit.value) : undefined,
    });
  });
  return settings;
}
