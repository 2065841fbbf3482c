/** A part of the page that is loaded when it is first shown. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { words } from './state/settings';

export interface LazyProps<P extends object> {
  readonly load: () => Promise<{ readonly default: ComponentType<P> }>;
  readonly props: P;
}

export function LazyView<P extends object>({ load, props }: LazyProps<P>) {
  const loaded = useSignal<ComponentType<P> | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(() => {
    load().then(
      (module) => {
        loaded.value = module.default;
      },
      (error: unknown) => {
        failure.value = String(error);
      },
    );
  }, []);
  if (failure.value !== undefined) return <p role="alert">{failure.value}</p>;
  const View = loaded.value;
  return View === undefined ? <p class="hint">{words.value.loading} …</p> : <View {...props} />;
}
