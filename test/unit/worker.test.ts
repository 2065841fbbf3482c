/**
 * The channel between a page and its worker, over a real message channel: what crosses, what stays, and
 * what is left when either side ends. The whole of it in a browser's worker is test/e2e/worker.test.ts.
 */
import { afterEach, describe, expect, it } from 'vitest';
import {
  AbortedError,
  DisposedError,
  InputError,
  OptionError,
  QkvError,
  WorkerError,
} from '../../src/core/errors';
import { transfer } from '../../src/core/transfer';
import { connect } from '../../src/worker/connect';
import { type ServeOptions, type Services, serve } from '../../src/worker/serve';

/** A port as a page's Worker: what the page does with one, and no more. */
function asWorker(port: MessagePort): Worker {
  return Object.assign(port, {
    terminate: () => port.close(),
    onerror: null,
  }) as unknown as Worker;
}

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function connected<S extends Services>(services: S, options: Omit<ServeOptions, 'port'> = {}) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const connection = connect<S>(asWorker(port1));
  serve(services, { ...options, port: port2 });
  port1.start();
  port2.start();
  return connection;
}

class Counter {
  readonly words = ['a', 'b'];
  readonly options: unknown;
  #count = 0;
  #disposed = false;
  static disposals = 0;

  constructor(options: unknown) {
    this.options = options;
  }

  static async load(source: string | URL, options: object = {}): Promise<Counter> {
    if (String(source) === 'fail') throw new InputError('no such file', { words: ['fail'] });
    return new Counter({ source, ...options });
  }

  get lost(): Promise<Error> {
    return Promise.resolve(new InputError('gone', { words: ['here'] }));
  }

  /** Holds a function, so that it stays in the worker. */
  get inner(): object {
    return { parts: [{ run: () => this.#count }] };
  }

  get count(): number {
    return this.#count;
  }

  async add(by: number, options: { readonly onStep?: (count: number) => void } = {}) {
    if (this.#disposed) throw new DisposedError('the counter was disposed');
    for (let i = 0; i < by; i++) {
      this.#count++;
      options.onStep?.(this.#count);
    }
    return { total: this.#count, data: Float32Array.of(1, 2, this.#count) };
  }

  wait(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const abort = () => reject(new AbortedError('wait: aborted'));
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
    });
  }

  dispose(): void {
    this.#disposed = true;
    Counter.disposals++;
  }
}

describe('a class in a worker', () => {
  it('is loaded with the options of both sides, and has methods, data and getters', async () => {
    const { services } = connected({ Counter }, { load: { kinds: ['transformer'] } });
    const counter = await services.Counter.load(new URL('https://host/model/'), {});
    expect(counter.options).toEqual({ source: 'https://host/model/', kinds: ['transformer'] });
    expect(counter.words).toEqual(['a', 'b']);
    expect(counter.count).toBe(0);
    const steps: number[] = [];
    const { total, data } = await counter.add(3, { onStep: (count) => steps.push(count) });
    expect([total, [...data]]).toEqual([3, [1, 2, 3]]);
    expect(data).toBeInstanceOf(Float32Array);
    expect(steps).toEqual([1, 2, 3]);
    expect(counter.count).toBe(3);
  });

  it('rejects with the same class of error, with its code and fields', async () => {
    const { services } = connected({ Counter });
    const error: unknown = await services.Counter.load('fail').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: 'input', message: 'no such file', words: ['fail'] });
  });

  it('has its promises, and errors as results', async () => {
    const { services } = connected({ Counter });
    const counter = await services.Counter.load('x');
    const lost = await counter.lost;
    expect(lost).toBeInstanceOf(InputError);
    expect(lost).toMatchObject({ message: 'gone', words: ['here'] });
  });

  it('takes headers as an app has them', async () => {
    const { services } = connected({ Counter });
    const options = { headers: new Headers({ 'X-Key': 'secret' }) };
    const counter = await services.Counter.load('x', options);
    expect(counter.options).toMatchObject({ headers: { 'x-key': 'secret' } });
  });

  it('refuses options that cannot be sent, by name', async () => {
    const { services } = connected({ Counter });
    const load = services.Counter.load('x', { device: 1 } as object);
    await expect(load).rejects.toThrow(/option 'device' cannot be sent to a worker/);
    const kernels = services.Counter.load('x', { kernels: {} } as object);
    await expect(kernels).rejects.toThrow(/option 'kernels' cannot be sent/);
    await expect(services.Counter.load(Symbol('x') as never)).rejects.toThrow(OptionError);
  });

  it('hears a signal that fires later, and one that fired before', async () => {
    const { services } = connected({ Counter });
    const counter = await services.Counter.load('x');
    const controller = new AbortController();
    const waiting = counter.wait(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow(AbortedError);
    await expect(counter.wait(AbortSignal.abort())).rejects.toThrow(AbortedError);
  });

  it('is disposed of there, twice without harm, and refuses what comes later', async () => {
    const { services } = connected({ Counter });
    const counter = await services.Counter.load('x');
    const before = Counter.disposals;
    await counter.dispose();
    await counter.dispose();
    expect(Counter.disposals).toBe(before + 1);
    await expect(counter.add(1)).rejects.toThrow(DisposedError);
  });

  it('is not a promise, and can be awaited', async () => {
    const { services } = connected({ Counter });
    const counter = await services.Counter.load('x');
    expect(await Promise.resolve(counter)).toBe(counter);
    expect(await Promise.resolve(services)).toBe(services);
  });
});

describe('a function in a worker', () => {
  it('gets copies, and arrays that are given away', async () => {
    const { services } = connected({
      lengths: (...arrays: Float32Array[]) => arrays.map((a) => a.length),
    });
    const [copied, moved] = [new Float32Array(4), transfer(new Float32Array(5))];
    expect(await services.lengths(copied, moved)).toEqual([4, 5]);
    expect([copied.length, moved.length]).toEqual([4, 0]);
  });

  it('may return an object, which stays there', async () => {
    const { services } = connected({ counter: () => new Counter('own') });
    const counter = await services.counter();
    expect((await counter.add(2)).total).toBe(2);
  });

  it('rejects with what it throws, also where that is no error of ours', async () => {
    const { services } = connected({
      fail: () => {
        throw new RangeError('too far');
      },
    });
    const error: unknown = await services.fail().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect(error).not.toBeInstanceOf(QkvError);
  });

  it('that is not served is named, with those that are', async () => {
    const { services } = connected({ known: () => 1 });
    const { unknown } = services as unknown as { unknown(): Promise<void> };
    await expect(unknown()).rejects.toThrow(/does not serve 'unknown', only known/);
  });
});

describe('a worker that ends', () => {
  it('rejects what waits and what comes later', async () => {
    const { services, terminate, closed } = connected({ Counter });
    const counter = await services.Counter.load('x');
    const waiting = [counter.wait(new AbortController().signal), services.Counter.load('y')];
    terminate();
    for (const each of waiting) await expect(each).rejects.toThrow(WorkerError);
    await expect(counter.add(1)).rejects.toThrow(/terminated/);
    expect(await closed).toBeInstanceOf(WorkerError);
    terminate();
  });

  it('rejects what was asked before it was ready', async () => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    const { services, terminate } = connect<{ f: () => number }>(asWorker(port1));
    const waiting = services.f();
    terminate();
    await expect(waiting).rejects.toThrow(WorkerError);
  });
});
