/** The runtime in a worker of headless Chrome: the same answers, streaming, progress, abort, errors, training. */
import { expect, it } from 'vitest';
import { useSite } from '../support/site';

const site = useSite({ folder: 'test/e2e/pages' });

/** Calls a function of the page. */
async function inPage<T>(call: string, refused?: RegExp): Promise<T> {
  const { page, errors } = await site.open();
  const found = await page.evaluate(`functions.${call}`);
  expect(errors.filter((text) => refused?.test(text) !== true)).toEqual([]);
  return found as T;
}

it('translates as the page does, token by token', async () => {
  interface Found {
    readonly answers: readonly (readonly [{ readonly tokens: readonly string[] }, unknown])[];
    readonly streamed: readonly string[];
    readonly progress: readonly number[];
    readonly adapters: readonly string[];
    /** Of an array that was given away, and how long it is here afterwards. */
    readonly sum: readonly number[];
    readonly after: string;
  }
  const found = await inPage<Found>('translates()');
  expect(found.answers).toHaveLength(3);
  // Every number to the bit: attention and scores as well as words.
  for (const [inWorker, inPage] of found.answers) expect(inWorker).toEqual(inPage);
  const [first, second] = found.answers;
  expect(found.streamed).toEqual([...(first?.[0].tokens ?? []), ...(second?.[0].tokens ?? [])]);
  expect(found.progress.length).toBeGreaterThan(2);
  expect(found.progress.at(-1)).toBe(1);
  expect(found.sum).toEqual([6, 0]);
  expect(found.adapters[0]).toBe(found.adapters[1]);
  expect(found.after).toBe('DisposedError');
});

it('rejects with typed errors, and goes on', async () => {
  interface Found {
    readonly missing: readonly unknown[];
    readonly words: readonly string[];
    readonly aborted: boolean;
    readonly target: string;
  }
  const found = await inPage<Found>('fails()', /models\/none|404/);
  expect(found.missing).toEqual([
    'DownloadError',
    expect.stringContaining('/models/none/model.json'),
    404,
  ]);
  expect(found.words).toEqual(['zyzzyva', 'qat']);
  expect(found.aborted).toBe(true);
  expect(found.target).toBe('le chien mange la pomme');
});

it('trains; a killed worker rejects, and another one goes on from its last checkpoint', async () => {
  interface Found {
    readonly isWorkerError: boolean;
    readonly seen: readonly number[];
    readonly resumed: number;
    readonly losses: readonly number[];
  }
  const found = await inPage<Found>('trains(10)');
  expect(found.isWorkerError).toBe(true);
  expect(found.seen.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(found.resumed).toBe(4);
  expect(found.losses).toHaveLength(6);
  for (const loss of found.losses) expect(loss).toBeGreaterThan(0);
});

it('is missed when it ends, however that comes', async () => {
  expect(await inPage('dies()')).toEqual(['WorkerError', 'WorkerError']);
  const [name, message] = await inPage<readonly string[]>('isMissing()', /no-such-worker|404/);
  expect(name).toBe('WorkerError');
  expect(message).toMatch(/did not start: .*address/);
});
