/** What can be set: the network, the order of its units, the pinned one, and the clamped gate. */
import type { ReadonlySignal } from '@preact/signals';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { Slider } from '../../../widgets/slider';
import { PLACES } from './lstm';
import { CLAMPS, ORDERS, SCOPES, type Settings } from './settings';
import type { View } from './view';
import { WORDS } from './words';

interface ControlsProps {
  readonly settings: Settings;
  readonly shown: ReadonlySignal<View | undefined>;
}

export function Controls({ settings, shown }: ControlsProps) {
  const own = WORDS[language.value];
  const { order = [], unit = 0 } = shown.value ?? {};
  // The slider goes through the units in the order of the picture.
  const pinned = {
    get value() {
      return Math.max(0, order.indexOf(unit)) + 1;
    },
    set value(place) {
      settings.unit.value = (order[place - 1] ?? 0) + 1;
    },
  };
  return (
    <>
      <div class="controls">
        <Choice
          label={own.place}
          options={PLACES.map(({ name }) => [name, own.places[name]])}
          chosen={settings.place}
        />
        <Choice
          label={own.order}
          options={ORDERS.map((name) => [name, own.orders[name]])}
          chosen={settings.order}
        />
        {order.length > 0 && (
          <Slider
            label={own.pin}
            value={pinned}
            min={1}
            max={order.length}
            step={1}
            format={(place) => own.pinned(unit + 1, place, order.length)}
          />
        )}
      </div>
      <div class="controls">
        <Choice
          label={own.clamp}
          options={CLAMPS.map((name) => [name, own.clamps[name]])}
          chosen={settings.clamp}
        />
        {settings.clamp.value !== 'none' && (
          <>
            <Choice
              label={own.scope}
              options={SCOPES.map((name) => [name, own.scopes[name]])}
              chosen={settings.scope}
            />
            <Slider
              label={own.to}
              value={settings.to}
              min={0}
              max={1}
              step={0.05}
              format={(value) => words.value.number(value, 2)}
            />
          </>
        )}
      </div>
    </>
  );
}
