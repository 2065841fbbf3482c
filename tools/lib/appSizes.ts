/**
 * Sizes of minimal apps: their scripts as one file, minified by Vite's bundler, gzipped. They are
 * built from the sources; `npm run apps` measures the packed package with every bundler.
 */
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import { root } from '../environment.mjs';
import { libraryPlugins } from './library';
import { fromSource } from './sourceCondition.mjs';

/**
 * Maximum gzipped size in bytes of an app that translates, in the default build of every bundler.
 */
export const TRANSLATOR_LIMIT = 50_000;

/**
 * The same limit for the installed version of Vite. The largest default build is Vite 7's, which is
 * 3.7% larger because of its minifier and preload polyfill.
 */
export const HELD_LIMIT = 48_200;

/** The same limits for apps with published models. */
export const PUBLISHED_LIMITS = {
  'embeds with a published encoder': 61_000,
  'translates with a published model': 71_000,
} as const;

export interface AppSize {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /**
   * Gzipped bytes in addition to the app that translates; undefined for apps that do not extend it.
   */
  readonly added: number | undefined;
}

interface App {
  readonly imports: string;
  readonly code: string;
}

const KINDS = 'kinds: [transformer]';

/** An app that translates, with other options and imports. */
function translator(options = KINDS, imports = ''): App {
  return {
    imports: `import { Translator } from 'qkv'; import { transformer } from 'qkv/models'; ${imports}`,
    code:
      `Translator.load('./model/', { ${options} })` +
      `.then((one) => one.translate('the cat sleeps'))` +
      `.then(({ target }) => { document.body.textContent = target; });`,
  };
}

const named = (name: string, entry: string) => `import { ${name} } from '${entry}';`;

/** One more kind of models. */
const kind = (name: string) =>
  translator(`kinds: [transformer, ${name}]`, named(name, 'qkv/models'));

/** The app that translates with a model of one's own. */
export const TRANSLATES = 'translates, with a transformer';

/** Imports that extend the app that translates. */
const ADDITIONS: Readonly<Record<string, App>> = {
  seq2seq: kind('seq2seq'),
  bahdanau: kind('bahdanau'),
  beamSearch: translator(`${KINDS}, decodings: [beamSearch]`, named('beamSearch', 'qkv/generate')),
  sampling: translator(`${KINDS}, decodings: [sampling]`, named('sampling', 'qkv/generate')),
  scoredGreedy: translator(
    `${KINDS}, decodings: [scoredGreedy]`,
    named('scoredGreedy', 'qkv/generate'),
  ),
  quantised: translator(`${KINDS}, formats: [quantised]`, named('quantised', 'qkv/models')),
  bytePairs: translator(`${KINDS}, codecs: [bytePairs]`, named('bytePairs', 'qkv/text')),
  inspection: translator(`${KINDS}, inspection`, named('inspection', 'qkv/inspect')),
  allKernels: translator(`${KINDS}, kernels: allKernels`, named('allKernels', 'qkv')),
};

/** Other apps. */
const APPS: Readonly<Record<string, App>> = {
  [TRANSLATES]: translator(),
  'the same in a worker: the worker': {
    imports:
      `import { Translator } from 'qkv'; import { transformer } from 'qkv/models'; ` +
      named('serve', 'qkv/worker'),
    code: 'serve({ Translator }, { load: { kinds: [transformer] } });',
  },
  'the same in a worker: the page': {
    imports: named('connect', 'qkv/worker'),
    code: 'console.log(connect(new Worker(location.hash)));',
  },
  'writes, with a recurrent network': {
    imports: named('Writer', 'qkv') + named('recurrentLanguage', 'qkv/models'),
    code: `Writer.load('./model/', { kinds: [recurrentLanguage] }).then(console.log);`,
  },
  'finds neighbours of words': {
    imports: named('WordVectors', 'qkv'),
    code: `WordVectors.load('./vectors.txt').then(console.log);`,
  },
  'embeds with a published encoder': {
    imports:
      `import { Embedder, hubEncoder } from 'qkv'; import { bert } from 'qkv/models'; ` +
      named('tokenizerJson', 'qkv/text'),
    code:
      `Embedder.load(hubEncoder('owner/name', { tokenizers: [tokenizerJson] }), { kinds: [bert] })` +
      `.then((one) => one.embed('the cat sleeps')).then(console.log);`,
  },
  'translates with a published model': {
    imports:
      `import { hub, Translator } from 'qkv'; import { marian } from 'qkv/models'; ` +
      `import { generationRules, publishedBeamSearch } from 'qkv/generate'; ` +
      named('marianTokenizer', 'qkv/text'),
    code:
      `Translator.load(hub('owner/name', { tokenizers: [marianTokenizer] }), ` +
      `{ kinds: [marian], decodings: [generationRules, publishedBeamSearch] })` +
      `.then((one) => one.translate('the cat sleeps')).then(console.log);`,
  },
  'trains a network of its own': {
    imports:
      `import { openDevice } from 'qkv'; import { ops } from 'qkv/graph'; ` +
      `import { linear, relu, sequential } from 'qkv/nn'; import { adam, Trainer } from 'qkv/train';`,
    code: 'console.log(openDevice, ops.crossEntropy, sequential(linear(4, 3), relu()), adam, Trainer);',
  },
};

/** The size of one app. @throws Error for a name that no app has */
export async function appSize(name: string): Promise<AppSize> {
  const app = APPS[name];
  if (app === undefined) throw new Error(`no app is called '${name}'`);
  return sizeOf(name, app);
}

/** The sizes of all apps. */
export async function appSizes(): Promise<readonly AppSize[]> {
  const translates = await appSize(TRANSLATES);
  const sizes = [translates];
  for (const [name, app] of Object.entries(ADDITIONS)) {
    const size = await sizeOf(`... and ${name}`, app);
    sizes.push({ ...size, added: size.gzipBytes - translates.gzipBytes });
  }
  for (const [name, app] of Object.entries(APPS)) {
    if (name !== TRANSLATES) sizes.push(await sizeOf(name, app));
  }
  return sizes;
}

async function sizeOf(name: string, { imports, code: calls }: App): Promise<AppSize> {
  const code = await bundle(`${imports}\n${calls}`);
  const gzipBytes = gzipSync(code, { level: 9 }).length;
  return { name, bytes: Buffer.byteLength(code), gzipBytes, added: undefined };
}

/** The app's script. @throws Error if there are several files */
async function bundle(code: string): Promise<string> {
  const app: Plugin = {
    name: 'app',
    resolveId: (id) => (id === 'app.js' ? '\0app.js' : null),
    load: (id) => (id === '\0app.js' ? code : null),
  };
  const built = await build({
    ...fromSource,
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    plugins: [app, ...libraryPlugins],
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'app.js' },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const chunks = outputs.filter((one) => one.type === 'chunk');
  const [chunk, ...more] = chunks;
  if (chunk === undefined || more.length > 0) {
    throw new Error(`an app's scripts must be one file, found ${chunks.length}`);
  }
  return chunk.code;
}

/** Formats the sizes, one line for each app. */
export function sizeTable(sizes: readonly AppSize[]): string {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const lines = sizes.map(({ name, bytes, gzipBytes, added }) => {
    const more = added === undefined ? '' : `, adds ${kilobytes(added)}`;
    return `${name}: ${kilobytes(gzipBytes)} gzipped of ${kilobytes(bytes)}${more}`;
  });
  return `${lines.join('\n')}\n`;
}
