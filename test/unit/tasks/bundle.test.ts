/** An app's bundle: one file, with what was handed in to a load and nothing else that could have been. */
import { build } from 'vite';
import { expect, it } from 'vitest';
import { ROOT } from '../../support/sourceScan';

/** What holds each thing that can be handed in. */
const HANDED_IN: Readonly<Record<string, string>> = {
  transformer: 'src/models/transformer/model.ts',
  bahdanau: 'src/models/bahdanau/model.ts',
  seq2seq: 'src/models/seq2seq/model.ts',
  recurrentLanguage: 'src/models/recurrentLanguage/model.ts',
  beamSearch: 'shaders/beamStep.wgsl.ts',
  sampling: 'shaders/nucleus.wgsl.ts',
  quantised: 'shaders/quantised/registers.wgsl.ts',
  bytePairs: 'src/text/bytePair.ts',
};

/** What no app that translates needs. */
const NEVER = /^src\/(train|selfcheck|cpu)|^src\/tasks\/(writer|word)|[rR]ecipe\.ts/;

/** What only an app that looks inside has. */
const INSIDE = /^src\/(autodiff|inspect|ops\/gradients|tasks\/inspect)/;

/** Modules of an app that loads with these options, by path. */
async function modulesOf(names: readonly string[], options: string): Promise<readonly string[]> {
  const app =
    `import { Translator } from 'qkv'; import { ${names.join(', ')} } from 'handed-in';` +
    `Translator.load('./', { ${options} }).then((one) => one.translate(location.hash));`;
  const modules = new Map([
    ['app.ts', app],
    // Each name is in one of them.
    [
      'handed-in',
      ['models', 'generate', 'text', 'inspect']
        .map((one) => `export * from 'qkv/${one}';`)
        .join(''),
    ],
  ]);
  const plugin = {
    name: 'app',
    resolveId: (name: string) => (modules.has(name) ? `\0${name}` : null),
    load: (name: string) => modules.get(name.slice(1)) ?? null,
  };
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    publicDir: false,
    resolve: { conditions: ['qkv-source'] },
    plugins: [plugin],
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input: 'app.ts' },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const chunks = outputs.filter((one) => one.type === 'chunk');
  expect(chunks).toHaveLength(1);
  return chunks.flatMap(({ modules }) =>
    Object.entries(modules)
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .map(([path]) => path.replace(`${ROOT}/`, '')),
  );
}

it.each([
  [['transformer'], 'kinds: [transformer]'],
  [['bahdanau', 'beamSearch'], 'kinds: [bahdanau], decodings: [beamSearch]'],
  [
    ['transformer', 'seq2seq', 'sampling', 'quantised', 'bytePairs'],
    'kinds: [transformer, seq2seq], decodings: [sampling], formats: [quantised], codecs: [bytePairs]',
  ],
])('with %o', async (names, options) => {
  const modules = await modulesOf(names, options);
  const held = Object.keys(HANDED_IN).filter((name) => modules.includes(HANDED_IN[name]!));
  expect(held.toSorted()).toEqual(names.toSorted());
  expect(modules.filter((path) => NEVER.test(path))).toEqual([]);
  expect(modules.filter((path) => INSIDE.test(path))).toEqual([]);
  expect(modules.length).toBeGreaterThan(80);
});

it('with what looks inside, where it is handed in', async () => {
  const modules = await modulesOf(
    ['transformer', 'inspection'],
    'kinds: [transformer], inspection',
  );
  const inside = modules.filter((path) => INSIDE.test(path));
  expect(inside.length).toBeGreaterThan(5);
  // Neither gradients nor an inspector of one's own come with it.
  expect(inside.filter((path) => /autodiff|gradients|inspector\.ts/.test(path))).toEqual([]);
  expect(modules.filter((path) => NEVER.test(path))).toEqual([]);
});
