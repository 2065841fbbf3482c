/** Tunings as data: read back as written, damaged ones refused, what they make of a target. */
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors';
import { chooseFastest } from '../../../src/gpu/tune';
import { parseTuning, type Tuning } from '../../../src/gpu/tuning';
import { tunedTarget } from '../../../src/graph/choice';
import { type CheckpointStore, StorageError } from '../../../src/io';
import { tuningStore } from '../../../src/tasks/tuningStore';

const tuning: Tuning = {
  choices: { 'matmul nn m8': { candidate: 'tile 2x4', wgsl: 'ab' } },
  verdicts: {
    'matmul: tile 2x4': { wgsl: 'ab' },
    'matmul: shared 8x8': { wgsl: 'cd', failure: 'y0: worst at 3' },
  },
};

function memoryStore(): CheckpointStore & { readonly files: Map<string, Uint8Array<ArrayBuffer>> } {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    files,
    load: async (name) => files.get(name),
    save: async (name, bytes) => {
      files.set(name, new Uint8Array(bytes));
    },
  };
}

describe('a tuning', () => {
  it('is read back as it was written', () => {
    expect(parseTuning(JSON.stringify(tuning))).toEqual(tuning);
  });

  it.each([
    ['no JSON', '{'],
    ['an array', '[]'],
    ['no verdicts', '{"choices": {}}'],
    ['a choice without a hash', '{"choices": {"a": {"candidate": "b"}}, "verdicts": {}}'],
    [
      'a failure that is no text',
      '{"choices": {}, "verdicts": {"a": {"wgsl": "b", "failure": 1}}}',
    ],
  ])('that is damaged is refused: %s', (_, text) => {
    expect(() => parseTuning(text)).toThrow(FormatError);
  });

  it('gives a target its choices and what failed', () => {
    const plain = {
      subgroups: false,
      subgroupMinSize: 4,
      subgroupMaxSize: 4,
      workgroupMemory: 16384,
      shaderF16: false,
      software: false,
      cores: 2,
    };
    const { choices, rejected } = tunedTarget(plain, tuning);
    expect([...(choices ?? [])]).toEqual([['matmul nn m8', 'tile 2x4']]);
    expect([...(rejected ?? [])]).toEqual(['matmul: shared 8x8']);
  });
});

describe('a store', () => {
  it('keeps one tuning for each adapter', async () => {
    const memory = memoryStore();
    const store = tuningStore(memory);
    await store.save('adapter a', tuning);
    expect(await store.load('adapter a')).toEqual(tuning);
    expect(await store.load('adapter b')).toBeUndefined();
    expect([...memory.files.keys()].every((name) => name.length <= 60)).toBe(true);
  });

  it('that may not be read holds nothing, and says so when it cannot write', async () => {
    const closed = async () => {
      throw new StorageError('closed');
    };
    const store = tuningStore({ load: closed, save: closed });
    expect(await store.load('adapter')).toBeUndefined();
    await expect(store.save('adapter', tuning)).rejects.toThrow(StorageError);
  });
});

describe('the fastest candidate', () => {
  it('must beat the default clearly', () => {
    const times = (first: number, second: number) => [
      { candidate: 'default', milliseconds: first },
      { candidate: 'other', milliseconds: second },
    ];
    expect(chooseFastest(times(1, 0.98))).toBe('default');
    expect(chooseFastest(times(1, 0.9))).toBe('other');
    expect(chooseFastest(times(0.9, 1))).toBe('default');
  });

  it('is one that was measured to the end', () => {
    const refused = { candidate: 'default', dropped: 'does not compile' };
    expect(chooseFastest([refused, { candidate: 'other', milliseconds: 5 }])).toBe('other');
    expect(chooseFastest([refused])).toBe('default');
    const slow = { candidate: 'slow', milliseconds: 0.1, dropped: 'much slower' };
    expect(chooseFastest([{ candidate: 'default', milliseconds: 1 }, slow])).toBe('default');
  });
});
