/** Every kind of the road learns in the page: held-out loss falls below that of counts alone. */
import { describe, expect, it } from 'vitest';
import { defined } from '../../../tools/lib/defined';
import { isFull } from '../../support/sample';
import { useSite } from '../../support/site';
import { inState, numberAt, savedRun, startRun, trainAddress } from '../../support/trainView';

const KINDS = ['skipgram', 'rnn', 'lstm', 'gru', 'seq2seq', 'bahdanau', 'gpt', 'bert'];

describe.runIf(isFull)('each kind', () => {
  const site = useSite();

  it.each(KINDS)('%s learns in few steps', async (kind) => {
    // Word vectors learn from single words, and need more of them.
    const steps = kind === 'skipgram' ? '300' : '150';
    const { page, errors } = await site.open(undefined, trainAddress({ kind, steps }));
    await startRun(page);
    const predicted = await numberAt(page, '.needs .figures', 'bytes');
    await inState(page, 'done');
    const live = await numberAt(page, '.run', 'bytes');
    expect(Math.abs(predicted / live - 1)).toBeLessThan(0.05);
    const { log, losses } = await savedRun(page);
    expect(losses).toHaveLength(Number(steps));
    expect(defined(log.looks.at(-1), 'look').loss).toBeLessThan(log.baseline);
    const texts = log.looks.flatMap(({ rows }) => rows.map(({ to }) => to));
    expect(new Set(texts).size).toBeGreaterThanOrEqual(5);
    expect(errors).toEqual([]);
  });
});
