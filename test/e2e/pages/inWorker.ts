/** The page of worker.test.ts: what it asks of the worker, as functions that return data. */
import {
  AbortedError,
  DownloadError,
  InputError,
  type Translation,
  Translator,
  WorkerError,
} from 'qkv';
import { beamSearch } from 'qkv/generate';
import { transformer } from 'qkv/models';
import { connect, openWorker, transfer } from 'qkv/worker';
import type { services } from './worker';

type Services = typeof services;

const MODEL = '/models/toy-transformer/';
const SENTENCES = ['the small black cat sees a big house', 'she does not drink the red wine'];

// Bundlers look for these words.
const newWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

const start = () => connect<Services>(newWorker());

/** All that does not tell the time. */
const without = ({ milliseconds: _, ...rest }: Translation) => rest;

/** The same sentences here and in a worker, with streaming, beams and progress. */
export async function translates() {
  const { services, terminate } = start();
  const progress: number[] = [];
  const translator = await services.Translator.load(MODEL, {
    onProgress: ({ fraction }) => progress.push(fraction),
  });
  const own = await Translator.load(MODEL, { kinds: [transformer], decodings: [beamSearch] });
  const answers: (readonly [unknown, unknown])[] = [];
  const streamed: string[] = [];
  for (const text of SENTENCES) {
    const options = { onToken: (token: string) => streamed.push(token) };
    answers.push([
      without(await translator.translate(text, options)),
      without(await own.translate(text)),
    ]);
  }
  const beams = { decoding: { kind: 'beam', width: 4 } } as const;
  answers.push([
    without(await translator.translate(SENTENCES[0] ?? '', beams)),
    without(await own.translate(SENTENCES[0] ?? '', beams)),
  ]);
  const adapters = [translator.adapter, own.adapter];
  const given = Float32Array.of(1, 2, 3);
  const sum = [await services.sum(transfer(given)), given.length];
  own.dispose();
  await translator.dispose();
  const after = await translator.translate('a').catch((error: Error) => error.name);
  terminate();
  return { answers, streamed, progress, adapters, sum, after };
}

/** What goes wrong: words that are not known, an abort, a folder that is not there. */
export async function fails() {
  const { services, terminate } = start();
  const errorOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const missing = await errorOf(services.Translator.load('/models/none/'));
  const translator = await services.Translator.load(MODEL);
  const unknown = await errorOf(
    translator.translate('the zyzzyva sees a qat', { unknown: 'error' }),
  );
  const controller = new AbortController();
  const call = translator.translate(SENTENCES[0] ?? '', { signal: controller.signal });
  // Right after the call, so that the worker cannot answer before it hears of it.
  controller.abort();
  const aborted = await errorOf(call);
  const { target } = await translator.translate('the dog eats the apple');
  terminate();
  return {
    missing: missing instanceof DownloadError ? [missing.name, missing.url, missing.status] : [],
    words: unknown instanceof InputError ? unknown.words : [],
    aborted: aborted instanceof AbortedError,
    target,
  };
}

/** Trains in a worker that is killed after six steps, and in another one to the end. */
export async function trains(steps: number) {
  const first = start();
  const seen: number[] = [];
  const killed = first.services
    .train(steps, {
      onStep: (step) => {
        seen.push(step);
        if (step === 6) first.terminate();
      },
    })
    .catch((error: unknown) => error instanceof WorkerError);
  const isWorkerError = await killed;
  const second = start();
  const rest = await second.services.train(steps);
  second.terminate();
  return { isWorkerError, seen, resumed: rest.resumed, losses: [...rest.losses] };
}

/** The worker's end is noticed even where the page did not bring it about through us. */
export async function dies() {
  const worker = newWorker();
  const { services, closed } = connect<Services>(worker);
  const translator = await services.Translator.load(MODEL);
  const waiting = translator
    .translate(SENTENCES[0] ?? '', { onToken: () => worker.terminate() })
    .catch((error: Error) => error.name);
  return [await waiting, (await closed).name];
}

/** A script that is not there. */
export async function isMissing() {
  const { services } = connect<Services>(openWorker('/no-such-worker.js'));
  return services.train(1).catch((error: Error) => [error.name, error.message]);
}
