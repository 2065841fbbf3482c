/**
 * Generates the library's .d.ts files with tsc, and completes file names in their imports, so that
 * they resolve with all of TypeScript's module resolutions.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { root } from '../environment.mjs';
import type { Entry } from './entries';

/**
 * Matches module names in declarations: `from '...'`, `import('...')` and `declare module '...'`.
 */
const SPECIFIER = /(\bfrom\s+|\bimport\(|\bimport\s+|\bdeclare module\s+)(['"])(\.[^'"]*)\2/g;

/**
 * Writes the declarations of all modules to the library's folder.
 * @throws Error with tsc's output if the types do not compile
 */
export async function emitDeclarations(folder: string, entries: readonly Entry[]): Promise<void> {
  const types = join(folder, 'types');
  const config = join(folder, 'tsconfig.tmp.json');
  const settings = {
    extends: relativeName(folder, join(root, 'tsconfig.json')),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      rootDir: root,
      outDir: types,
      // Resolved from the repository, for any output folder.
      typeRoots: [join(root, 'node_modules', '@types')],
      types: [
        join(root, 'node_modules', '@webgpu', 'types'),
        join(root, 'node_modules', 'vite', 'client'),
      ],
    },
    include: [],
    files: [...entries.map(({ source }) => source), 'shaders/lib/wgsl-preprocessor.d.ts'].map(
      (file) => join(root, file),
    ),
  };
  await writeFile(config, JSON.stringify(settings));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', config], {
    encoding: 'utf8',
  });
  await rm(config);
  if (status !== 0) throw new Error(`tsc failed:\n${stdout}${stderr}`);
  // Tsc leaves out imports without a type of their own; what merges into a type must be loaded.
  const merging: string[] = [];
  for (const name of (await readdir(types, { recursive: true })).sort()) {
    if (!name.endsWith('.d.ts')) continue;
    const text = await completeImports(join(types, name));
    if (text.includes('declare module ')) merging.push(name.replace(/\.d\.ts$/, '.js'));
  }
  const imports = merging.map((name) => `import './types/${name.replaceAll('\\', '/')}';\n`);
  for (const { name, source } of entries) {
    await writeFile(
      join(folder, `${name}.d.ts`),
      `${imports.join('')}export * from './types/${source.replace(/\.ts$/, '.js')}';\n`,
    );
  }
}

/** Completes the imports of a file. @returns its text */
async function completeImports(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const complete = text.replace(SPECIFIER, (_, before: string, quote: string, name: string) => {
    return `${before}${quote}${completeName(dirname(file), name)}${quote}`;
  });
  if (complete !== text) await writeFile(file, complete);
  return complete;
}

/** './core/errors' -> './core/errors.js', './ops' -> './ops/index.js'. */
function completeName(folder: string, name: string): string {
  if (existsSync(join(folder, `${name}.d.ts`))) return `${name}.js`;
  if (existsSync(join(folder, name, 'index.d.ts'))) return `${name}/index.js`;
  return name;
}

function relativeName(from: string, to: string): string {
  const path = relative(from, to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
