/** The baselines of all relations of an attention, one after another, so that the page stays free. */
import { type ReadonlySignal, useSignal, useSignalEffect } from '@preact/signals';
import type { ToyPair } from 'qkv/toy';
import { ASKED, type Baseline, baselineOf } from './scores';

/**
 * @param read the sentences that were scored; none while they are being read
 * @param asked the relation in view, by its place in `ASKED`
 * @returns baselines by the place of their relation
 */
export function useBaselines(
  read: ReadonlySignal<readonly ToyPair[]>,
  asked: ReadonlySignal<number>,
): ReadonlySignal<ReadonlyMap<number, Baseline>> {
  const found = useSignal<ReadonlyMap<number, Baseline>>(new Map());
  useSignalEffect(() => {
    const [pairs, kind] = [read.value, ASKED[asked.value]?.kind];
    let isCurrent = true;
    const compute = async () => {
      found.value = new Map();
      if (pairs.length === 0) return;
      for (const [place, one] of ASKED.entries()) {
        if (one.kind !== kind) continue;
        await new Promise((resolve) => setTimeout(resolve));
        if (!isCurrent) return;
        found.value = new Map([...found.peek(), [place, baselineOf(one, pairs)]]);
      }
    };
    void compute();
    return () => {
      isCurrent = false;
    };
  });
  return found;
}
