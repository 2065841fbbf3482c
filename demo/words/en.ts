/** The page's words in English. */
import type { Advice } from '../engine/advice';

export const en = {
  title: 'The power of attention',
  description:
    'Three generations of neural networks translate your sentence, in your browser, on your own GPU.',
  lead: 'Three generations of neural networks translate your sentence: here, in this page, on your own GPU.',
  skip: 'Skip to the translation',
  save: 'Save the numbers (JSON)',
  savePicture: 'Save the picture (SVG)',
  formula: 'Formula',
  asTable: 'The numbers as a table',
  stepper: { step: 'Step', next: 'Next', back: 'Back' },
  views: {
    label: 'Views',
    translate: 'Translate',
    road: 'The road',
    train: 'Train',
    inside: 'Inside',
    kernels: 'Kernels',
  },
  sentence: 'An English sentence',
  sentenceHint: 'Type: the answers follow.',
  examples: 'Examples',
  another: 'Another one',
  language: 'Language of the page',
  theme: { label: 'Colours', auto: 'as the system', light: 'light', dark: 'dark' },
  gpu: {
    label: 'Your GPU:',
    memory: 'memory',
    waiting: 'Your GPU is being opened',
    idle: 'No GPU needed here',
  },
  generations: {
    'toy-seq2seq': {
      name: 'One vector',
      what: 'The whole sentence is squeezed into one vector, from which the translation is written.',
    },
    'toy-bahdanau': {
      name: 'Attention',
      what: 'For each word that it writes, the network looks back at the words that matter.',
    },
    'toy-transformer': {
      name: 'Transformer',
      what: 'Attention alone: every word looks at every other one, all at the same time.',
    },
  } as Readonly<Record<string, { readonly name: string; readonly what: string }>>,
  own: 'A model of your own.',
  corpora: {
    label: 'Trained on',
    grammar: 'a small grammar',
    everyday: 'everyday English',
    notes: {
      grammar:
        'Sentences of 439 words that a grammar wrote: every true translation is known, and mistakes are marked.',
      everyday:
        'Fifty thousand pairs of short sentences that people wrote and translated, in pieces of words:',
    },
    licence: 'Tatoeba and ManyThings.org, CC BY 2.0 FR',
    grammarOnly:
      'Trained on the small grammar alone: it leaves a gap for each word that is not in it.',
    beyond: (longest: number, parts: number) =>
      parts > 1
        ? `Longer than what it has seen, sentences of at most ${longest} words: translated clause by clause, in ${parts} parts.`
        : `Longer than what it has seen: sentences of at most ${longest} words.`,
  },
  recorded: 'recorded',
  recordedHint: 'Recorded from this page; your GPU takes over as soon as it is ready.',
  live: 'live',
  loading: 'Loading',
  waiting: 'Waits for the first model',
  writing: 'Writing',
  look: 'Look inside',
  right: 'All words are right.',
  mistakes: (wrong: number, missing: number) =>
    `${wrong} wrong, ${missing} missing, compared with the true translation.`,
  wrongWord: 'not in the true translation',
  missingWord: 'missing',
  copied: 'copied: the model does not know this word',
  unknown: 'a gap: the model does not know the word, and cannot look back at it',
  unknownWords: {
    unknown: (word: string, known: number) =>
      `“${word}” is not one of the ${known} English words that these networks have learnt; it is taken over as it is.`,
    similar: 'Did you mean',
  },
  figures: {
    first: 'first word',
    rate: 'words a second',
    total: 'whole sentence',
  },
  tabs: {
    label: 'Look inside',
    lines: 'Attention as lines',
    map: 'As a heat map',
    beams: 'Beam search',
  },
  linesHint:
    'The stronger a line, the more the network looked at that English word when it wrote the French one. Point at a word to see its lines alone.',
  mapHint:
    'A row for each French word; the stronger a cell, the more it looked at that English word.',
  mapReading: (target: string, source: string, weight: string) =>
    `${target} ← ${source}: ${weight}`,
  noAttention:
    'This network has no attention to show: it wrote all of it from one vector. Its words can still be replaced above.',
  beamsHint:
    'Five sentences grow side by side. At each step the likeliest five go on, and the others end (pale). Numbers are probabilities of a word after those before it.',
  beamsRun: 'Searching',
  alternatives: (token: string) => `In place of “${token}”`,
  alternativesEnd: 'In place of the end',
  alternativesHint: 'Choose a word of the answer to see what else it could have been.',
  end: 'end of the sentence',
  choose: (token: string, percent: string) => `Go on with “${token}”, ${percent}`,
  forced: 'The beginning is yours; the network goes on from it.',
  release: 'Its own answer again',
  errors: {
    input: 'This cannot be translated',
    device: 'There is no WebGPU here',
    'device-lost': 'The GPU stopped',
    worker: 'The computation stopped',
    download: 'The model could not be loaded',
    format: 'The model’s files are damaged',
    other: 'Something went wrong',
  } as Readonly<Record<string, string>>,
  noGpu: {
    title: 'There is no WebGPU here.',
    meanwhile:
      'The page translates on the processor instead, in double precision: slower, with the same answers. The figures that look inside need a GPU.',
    advice: {
      insecure:
        'Browsers offer WebGPU only to pages whose address begins with https, or that come from localhost. Open this page at such an address.',
      adapter:
        'This browser has WebGPU but found no GPU that it may use. Switch hardware acceleration on in its settings and update the graphics driver; chrome://gpu says more.',
      firefox:
        'Firefox has WebGPU on Windows from version 141, and on Macs with Apple silicon from 145 (with macOS 26) or 147. On Linux try Chrome.',
      safari: 'Safari has WebGPU from version 26, on Macs, iPhones and iPads.',
      chromium:
        'Chrome and Edge have WebGPU from version 113 on Windows, Macs and ChromeOS, from 121 on Android, and on Linux from 144 (Intel) or 147 (NVIDIA).',
      other: 'Chrome, Edge, Safari and Firefox have WebGPU in their current versions.',
    } satisfies Record<Advice, string> as Readonly<Record<Advice, string>>,
  },
  retry: 'Try again',
  attentionOf: 'Attention weights',
  number: (value: number, digits = 0) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
};

/** The words of the page: their names and kinds. */
export type Words = typeof en;
