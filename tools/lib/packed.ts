/** Packs the package as npm does, and unpacks it as npm does, without a registry. */
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../environment.mjs';
import { defined } from './defined';
import { onceForSources } from './onceForSources.mjs';
import { runProgram } from './runProgram';

/** Files that npm packs in addition to the built ones, and package.json. */
const OWN_FILES = ['package.json', '.gitignore', 'README.md', 'LICENSE', 'CHANGELOG.md'];

/**
 * Builds and packs the package, once for the sources as they are.
 * @returns the tarball's path
 */
export async function packPackage(): Promise<string> {
  const folder = await onceForSources('package', pack);
  const names = await readdir(folder);
  return join(
    folder,
    defined(
      names.find((name) => name.endsWith('.tgz')),
      'the tarball',
    ),
  );
}

/** Builds the package in a folder of its own, and packs it into `folder`. */
async function pack(folder: string): Promise<void> {
  const staging = join(folder, 'package');
  for (const name of OWN_FILES) await cp(join(root, name), join(staging, name));
  const build = ['tools/run.mjs', 'build', '--library', '--out', join(staging, 'dist')];
  const built = await runProgram(process.execPath, build, root);
  if (!built.isSuccess) throw new Error(`the build failed:\n${built.text}`);
  const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const { isSuccess, text } = await runProgram('npm', args, staging);
  if (!isSuccess) throw new Error(`npm pack failed:\n${text}`);
  await rm(staging, { recursive: true, force: true });
}

/** Unpacks a tarball. @param folder of the package, such as node_modules/qkv of an app */
export async function unpackPackage(tarball: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const args = ['-xzf', tarball, '-C', folder, '--strip-components=1'];
  const { isSuccess, text } = await runProgram('tar', args, folder);
  if (!isSuccess) throw new Error(`${tarball} cannot be unpacked:\n${text}`);
}
