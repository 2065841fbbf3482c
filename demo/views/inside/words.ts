/** The words of the view inside a model. */
import type { Language } from '../../state/settings';
import { fr } from './wordsFrench';

export const en = {
  menu: 'Parts of this view',
  model: 'Translator',
  parts: {
    heads: 'All heads',
    rollout: 'Attention rollout',
    values: 'Values and gradients',
    plan: 'What the GPU runs',
  },
  attention: (kind: string, layer: number) => attentionName(kind, layer),
  headShort: (head: number) => `head ${head}`,
  headName: (kind: string, layer: number, head: number) =>
    `${attentionName(kind, layer)}, head ${head}`,
  heads: {
    title: 'All heads of all layers',
    text: 'Each picture is one attention head. A row is a word that asks, a column a word that answers, and the stronger a cell, the more of that word’s value was taken. Choose a picture to enlarge it; clear its box to switch the head off.',
    notice:
      'Some heads look at the word before, some at the word itself, some at the end of the sentence, where nothing is to be had. Switch a head off that looks important: often the answer stays the same, since others know it too. What a head looks at does not prove what it is for.',
    enlarge: (name: string) => `Enlarge: ${name}`,
    isOn: (name: string) => `Use this head: ${name}`,
    back: 'All heads',
    previous: 'The head before',
    next: 'The next head',
    reading:
      'Rows ask, columns answer, and each row sums to 1. ▸ stands for the beginning of the answer, ■ for the end of the sentence.',
  },
  ablation: {
    title: 'The answer without some heads',
    whole: 'With all heads',
    without: (count: number) =>
      count === 0
        ? 'No head is switched off'
        : count === 1
          ? 'Without one head'
          : `Without ${count} heads`,
    restore: 'Switch all heads on again',
    probabilities:
      'How likely the network finds each word of its own answer, after the words before it',
    rowWhole: 'all heads',
    rowWithout: 'without',
    wrong: 'not in its own answer',
    missing: 'missing: in its own answer',
  },
  rollout: {
    title: 'Attention rollout',
    text: 'In the second layer a place no longer holds one word alone: it has taken from others in the first. Rollout follows the words through all layers. It averages the heads, adds what passes by the attention unchanged, and multiplies layer by layer.',
    paper: 'Abnar & Zuidema 2020',
    notice:
      'Compare the two pictures: the diagonal is stronger in the rollout, because half of every place goes past the attention. It is an estimate that leaves out the values, the feed-forward networks and the norms. The third choice is not in the paper: it multiplies what the decoder reads by the rollout of the encoder.',
    which: 'Attention',
    kinds: { encoder: 'encoder', decoder: 'decoder', cross: 'decoder to encoder' },
    layers: 'Layers, from the first',
    all: 'all',
    alone: (kind: string): string =>
      kind === 'cross' ? 'What the last decoder layer looks at' : 'The last of these layers alone',
    rolled: (_kind: string): string => 'Through all of these layers',
    none: 'Rollout needs layers of self-attention, and this network has none. Choose the transformer.',
  },
  values: {
    title: 'Values and gradients by name',
    text: 'Everything that the network computes on the way from your sentence to its answer has a name. Choose one to see its numbers, or the gradient: how the loss of the answer changes with each of them.',
    notice:
      'The loss is the mean of −log p over the words of the network’s own answer. Its gradient is what training follows: for a network that is already sure of its answer it is tiny.',
    search: 'Search the names',
    searchHint: 'encoder weights',
    found: (count: number) => (count === 1 ? '1 name' : `${count} names`),
    names: 'Names',
    groups: { values: 'Values', parameters: 'Parameters' },
    show: 'Show',
    kinds: { value: 'the numbers', gradient: 'the gradient of the loss' },
    head: 'Head',
    firstRows: (shown: number, all: number) =>
      `The picture has the first ${shown} of ${all} rows; the file has all of them.`,
    statistics: {
      shape: 'shape',
      mean: 'mean',
      deviation: 'standard deviation',
      norm: 'norm',
      least: 'smallest',
      most: 'largest',
    },
  },
  plan: {
    title: 'What the GPU runs',
    text: 'Before anything runs, the network becomes a plan: operations that fit together are fused to steps, and each result is given a buffer as soon as it is made and gives it back after its last use.',
    notice:
      'A bar goes from the first step that uses a buffer to the last one. A long temporary bar is one buffer that is used again and again: the number beside it counts the results that lie in it, one after the other. A training step needs more buffers, since the backward pass uses results of the forward pass.',
    which: 'Plan',
    kinds: {
      encode: 'reading a sentence',
      step: 'writing one word',
      forward: 'a batch, forward only',
      train: 'a training step',
    },
    totals: {
      steps: 'steps',
      ops: 'operations',
      dispatches: 'dispatches',
      buffers: 'buffers',
      memory: 'memory',
      flops: 'arithmetic operations',
      bytes: 'moved at least',
    },
    picture: 'Buffers by steps',
    pictureLabel: (steps: number, buffers: number) =>
      `${buffers} buffers over ${steps} steps: each bar goes from the first step that uses a buffer to the last one`,
    use: (use: string) => use,
    results: (count: number) => (count > 1 ? ` × ${count}` : ''),
    bytes: ([text, power]: readonly [string, number]) =>
      `${text} ${['B', 'kB', 'MB', 'GB'][power]}`,
    operations: ([text, power]: readonly [string, number]) =>
      `${text}${['', ' thousand', ' million', ' billion'][power]}`,
    uses: (kind: string) =>
      ({
        input: 'input',
        state: 'kept between runs',
        constant: 'constant',
        arena: 'weights’ gradients',
        temporary: 'temporary',
      })[kind] ?? kind,
    step: 'Step',
    stepOps: 'Operations, fused',
    stepKernels: 'Kernel',
    stepWrites: 'Writes (type and buffer)',
    stepWork: 'Work',
    work: (flops: string, bytes: string) =>
      `${flops} arithmetic operations, at least ${bytes} moved`,
    dispatched: (count: number) => `dispatched ${count} times`,
    asTable: 'All steps as a table',
    times: 'Time by kernel',
    measure: 'Measure on this GPU',
    measuring: 'Measuring …',
    total: (ms: string, isGpu: boolean, adapter: string) =>
      `${ms} ms in all on ${adapter}, ${isGpu ? 'by the GPU’s own clock' : 'by the page’s clock, waiting included'}. Each dispatch ran alone, and the best of three runs counts.`,
    kernel: 'Kernel',
    count: 'dispatches',
  },
};

function attentionName(kind: string, layer: number): string {
  return kind === 'cross' ? `decoder to encoder, layer ${layer}` : `${kind}, layer ${layer}`;
}

export type InsideWords = typeof en;

export const WORDS: Readonly<Record<Language, InsideWords>> = { en, fr };
