/** A cache's folder in the file system of Node, Deno and Bun, which is found at run time. */
import type { CacheFolder } from './cacheFolder';

/** A folder, which is made if it does not exist; undefined where there is no such file system. */
export async function nodeFolder(path: string): Promise<CacheFolder | undefined> {
  const process: unknown = Reflect.get(globalThis, 'process');
  if (!isNodeProcess(process)) return undefined;
  const fs = process.getBuiltinModule('node:fs').promises;
  await fs.mkdir(path, { recursive: true });
  const at = (name: string) => `${path}/${name}`;
  return {
    list: () => fs.readdir(path),
    async size(name) {
      try {
        return (await fs.stat(at(name))).size;
      } catch (error) {
        if (Object(error).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    read: async (name) => new Uint8Array(await fs.readFile(at(name))),
    async write(name, parts) {
      // Renaming is atomic, so that an interruption leaves the old file or the new one.
      const temporary = at(`${name}.tmp`);
      await fs.writeFile(temporary, parts);
      await fs.rename(temporary, at(name));
    },
    remove: (name) => fs.rm(at(name), { force: true }),
  };
}

interface NodeProcess {
  getBuiltinModule(name: 'node:fs'): { readonly promises: NodeFiles };
}

/** The functions that are used here, as the package does not depend on Node's types. */
interface NodeFiles {
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
  readdir(path: string): Promise<readonly string[]>;
  stat(path: string): Promise<{ readonly size: number }>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  writeFile(path: string, parts: Iterable<Uint8Array>): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: true }): Promise<void>;
}

function isNodeProcess(value: unknown): value is NodeProcess {
  const has = typeof value === 'object' && value !== null && 'getBuiltinModule' in value;
  return has && typeof value.getBuiltinModule === 'function';
}
