/** The network, trained in the worker when a figure first needs it. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { codeOf, type Engine } from '../../../engine/engine';
import type { TrainedNetwork } from './service';

/** Text changes at most this often. */
const PAUSE_MS = 250;

export interface Progress {
  /** Part of the training that is done. */
  readonly done: number;
  readonly loss: number;
}

/** Networks that are trained, which stay until the page is left. */
const trained = new WeakMap<Engine, TrainedNetwork>();

/** Trains the network unless it is trained; leaving the figure stops the training. */
export function useNetwork(engine: Engine): {
  readonly network: ReadonlySignal<TrainedNetwork | undefined>;
  readonly progress: ReadonlySignal<Progress | undefined>;
  readonly failure: ReadonlySignal<string | undefined>;
} {
  const network = useSignal(trained.get(engine));
  const progress = useSignal<Progress | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (network.peek() !== undefined) return;
    const running = new AbortController();
    let told = 0;
    const onProgress = (done: number, loss: number) => {
      if (performance.now() - told < PAUSE_MS) return;
      told = performance.now();
      progress.value = { done, loss };
    };
    engine
      .call((services) => services.trainRnn(onProgress, running.signal))
      .then(
        (found) => {
          trained.set(engine, found);
          network.value = found;
        },
        (error: unknown) => {
          if (running.signal.aborted || codeOf(error) === 'aborted') return;
          failure.value = error instanceof Error ? error.message : String(error);
        },
      );
    return () => running.abort();
  }, []);
  return { network, progress, failure };
}
