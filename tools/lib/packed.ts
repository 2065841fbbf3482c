/** Packs the package as npm does, and unpacks it as npm does, without a registry. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../environment.mjs';
import { runProgram } from './runProgram';

/** Builds the package and packs it. @returns the tarball's path */
export async function packPackage(folder: string): Promise<string> {
  const built = await runProgram(process.execPath, ['tools/run.mjs', 'build', '--library'], root);
  if (!built.isSuccess) throw new Error(`the build failed:\n${built.text}`);
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { isSuccess, stdout, text } = await runProgram('npm', args, root);
  if (!isSuccess) throw new Error(`npm pack failed:\n${text}`);
  const [{ filename }] = [JSON.parse(stdout)].flat();
  return join(folder, filename);
}

/** @param folder the package's own, such as node_modules/qkv of an app */
export async function unpackPackage(tarball: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const args = ['-xzf', tarball, '-C', folder, '--strip-components=1'];
  const { isSuccess, text } = await runProgram('tar', args, folder);
  if (!isSuccess) throw new Error(`${tarball} cannot be unpacked:\n${text}`);
}
