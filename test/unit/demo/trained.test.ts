import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepTrainedRun, trainedRuns } from '../../../demo/state/trained';

const RUN = {
  ...{ name: 'first', kind: 'transformer', adapter: 'a GPU' },
  ...{ parameters: 10, seconds: 2, bytes: 40, bleu: 50 },
};

describe('runs that were trained in this browser', () => {
  const stored = new Map<string, string>();
  beforeEach(() => {
    stored.clear();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, text: string) => stored.set(key, text),
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('are kept, one of each name', () => {
    keepTrainedRun(RUN);
    keepTrainedRun({ ...RUN, name: 'second' });
    keepTrainedRun({ ...RUN, seconds: 3 });
    expect(trainedRuns()).toEqual([
      { ...RUN, name: 'second' },
      { ...RUN, seconds: 3 },
    ]);
  });

  it('are left out where they are damaged', () => {
    const damaged = [null, 1, { ...RUN, bytes: '40' }, { ...RUN, bleu: 'good' }, { name: 'x' }];
    stored.set('qkv.trained', JSON.stringify([...damaged, RUN]));
    expect(trainedRuns()).toEqual([RUN]);
    stored.set('qkv.trained', '[{');
    expect(trainedRuns()).toEqual([]);
  });

  it('are none where storage is denied', () => {
    vi.unstubAllGlobals();
    keepTrainedRun(RUN);
    expect(trainedRuns()).toEqual([]);
  });
});
