/** `npm run evaluate`: scores a trained model and two baselines on held-out sentences. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { allKernels, everything, OptionError, openDevice } from 'qkv';
import { type AlignedPair, type Interval, nearestNeighbour, wordForWord } from 'qkv/evaluation';
import { Decoder, type Decoding } from 'qkv/generate';
import { StateStore, startupFor } from 'qkv/graph';
import { readTensors } from 'qkv/io';
import { modelLayout, readDescription } from 'qkv/models';
import { ARITHMETICS, PARAMETER_DTYPES, parameterBytes, storeAs, storedParameters } from 'qkv/nn';
import {
  groupReferences,
  type Pair,
  type ReferenceGroup,
  type SplitOptions,
  type SplitSentence,
  type TextConvention,
  textRules,
} from 'qkv/text';
import { type CorpusSpec, corpusForm, readPairs, toySplit } from './lib/corpora';
import { defined } from './lib/defined';
import { readTraining } from './lib/modelFolder';
import { Progress } from './lib/progress';
import { decimal, wholeNumber } from './lib/recipe';
import { translationCorpus } from './lib/studies';
import { type FullScores, scoreAll, translateAll } from './lib/translate';
import { nodeGpu } from './nodeGpu';

/** Maximum number of training pairs for the baselines, beyond which their scores hardly change. */
const BASELINE_PAIRS = 50_000;

function command(): Command {
  return new Command('evaluate')
    .description('Score a trained model, and two baselines, on held-out sentences.')
    .option('--model <name>', 'a shipped model or a folder', 'toy-transformer')
    .option('--limit <n>', 'sentences', wholeNumber('limit'), 1000)
    .option('--batch <n>', 'sentences a batch', wholeNumber('batch'), 32)
    .addOption(
      new Option('--dtype <type>', 'element type of the parameters on the device')
        .choices(PARAMETER_DTYPES)
        .default('f32'),
    )
    .addOption(new Option('--weights <type>').hideHelp())
    .addOption(
      new Option('--arithmetic <type>', 'precision of products with quantised parameters')
        .choices(ARITHMETICS)
        .default('f32'),
    )
    .option('--beam <n>', 'hypotheses of a beam search; greedy by default', wholeNumber('beam'))
    .option(
      '--length-penalty <alpha>',
      'of the beam search; 0 prefers short sentences (default: 0.6)',
      decimal('length-penalty', 0, 10),
    )
    .option('--split <name>', "'test' or 'dev' of the grammar", 'test')
    .option('--train <files...>', 'training pairs for the baselines; those of the model by default')
    .option(
      '--dev <files...>',
      'held-out pairs in place of the grammar: one tab-separated file, or two',
    )
    .option(
      '--tokenise',
      'the files hold raw text, although the model was trained on files of tokens',
    )
    .option('--lowercase', 'score in lower case')
    .option('--json', 'print one JSON object as the last line of standard output')
    .exitOverride();
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts();
  if (options.weights !== undefined) {
    throw new OptionError(`--weights is called --dtype now: pass --dtype ${options.weights}`);
  }
  const { folder, record } = await readTraining(String(options.model));
  const spec = translationCorpus(record.recipe);
  const limit = Number(options.limit);
  const devFiles = filesOf(options.dev, spec, 'dev');
  const trainFiles = filesOf(options.train, spec, 'train');
  const description = readDescription(
    await readFile(join(folder, 'model.json'), 'utf8'),
    everything,
  );
  const { model, source, target, text } = description;
  const holdTokens = corpusForm(spec).form === 'tokens' && options.tokenise !== true;
  const splits = {
    source: splitOf(text.source, holdTokens),
    target: splitOf(text.target, holdTokens),
  };
  const split = options.split === 'dev' ? 'dev' : 'test';
  const held = await heldOut(devFiles, splits, spec, split, limit);
  const device = await openDevice({ gpu: await nodeGpu(), kernels: allKernels });
  const states = new StateStore(device);
  const dtype = defined(
    PARAMETER_DTYPES.find((type) => type === options.dtype),
    'dtype',
  );
  const arithmetic = defined(
    ARITHMETICS.find((type) => type === options.arithmetic),
    'arithmetic',
  );
  const layout = storeAs(modelLayout(model), dtype, arithmetic);
  if (arithmetic === 'f16' && !device.target.shaderF16) {
    process.stderr.write(`${device.adapterName} has no shader-f16: products are f32\n`);
  }
  const batchSize = Number(options.batch);
  const decoding = decodingOf(options);
  const decoder = await Decoder.create(device, model, layout, states, {
    maxBatch: batchSize,
    ids: target,
    decoding,
    attention: text.unknown === 'copy',
    decodings: everything.decodings,
    startup: startupFor(held.length),
  });
  const tensors = readTensors(
    await readFile(join(folder, 'model.safetensors')),
    undefined,
    everything.formats,
  );
  for (const [name, data] of storedParameters(layout, tensors)) states.write(name, data);
  const progress = new Progress(held.length);
  const start = performance.now();
  const hypotheses = await translateAll(decoder, held, source, target, {
    batchSize,
    onProgress: (done) => progress.update(done, 'sentences'),
  });
  const seconds = (performance.now() - start) / 1000;
  progress.end();
  const lowercase = options.lowercase === true;
  const training = await baselinePairs(trainFiles, splits, spec);
  const baseline = (translate: (words: readonly string[]) => readonly string[]) =>
    scoreAll(
      held.map((group) => translate(group.source)),
      held,
      text.target,
      lowercase,
    );
  const result = {
    model: String(options.model),
    corpus: devFiles === undefined ? 'toy' : devFiles.join(' + '),
    sentences: held.length,
    decoding,
    ...scoreAll(hypotheses, held, text.target, lowercase),
    secondsPerSentence: seconds / held.length,
    dtype,
    arithmetic,
    parameterBytes: parameterBytes(layout),
    adapter: device.adapterName,
    baselines: {
      wordForWord: baseline(wordForWord(training)),
      nearestNeighbour: baseline(nearestNeighbour(training)),
    },
  };
  decoder.dispose();
  states.dispose();
  device.dispose();
  report(result);
  if (options.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
  return 0;
}

/** @throws OptionError for a length penalty without beams */
function decodingOf(options: Readonly<Record<string, unknown>>): Decoding {
  const { beam, lengthPenalty } = options;
  if (beam !== undefined) {
    return { kind: 'beam', width: Number(beam), lengthPenalty: Number(lengthPenalty ?? 0.6) };
  }
  if (lengthPenalty === undefined) return { kind: 'greedy' };
  throw new OptionError('--length-penalty is for a beam search: add --beam N');
}

interface Result extends FullScores {
  readonly sentences: number;
  readonly corpus: string;
  readonly adapter: string;
  readonly decoding: Decoding;
  readonly secondsPerSentence: number;
  readonly dtype: string;
  readonly arithmetic: string;
  readonly parameterBytes: number;
  readonly baselines: Readonly<Record<string, FullScores>>;
}

/** Formats a score with half the width of its 95% interval. */
function withInterval(score: number, interval: Interval | undefined, scale = 1): string {
  const half = ((interval?.halfWidth ?? 0) * scale).toFixed(1);
  return `${(score * scale).toFixed(1)} ± ${half}`.padStart(13);
}

function row(name: string, scores: FullScores): string {
  const { intervals, tokenAccuracy } = scores;
  return [
    name.padEnd(18),
    withInterval(scores.bleu, intervals.bleu),
    withInterval(scores.chrF2, intervals.chrF2),
    `${withInterval(scores.exactMatch, intervals.exactMatch, 100)}%`,
    `${(tokenAccuracy * 100).toFixed(1).padStart(8)}%`,
  ].join(' ');
}

function report(result: Result): void {
  const { decoding, signatures } = result;
  const how = decoding.kind === 'beam' ? `beam search of ${decoding.width}` : decoding.kind;
  const heads = ['BLEU', 'chrF2', 'exact '].map((head) => head.padStart(13));
  const lines = [
    `${result.sentences} held-out sentences of ${result.corpus}, ${how}, ${result.adapter}, ` +
      `${(result.secondsPerSentence * 1000).toFixed(1)} ms a sentence, ${result.dtype} parameters in ` +
      `${(result.parameterBytes / 1e6).toFixed(2)} MB; ± half of the 95% interval`,
    `${''.padEnd(18)} ${heads.join(' ')} ${'tokens'.padStart(9)}`,
    row('model', result),
    ...Object.entries(result.baselines).map(([name, scores]) => row(name, scores)),
    ...Object.entries(signatures).map(([name, signature]) => `${name}|${signature}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Paths of files of sentence pairs, from the command line or from the model's recipe. */
function filesOf(
  given: unknown,
  spec: CorpusSpec,
  own: 'train' | 'dev',
): readonly string[] | undefined {
  if (Array.isArray(given)) return given.map(String);
  return spec.kind === 'files' ? spec[own] : undefined;
}

/**
 * Splits a side of the files as in training.
 * @param holdTokens whether the files hold tokens, which are kept as they are
 */
function splitOf(convention: TextConvention, holdTokens: boolean): SplitSentence {
  const { tokenised } = convention;
  return textRules({ ...convention, tokenised: tokenised && !holdTokens }).split;
}

async function heldOut(
  files: readonly string[] | undefined,
  splits: SplitOptions,
  spec: CorpusSpec,
  split: 'dev' | 'test',
  limit: number,
): Promise<readonly ReferenceGroup[]> {
  if (files === undefined) return groupReferences(toySplit(split, seedOf(spec), limit));
  return groupReferences(await readPairs(files, splits)).slice(0, limit);
}

async function baselinePairs(
  files: readonly string[] | undefined,
  splits: SplitOptions,
  spec: CorpusSpec,
): Promise<readonly (Pair | AlignedPair)[]> {
  if (files === undefined) return toySplit('train', seedOf(spec), BASELINE_PAIRS);
  return readPairs(files, splits);
}

function seedOf(spec: CorpusSpec): number {
  return spec.kind === 'toy' ? spec.seed : 1;
}
