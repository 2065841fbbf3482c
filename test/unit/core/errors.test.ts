/** Typed errors: names that no minifier changes, and the way across postMessage and back. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as errors from '../../../src/core/errors';
import { errorFromPlain, errorToPlain } from '../../../src/core/plainError';

const { InputError, DownloadError, OptionError, QkvError, checkOptions } = errors;

const examples: readonly (readonly [string, errors.QkvError])[] = [
  ['QkvError', new QkvError('signature', 'no input')],
  ['ShapeError', new errors.ShapeError('a')],
  ['DTypeError', new errors.DTypeError('b')],
  ['OptionError', new OptionError('c')],
  ['InputError', new InputError('d', { words: ['zyzzyva', 'qat'] })],
  ['FormatError', new errors.FormatError('e', { cause: new SyntaxError('no JSON') })],
  ['DownloadError', new DownloadError('f', { url: 'https://a.b/c', status: 404 })],
  ['StorageError', new errors.StorageError('g', { cause: 'text' })],
  ['DeviceError', new errors.DeviceError('h')],
  ['DeviceLostError', new errors.DeviceLostError('i')],
  ['DisposedError', new errors.DisposedError('j')],
  ['AbortError', new errors.AbortedError('k', { cause: new DOMException('stop', 'AbortError') })],
  ['WorkerError', new errors.WorkerError('l')],
];

it('knows every class of error', () => {
  const classes = Object.values(errors).filter(
    (value) => typeof value === 'function' && value.prototype instanceof Error,
  );
  expect(new Set(examples.map(([, error]) => error.constructor))).toEqual(new Set(classes));
});

describe.each(examples)('%s', (name, error) => {
  it('has its name, which its class does not give it', () => {
    expect(error.name).toBe(name);
    expect(error).toBeInstanceOf(Error);
    // A minifier may rename classes: no source but a string literal says the name.
    const source = readFileSync('src/core/errors.ts', 'utf8');
    expect(source).toContain(`name: string = '${name}'`);
    expect(source).not.toMatch(/new\.target|constructor\.name = /);
  });

  it('crosses a structured clone with class, code, fields and cause', () => {
    const back = errorFromPlain(structuredClone(errorToPlain(error)));
    expect(back.constructor).toBe(error.constructor);
    const { cause, ...fields } = { ...back, message: back.message, stack: back.stack };
    const { cause: _, ...before } = { ...error, message: error.message, stack: error.stack };
    expect(fields).toEqual(before);
    if (error.cause instanceof Error) {
      expect(back.cause).toMatchObject({ name: error.cause.name, message: error.cause.message });
    } else {
      expect(back.cause).toBe(error.cause);
    }
    expect(cause).toBeUndefined();
  });
});

it('takes down what is no typed error, and no error at all', () => {
  const back = errorFromPlain(structuredClone(errorToPlain(new RangeError('too far'))));
  expect(back).toMatchObject({ name: 'RangeError', message: 'too far' });
  expect(back).not.toBeInstanceOf(QkvError);
  expect(errorFromPlain(errorToPlain('oops')).message).toBe('oops');
  expect(errorFromPlain(errorToPlain(undefined)).message).toBe('undefined');
});

it('ends with causes that go in a circle', () => {
  const error = new errors.FormatError('a');
  Object.defineProperty(error, 'cause', { value: error });
  expect(() => structuredClone(errorToPlain(error))).not.toThrow();
});

it('an error of a code that this version does not know stays typed', () => {
  const back = errorFromPlain({ name: 'NewError', code: 'new', message: 'm' });
  expect(back).toBeInstanceOf(QkvError);
  expect(back).toMatchObject({ name: 'NewError', code: 'new', message: 'm' });
  // Not what every object has.
  expect(errorFromPlain({ name: 'X', code: 'constructor', message: '' })).toMatchObject({
    code: 'constructor',
  });
});

describe('options', () => {
  it('are refused as they were written', () => {
    expect(() => checkOptions('load', { onprogress: 1 }, ['onProgress'])).toThrow(
      "load: unknown option 'onprogress'; known: onProgress",
    );
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['beam', "'beam'"],
    [[1, 2], '[1,2]'],
    [5, '5'],
    [Number.NaN, 'NaN'],
  ])('%o are none', (options, text) => {
    expect(() => checkOptions('load', options, [])).toThrow(OptionError);
    expect(() => checkOptions('load', options, [])).toThrow(
      `load: expected an object of options, found ${text}`,
    );
  });

  it('are shown as they were written', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(errors.shown({ kind: 'magic', width: 3 })).toBe('{"kind":"magic","width":3}');
    expect(errors.shown(circle)).toBe('an object');
    expect(errors.shown(new Map())).toBe('Map');
    expect(errors.shown('x'.repeat(100))).toHaveLength(83);
    expect(errors.shown(Object.create(null))).toBe('{}');
    expect(errors.shown(12n)).toBe('12');
  });
});
