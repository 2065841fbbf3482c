/** The demo page: loads a translator, shows what it writes and what it looks at. */
import { QkvError, type Translation, Translator } from '../src/index';
import { View } from './view';

const EXAMPLES = [
  'the small black cat sees a big house',
  'she does not drink the red wine',
  'does the young actress play the piano?',
  'my brothers were hungry yesterday',
  'we will give them the letters tomorrow',
];

/** Where errors come from, in a person's words, by their stable codes. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['device', 'There is no WebGPU here'],
  ['device-lost', 'The GPU stopped; reload the page'],
  ['input', 'This sentence cannot be translated'],
  ['format', 'The model’s files are damaged'],
]);

const view = new View();

/** The folder of the model named in the address (?model=NAME). */
function modelUrl(): string {
  const name = new URLSearchParams(location.search).get('model') ?? 'toy-transformer';
  if (!/^[\w-]+$/.test(name)) throw new Error(`'${name}' is no model's name`);
  return new URL(`./models/${name}/`, document.baseURI).href;
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
    return await Translator.load(modelUrl(), {
      onProgress: ({ stage, done, total }) => {
        const what = stage === 'compile' ? 'Compiling shaders' : 'Loading the model';
        view.showProgress(what, total > 0 ? done / total : undefined);
      },
    });
  } catch (error) {
    showError(error, true);
    return undefined;
  }
}

let current: AbortController | undefined;

/** Translates one text at a time: a new one stops the one under way. */
async function translate(translator: Translator, text: string): Promise<void> {
  current?.abort();
  const own = new AbortController();
  current = own;
  view.showWorking();
  const tokens: string[] = [];
  try {
    const translation: Translation = await translator.translate(text, {
      signal: own.signal,
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

const loading = load();
view.onTranslate(EXAMPLES, (text) => {
  void loading.then((translator) => translator && translate(translator, text));
});
const translator = await loading;
if (translator !== undefined) view.showReady(translator.adapter);
