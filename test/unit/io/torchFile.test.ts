/** Files of torch.save: tensors as Python's own pickle reads them, and nothing of code or damage. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { parseTorch } from '../../../src/io/torch/torchFile';
import expected from '../../fixtures/torchFile/expected.json' with { type: 'json' };
import { inFull } from '../../support/sample';
import { torchFixture, torchTensors } from '../../support/torchFiles';

describe('a file of torch.save', () => {
  it.each(['protocol2.bin', 'protocol4.bin'])('%s gives its tensors in row-major order', (name) => {
    const found = torchTensors(name);
    expect(Object.fromEntries(found)).toEqual(expected);
    expect([...found.keys()]).toEqual(Object.keys(expected));
  });

  it('has contiguous tensors without a copy', () => {
    const file = torchFixture('protocol2.bin');
    const tensors = parseTorch(file);
    expect(tensors.get('row')?.bytes.buffer).toBe(file.buffer);
    expect(tensors.get('transposed')?.bytes.buffer).not.toBe(file.buffer);
  });

  it('runs no code, and names what it refused', () => {
    expect(() => parseTorch(torchFixture('code.bin'), 'model.bin')).toThrow(
      /^model\.bin: it refers to (posix|nt)\.system, which this reader does not run/u,
    );
  });

  it('says what else is wrong', () => {
    expect(() => parseTorch(torchFixture('compressed.bin'))).toThrow(
      /'archive\/data\.pkl' is compressed/u,
    );
    expect(() => parseTorch(new Uint8Array())).toThrow(/is no zip archive/u);
    const html = new TextEncoder().encode(`<!doctype html>${' '.repeat(99)}`);
    expect(() => parseTorch(html)).toThrow(FormatError);
    const old = Uint8Array.of(0x80, 2, 0x8a, 0x0a, ...new Uint8Array(99));
    expect(() => parseTorch(old)).toThrow(/torch before 1\.6/u);
  });

  it('that is damaged is read, or refused with its name', () => {
    const numbers = random(3);
    const files = ['protocol2.bin', 'protocol4.bin'].map(torchFixture);
    let refused = 0;
    for (let i = 0; i < inFull(100_000, 5000); i++) {
      const file = files[i % 2]!;
      const damaged = i % 3 === 0 ? file.slice(0, numbers.below(file.length)) : file.slice();
      for (let n = 0; n < i % 3; n++) damaged[numbers.below(file.length)] = numbers.below(256);
      try {
        const bytes = [...parseTorch(damaged, 'm.bin').values()].map((one) => one.bytes.length);
        // No more than the file holds, whatever its shapes say.
        expect(Math.max(0, ...bytes)).toBeLessThanOrEqual(file.length);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.message).toMatch(/^m\.bin/u);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

const folder = resolve(process.env.QKV_DATA ?? '../shared/data', 'hf');
const isThere = existsSync(folder);
if (!isThere) console.warn(`skipped 2 tests: no models in ${folder}`);

/** Names, types, shapes and digests of all tensors, as Python's pickle module gives them. */
const DIGESTS = {
  'marian-en-de-bin': 'b09bb3159ec593b2c6c4d3c1b939c3d62b0a62484bee3826fd3e085068d84bb4',
  'bert-classify': '4c5b3660f027637920cf176de8a6cda707214270279940765047fde9167b2f37',
};

it.runIf(isThere).each(Object.entries(DIGESTS))('%s is as Python reads it', (name, digest) => {
  const path = join(folder, name, 'model/pytorch_model.bin');
  const types: Readonly<Record<string, string>> = {
    F32: 'FloatStorage',
    F16: 'HalfStorage',
    I64: 'LongStorage',
  };
  const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
  const lines = [...parseTorch(new Uint8Array(readFileSync(path)))].map(
    ([key, { dtype, shape, bytes }]) => `${key} ${types[dtype]} ${shape} ${sha256(bytes)}`,
  );
  expect(sha256(lines.join('\n'))).toBe(digest);
});
