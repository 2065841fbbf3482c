/** Work in the worker that is started by a button: with progress, and a way to stop it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { codeOf } from '../../engine/engine';

/** The page is drawn at most so often while something runs. */
const PAUSE_MS = 250;

export function useTask<P, R>(
  work: (onProgress: (progress: P) => void, signal: AbortSignal) => Promise<R>,
) {
  const progress = useSignal<P | undefined>(undefined);
  const isRunning = useSignal(false);
  const result = useSignal<R | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const own = new AbortController();
    running.current = own;
    let last = 0;
    isRunning.value = true;
    progress.value = undefined;
    failure.value = undefined;
    try {
      result.value = await work((next) => {
        if (own.signal.aborted || performance.now() - last < PAUSE_MS) return;
        last = performance.now();
        progress.value = next;
      }, own.signal);
    } catch (error) {
      if (!own.signal.aborted && codeOf(error) !== 'aborted') {
        failure.value = error instanceof Error ? error.message : String(error);
      }
    } finally {
      isRunning.value = false;
    }
  };
  return { progress, isRunning, result, failure, start, stop: () => running.current?.abort() };
}
