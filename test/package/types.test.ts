/** The types of the tarball: for every compiler and resolution, complete and described. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageEntries } from '../../tools/lib/entries';
import { usePackage } from '../support/packed';
import { type PublicNames, publicNames } from '../support/publicNames';
import { ROOT } from '../support/sourceScan';

const run = promisify(execFile);
const packed = usePackage();
const entries = packageEntries();

/** An app of strict TypeScript that uses every entry. */
const CONSUMER = `
import { type Translation, Translator } from 'qkv';
import { transformer } from 'qkv/models';
${entries.map(({ specifier }, i) => `export * as entry${i} from '${specifier}';`).join('\n')}
export async function french(text: string): Promise<string> {
  const translator = await Translator.load('/models/toy-transformer/', { kinds: [transformer] });
  const translation: Translation = await translator.translate(text);
  return translation.target;
}
`;

describe('the types', () => {
  // From version 6 on TypeScript's own library of the DOM has WebGPU's types.
  const compilers = {
    'TypeScript 5.7': { name: 'typescript-5.7', types: ['@webgpu/types'] },
    'the newest TypeScript': { name: 'typescript', types: [] },
  };
  const resolutions = { bundler: 'esnext', node16: 'node16', nodenext: 'nodenext' };
  for (const [title, { name, types }] of Object.entries(compilers)) {
    for (const [moduleResolution, module] of Object.entries(resolutions)) {
      it(`compile with ${title} under ${moduleResolution}, the library checked too`, async () => {
        const { app } = packed();
        const compilerOptions = {
          strict: true,
          exactOptionalPropertyTypes: true,
          module,
          moduleResolution,
          target: 'es2022',
          lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
          types,
          noEmit: true,
          skipLibCheck: false,
        };
        await writeFile(join(app, 'package.json'), JSON.stringify({ type: 'module' }));
        await writeFile(join(app, 'consumer.ts'), CONSUMER);
        const config = join(app, 'tsconfig.json');
        await writeFile(config, JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
        const tsc = join(ROOT, 'node_modules', name, 'bin', 'tsc');
        const { stdout } = await run(process.execPath, [tsc, '-p', config]).catch((error) => error);
        expect(stdout).toBe('');
      });
    }
  }
});

describe('the public names', () => {
  let names: PublicNames;
  beforeAll(() => {
    const { folder } = packed();
    const declarations = entries.map(
      ({ specifier, name }) => [specifier, join(folder, `dist/lib/${name}.d.ts`)] as const,
    );
    names = publicNames(new Map(declarations), folder);
  });

  it('are there, each in one entry', () => {
    expect(names.names.length).toBeGreaterThan(150);
    expect(names.twice).toEqual([]);
  });

  it('include every type that a signature names', () => {
    expect(names.unexported).toEqual([]);
  });

  it('are all described, so that an editor shows it', () => {
    expect(names.undocumented).toEqual([]);
  });
});
