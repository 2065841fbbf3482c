/** The package as a stranger has it: packed, and unpacked into node_modules of an empty folder. */
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { packPackage, unpackPackage } from '../../tools/lib/packed';
import { ROOT } from './sourceScan';

export interface Packed {
  /** An app's folder. */
  readonly app: string;
  /** Where the package lies in it. */
  readonly folder: string;
  readonly tarball: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Packs once for all tests of a file. @returns what was packed, for use inside of tests */
export function usePackage(): () => Packed {
  let packed: Packed | undefined;
  let app = '';
  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'qkv-package-'));
    const tarball = await packPackage();
    const folder = join(app, 'node_modules', 'qkv');
    await unpackPackage(tarball, folder);
    // The peer, which npm would install.
    await mkdir(join(app, 'node_modules', '@webgpu'));
    const types = join('node_modules', '@webgpu', 'types');
    await symlink(join(ROOT, types), join(app, types));
    packed = { app, folder, tarball, bytes: Uint8Array.from(await readFile(tarball)) };
  });
  afterAll(() => rm(app, { recursive: true, force: true }));
  return () => packed!;
}
