/** Small files in the form of torch.save, made by Python's pickle (test/fixtures/torchFile/make.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTorch } from 'qkv/io';

/** The bytes of a file. */
export function torchFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/torchFile', name)));
}

/** Tensors by their names, with their bytes in hexadecimal. */
export function torchTensors(name: string): ReadonlyMap<string, object> {
  return new Map(
    [...parseTorch(torchFixture(name))].map(([key, { dtype, shape, bytes }]) => [
      key,
      { dtype, shape, bytes: Buffer.from(bytes).toString('hex') },
    ]),
  );
}
