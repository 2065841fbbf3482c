/** The file store, also against processes killed in the middle of a save. */
import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OptionError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { StorageError } from '../../../src/io';
import { fileStore } from '../../../tools/fileStore';
import { fromSource } from '../../../tools/lib/sourceCondition.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qkv-store-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

describe('fileStore', () => {
  test('loads what was saved last, and undefined before; makes its folder', async () => {
    const store = fileStore(join(folder, 'new', 'runs'));
    expect(await store.load('model.safetensors')).toBeUndefined();
    await store.save('model.safetensors', Uint8Array.of(1, 2));
    await store.save('model.safetensors', new Uint8Array(0));
    await store.save('model.safetensors', Uint8Array.of(3));
    expect(await store.load('model.safetensors')).toStrictEqual(Uint8Array.of(3));
    expect(readdirSync(join(folder, 'new', 'runs'))).toEqual(['model.safetensors']);
  });

  test('names are no paths', async () => {
    const inner = join(folder, 'inner');
    const store = fileStore(inner);
    const names = [
      '../x',
      '..',
      '.',
      '/etc/x',
      'a/b',
      'a\\b',
      'C:x',
      '.qkv-1-1.tmp',
      '*',
      'a\u0000',
    ];
    for (const [i, name] of names.entries()) await store.save(name, Uint8Array.of(i));
    for (const [i, name] of names.entries()) {
      expect(await store.load(name)).toStrictEqual(Uint8Array.of(i));
    }
    expect(readdirSync(folder)).toEqual(['inner']);
    expect(readdirSync(inner)).toHaveLength(names.length);
    for (const file of readdirSync(inner)) expect(file).toMatch(/^[\w%-][\w%.-]*$/);
    await expect(store.save('', Uint8Array.of(1))).rejects.toThrow(OptionError);
    await expect(store.load('é'.repeat(60))).rejects.toThrow('too long for a file');
  });

  test('saves without waiting: in order, each with its bytes at the call', async () => {
    const store = fileStore(folder);
    const bytes = Buffer.alloc(10_000);
    const saves: Promise<void>[] = [];
    for (let i = 1; i <= 5; i++) {
      bytes.fill(i);
      saves.push(store.save('run', bytes));
    }
    bytes.fill(99);
    await Promise.all(saves);
    expect(await store.load('run')).toStrictEqual(new Uint8Array(10_000).fill(5));
  });

  test('two stores of one folder do not disturb each other', async () => {
    const saves = Array.from({ length: 20 }, (_, i) =>
      fileStore(folder).save(`run${i % 3}`, new Uint8Array(10_000).fill(i)),
    );
    await Promise.all(saves);
    for (const name of ['run0', 'run1', 'run2']) {
      const bytes = await fileStore(folder).load(name);
      expect(bytes).toStrictEqual(new Uint8Array(10_000).fill(bytes?.[0] ?? -1));
    }
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test('leftovers of dead processes go at the next save; those of the living and others stay', async () => {
    // No process has this number: Linux allows at most 2^22.
    for (const name of ['.qkv-99999999-1.tmp', `.qkv-${process.ppid}-1.tmp`, 'other.tmp']) {
      writeFileSync(join(folder, name), 'x');
    }
    await fileStore(folder).save('run', Uint8Array.of(1));
    expect(readdirSync(folder).sort()).toEqual([`.qkv-${process.ppid}-1.tmp`, 'other.tmp', 'run']);
  });

  test('a failing save is a StorageError, leaves nothing behind, and the next one works', async () => {
    const store = fileStore(folder);
    mkdirSync(join(folder, 'run'));
    const saved = store.save('run', Uint8Array.of(1));
    await expect(saved).rejects.toThrow(StorageError);
    await expect(saved).rejects.toThrow("saving checkpoint 'run' of 1 bytes");
    expect(readdirSync(folder)).toEqual(['run']);
    await expect(store.load('run')).rejects.toThrow(StorageError);
    await store.save('other', Uint8Array.of(2));
    expect(await store.load('other')).toStrictEqual(Uint8Array.of(2));
  });
});

/** Saves byte strings of one repeated value, forever; says so after the first. */
const SAVER = `
  const { fileStore } = await import(process.argv[2]);
  const store = fileStore(process.argv[3]);
  for (let i = Number(process.argv[4]); ; i = (i + 1) % 256) {
    await store.save('run', new Uint8Array(8_000_000).fill(i));
    process.send?.(i);
  }
`;

const temporaries = (store: string) => readdirSync(store).filter((name) => name.endsWith('.tmp'));

/** Runs the saver until it has saved once and is at a further save, and `ms` later kills it. */
async function killInMidSave(
  script: string,
  args: readonly [bundle: string, store: string, first: string],
  ms: number,
): Promise<void> {
  const child: ChildProcess = fork(script, args, { execArgv: [], stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([new Promise((resolve) => child.once('message', resolve)), ended]);
  while (temporaries(args[1]).length === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
}

test('a process killed in mid-save leaves a whole checkpoint, and its leftovers go', async () => {
  const { build } = await import('vite');
  const store = join(folder, 'runs');
  await build({
    ...fromSource,
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'tools/fileStore.ts', outDir: join(folder, 'built'), minify: false },
  });
  const script = join(folder, 'saver.mjs');
  writeFileSync(script, SAVER);
  const [bundle = ''] = readdirSync(join(folder, 'built'));
  const rng = random(3);
  let interrupted = 0;
  for (let round = 0; round < 12; round++) {
    const args = [join(folder, 'built', bundle), store, String(round)] as const;
    // Every third at once, so that some fall into a save however slow or fast the disk is.
    await killInMidSave(script, args, round % 3 === 0 ? 0 : rng.next() * 60);
    interrupted += temporaries(store).length;
    const bytes = await fileStore(store).load('run');
    expect(bytes?.byteLength).toBe(8_000_000);
    expect(bytes?.every((byte) => byte === bytes[0])).toBe(true);
    // Saves of this process clean up, and show that the folder is still usable.
    if (round % 4 === 3) await fileStore(store).save('run', new Uint8Array(8_000_000));
    if (round % 4 === 3) expect(readdirSync(store)).toEqual(['run']);
  }
  // Otherwise no kill fell into a save, and nothing was tested.
  expect(interrupted).toBeGreaterThan(0);
});
