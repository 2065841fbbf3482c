/** Two looks inside the network: as it is, and with a clamped gate. */
import { type ReadonlySignal, useComputed } from '@preact/signals';
import type { Translation } from 'qkv';
import type { Intervention } from 'qkv/inspect';
import { useLook } from '../../../state/look';
import type { FigureProps } from '../figures';
import { byForgetGate, type Layer, layerOf, nameOf, PARTS, type Place } from './lstm';
import type { Settings } from './settings';

/** Stands for the end of the sentence. */
export const END = '■';

export interface GatesOfProps extends FigureProps {
  readonly place: Place;
  readonly settings: Settings;
}

/** All that is shown of a sentence. */
export interface View {
  readonly plain: Translation;
  readonly before: Layer;
  /** With the clamped gate, once it is there. */
  readonly changed: Translation | undefined;
  /** The clamp with which that was computed: the value, the number, and the unit, if only one. */
  readonly clamped: string | undefined;
  /** What is shown: with the clamped gate if it is there. */
  readonly layer: Layer;
  /** The words in the order of reading. */
  readonly read: readonly string[];
  /** The units by their places in the picture. */
  readonly order: readonly number[];
  readonly unit: number;
}

/** Looks inside without and with the clamped gate. */
export function useView({ engine, sentence, place, settings }: GatesOfProps): {
  readonly view: ReadonlySignal<View | undefined>;
  readonly failure: ReadonlySignal<string | undefined>;
} {
  const inspect = PARTS.map((part) => nameOf(part, place));
  const plain = useLook(engine, place.model, sentence, () => ({ inspect }));
  const known = useComputed(() => {
    const found = plain.translation.value;
    const layer = found && layerOf(found, place);
    return found && layer && { found, layer, byGate: byForgetGate(layer.f) };
  });
  const unit = useComputed(() => {
    const { byGate = [] } = known.value ?? {};
    const asked = settings.unit.value;
    return asked > 0 && asked <= byGate.length ? asked - 1 : (byGate[0] ?? 0);
  });
  const interventions = useComputed((): readonly Intervention[] => {
    const { clamp, to, scope } = settings;
    if (clamp.value === 'none') return [];
    const columns = scope.value === 'unit' ? { columns: [unit.value] } : {};
    return [{ value: nameOf(clamp.value, place), to: to.value, ...columns }];
  });
  const clamped = useLook(engine, place.model, sentence, () => ({
    inspect,
    interventions: interventions.value,
  }));
  const view = useComputed((): View | undefined => {
    if (known.value === undefined) return undefined;
    const { found, layer: before, byGate } = known.value;
    const isClamped = interventions.value.length > 0;
    const other = clamped.translation.value;
    const isCurrent =
      isClamped &&
      other?.source === found.source &&
      clamped.asked.value?.interventions === interventions.value;
    const changed = isCurrent ? other : undefined;
    const [clamp] = interventions.value;
    const tokens = [...found.sourceTokens, END];
    return {
      plain: found,
      before,
      changed,
      clamped: changed && [clamp?.value, clamp?.to, ...(clamp?.columns ?? [])].join(' '),
      layer: (changed && layerOf(changed, place)) ?? before,
      read: place.isReverse ? tokens.toReversed() : tokens,
      order: settings.order.value === 'forget' ? byGate : byGate.toSorted((a, b) => a - b),
      unit: unit.value,
    };
  });
  const failure = useComputed(() => plain.failure.value ?? clamped.failure.value);
  return { view, failure };
}
