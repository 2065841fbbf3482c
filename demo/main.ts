/** The demo page: loads a translator, and shows translations with their attention weights. */
import { allKernels, QkvError, type Translation, Translator } from 'qkv';
import { beamSearch, type Decoding, sampling } from 'qkv/generate';
import { bahdanau, seq2seq, transformer } from 'qkv/models';
import { View } from './view';

const EXAMPLES = [
  'the small black cat sees a big house',
  'she does not drink the red wine',
  'does the young actress play the piano?',
  'my brothers were hungry yesterday',
  'we will give them the letters tomorrow',
];

/** The models of this page, in historical order. */
const MODELS: ReadonlyMap<string, string> = new Map([
  ['toy-seq2seq', 'one vector for the sentence (2014)'],
  ['toy-bahdanau', 'recurrent with attention (2015)'],
  ['toy-transformer', 'transformer: attention alone (2017)'],
]);

const DEFAULT_MODEL = 'toy-transformer';

/** The decodings that the page offers. */
const DECODINGS: ReadonlyMap<string, Decoding> = new Map<string, Decoding>([
  ['greedy', { kind: 'greedy' }],
  ['beam', { kind: 'beam', width: 5, lengthPenalty: 0.6, best: 5 }],
  ['sample', { kind: 'sample', count: 1 }],
]);

/** Headings of error messages, by error code. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['device', 'There is no WebGPU here'],
  ['device-lost', 'The GPU stopped; reload the page'],
  ['input', 'This sentence cannot be translated'],
  ['format', 'The model’s files are damaged'],
]);

const view = new View();

/** The model named in the address (?model=NAME). */
function modelName(): string {
  const name = new URLSearchParams(location.search).get('model') ?? DEFAULT_MODEL;
  if (!/^[\w-]+$/.test(name)) throw new Error(`'${name}' is not the name of a model`);
  return name;
}

/** Loads the page with another model. */
function showModel(name: string): void {
  const address = new URL(location.href);
  address.searchParams.set('model', name);
  location.assign(address);
}

const NO_WEBGPU =
  'This page runs a neural network on the GPU through WebGPU. Open it in Chrome or Edge 113 or later, ' +
  'Safari 26 or later, or Firefox 141 or later, over https or on localhost.';

function showError(error: unknown, isFinal: boolean): void {
  const code = error instanceof QkvError ? error.code : '';
  const message = error instanceof Error ? error.message : String(error);
  const text = code === 'device' && !('gpu' in navigator) ? NO_WEBGPU : message;
  view.showError(TITLES.get(code) ?? 'Something went wrong', text, isFinal);
}

async function load(): Promise<Translator | undefined> {
  try {
    const url = new URL(`./models/${modelName()}/`, document.baseURI).href;
    return await Translator.load(url, {
      kinds: [seq2seq, bahdanau, transformer],
      decodings: [beamSearch, sampling],
      kernels: allKernels,
      onProgress: ({ stage, fraction }) => {
        const what = stage === 'compile' ? 'Compiling shaders' : 'Loading the model';
        view.showProgress(what, fraction);
      },
    });
  } catch (error) {
    showError(error, true);
    return undefined;
  }
}

let current: AbortController | undefined;

/** Translates a text, and aborts the translation that is still running. */
async function translate(translator: Translator, text: string): Promise<void> {
  current?.abort();
  const own = new AbortController();
  current = own;
  view.showWorking();
  const tokens: string[] = [];
  try {
    const translation: Translation = await translator.translate(text, {
      signal: own.signal,
      decoding: DECODINGS.get(view.decoding) ?? { kind: 'greedy' },
      // A random seed, so that every sample differs.
      seed: Math.floor(Math.random() * 2 ** 31),
      onToken: (token) => {
        tokens.push(token);
        if (current === own) view.showPartial(tokens.join(' '));
      },
    });
    if (current === own) view.showTranslation(translation);
  } catch (error) {
    if (current === own) showError(error, false);
  }
}

view.showModels(
  MODELS,
  new URLSearchParams(location.search).get('model') ?? DEFAULT_MODEL,
  showModel,
);
const loading = load();
view.onTranslate(EXAMPLES, (text) => {
  void loading.then((translator) => translator && translate(translator, text));
});
const translator = await loading;
if (translator !== undefined) view.showReady(translator.adapter);
