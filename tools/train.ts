/**
 * `npm run train`: trains a translation or language model, or word vectors, on Dawn in Node, with
 * checkpoints.
 */
import { Command, Option } from 'commander';
import { OptionError } from 'qkv';
import { defined } from './lib/defined';
import { describeDefaults, describeKinds, recipeNamed } from './lib/kinds';
import { addModelFlags, modelOptions } from './lib/modelFlags';
import { WEIGHT_TYPES } from './lib/modelFolder';
import { OPTIMIZERS, optimizerOf } from './lib/optimizers';
import { decimal, type Recipe, wholeNumber } from './lib/recipe';
import { defaultLabelSmoothing, studyCorpus } from './lib/studies';
import { TEXT_FORMS } from './lib/textForms';
import { trainRecipe } from './lib/training';
import { verifyModel } from './lib/verify';

function command(): Command {
  const program = new Command('train')
    .description(
      'Train a translation or language model, or word vectors, on the GPU (Dawn in Node).',
    )
    .option('--model <kind>', describeKinds(), 'transformer')
    .option('--corpus <name>', "'toy', the English-French grammar that is shipped", 'toy')
    .option(
      '--pairs <n>',
      'sentence pairs, or sentences, to draw from the grammar',
      wholeNumber('pairs'),
      200_000,
    )
    .option(
      '--train <files...>',
      'sentence pairs to learn from: a tab-separated file, or two of lines; of a language model one of lines',
    )
    .option(
      '--dev <files...>',
      'held-out data in the same form; equal sources give several references',
    )
    .option(
      '--byte-pairs <n>',
      'use byte-pair vocabularies of this size',
      wholeNumber('byte-pairs', 260),
    )
    .option(
      '--byte-pair-dropout <p>',
      'part of the merges that are skipped, other ones in each epoch',
      decimal('byte-pair-dropout', 0, 0.9),
    )
    .option('--shared-vocabulary', 'one vocabulary for both languages')
    .option(
      '--max-length <n>',
      'longest sentence in tokens (default: 32, 160 characters)',
      wholeNumber('max-length'),
    )
    .optionsGroup('Text of these files:')
    .addOption(
      new Option(
        '--text <form>',
        'what they hold: tokens between spaces, raw text to tokenise, or raw text as it is ' +
          '(default: raw for byte pairs and language models, else tokens)',
      ).choices(TEXT_FORMS),
    )
    .option('--tokenise', 'short for --text tokenise')
    .option('--lowercase', 'convert to lower case (default for tokenise)')
    .option('--cased', 'keep capital letters (default for tokens and raw)')
    .option(
      '--languages <tags...>',
      'of source and target, for spacing (default: en fr; raw: none)',
    )
    .optionsGroup('Texts of language models and word vectors:')
    .addOption(
      new Option('--tokens <kind>', 'what a token is (default: word)').choices([
        'word',
        'character',
      ]),
    )
    .addOption(
      new Option('--side <name>', 'English or French (default: target)').choices([
        'source',
        'target',
      ]),
    )
    .optionsGroup('Training:')
    .option('--steps <n>', 'training steps', wholeNumber('steps'), 4000)
    .option('--epochs <n>', 'epochs, in place of steps', wholeNumber('epochs'))
    .option(
      '--batch <n>',
      `examples of a batch (default: ${describeDefaults(({ batchSize }) => batchSize)})`,
      wholeNumber('batch'),
    )
    .option(
      '--label-smoothing <p>',
      'label smoothing (default: 0.1 for translation, else 0)',
      decimal('label-smoothing', 0, 0.95),
    )
    .option(
      '--word-dropout <p>',
      'part of the words of a translation model that become unk on both sides, so that it can copy',
      decimal('word-dropout', 0, 0.5),
    )
    .addOption(
      new Option('--optimizer <kind>', "optimiser, with torch's defaults")
        .choices(OPTIMIZERS)
        .default('adam'),
    )
    .option('--schedule <kind>', 'learning rate: constant, warmup, noam, cosine, linear', 'warmup')
    .option(
      '--lr <rate>',
      `highest learning rate (default: ${describeDefaults(({ learningRate }) => learningRate)}; ` +
        'with adagrad 0.01, with sgd 0.1)',
      decimal('lr', 0, 10),
    )
    .option(
      '--warmup <n>',
      'steps of rising learning rate (default: 400; 0 for a constant one)',
      wholeNumber('warmup', 0),
    )
    .option('--clip <norm>', 'largest gradient norm; 0 for none', decimal('clip', 0, 1e9), 1)
    .option('--seed <n>', 'seed of parameters, data order and dropout', wholeNumber('seed', 0), 1)
    .optionsGroup('The run:')
    .option('--out <folder>', 'where checkpoints and the model go (default: runs/ and the kind)')
    .option('--resume', 'resume from the checkpoint in the folder')
    .option(
      '--checkpoint-every <n>',
      'steps between checkpoints',
      wholeNumber('checkpoint-every'),
      200,
    )
    .option(
      '--eval-every <n>',
      'steps between evaluations; 0 for every epoch',
      wholeNumber('eval-every', 0),
      500,
    )
    .option('--keep-best', 'export the model of the best evaluation, rather than the last one')
    .addOption(
      new Option('--weights <type>', 'how the matrices of the exported model are stored')
        .choices(WEIGHT_TYPES)
        .default('f16'),
    )
    .option(
      '--init-from <model>',
      'start from the parameters of a translation model of these sizes: a folder or a shipped one',
    )
    .option('--verify <model>', 'replay the first 50 steps of a shipped model and compare losses')
    .option('--json', 'print one JSON object as the last line of standard output')
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride();
  addModelFlags(program);
  return program;
}

/** Runs the command. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const program = command().parse(args, { from: 'user' });
  const options = program.opts();
  const abort = new AbortController();
  process.once('SIGINT', () => {
    process.stderr.write('\nstopping after this step; once more to quit at once\n');
    process.once('SIGINT', () => process.exit(130));
    abort.abort();
  });
  if (options.verify !== undefined)
    return verifyModel(String(options.verify), options.json === true);
  const { recipe, epochs } = recipeOf(options);
  const summary = await trainRecipe({
    recipe,
    epochs,
    folder: String(options.out ?? `runs/${recipe.kind}`),
    resume: options.resume === true,
    checkpointEvery: Number(options.checkpointEvery),
    evaluateEvery: Number(options.evalEvery),
    keepBest: options.keepBest === true,
    weights: defined(
      WEIGHT_TYPES.find((type) => type === options.weights),
      'weights',
    ),
    // The number of steps is the total, including those before the interruption.
    commandLine: `npm run train -- ${args.filter((arg) => arg !== '--resume').join(' ')}`,
    signal: abort.signal,
  });
  const { figures, ...rest } = summary;
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ...rest, ...figures })}\n`);
  return summary.aborted ? 130 : 0;
}

function recipeOf(o: Record<string, unknown>): { recipe: Recipe; epochs: number | undefined } {
  const schedules = ['constant', 'warmup', 'noam', 'cosine', 'linear'] as const;
  const schedule = schedules.find((name) => name === o.schedule);
  if (schedule === undefined) {
    throw new OptionError(
      `--schedule must be one of ${schedules.join(', ')}, found '${o.schedule}'`,
    );
  }
  const seed = Number(o.seed);
  const modelRecipe = recipeNamed(String(o.model));
  const { name: kind, learningRate, batchSize } = modelRecipe;
  const { optimizer, rate } = optimizerOf(String(o.optimizer), learningRate);
  const recipe: Recipe = {
    kind,
    model: modelOptions(modelRecipe, o),
    corpus: studyCorpus(kind, o),
    steps: Number(o.steps),
    batchSize: Number(o.batch ?? batchSize),
    schedule: {
      kind: schedule,
      rate: Number(o.lr ?? rate),
      warmup: Number(o.warmup ?? (schedule === 'constant' ? 0 : 400)),
      steps: Number(o.steps),
      modelSize: Number(o.dModel ?? 128),
    },
    optimizer,
    labelSmoothing: Number(o.labelSmoothing ?? defaultLabelSmoothing(modelRecipe.kind.family)),
    wordDropout: o.wordDropout === undefined ? undefined : Number(o.wordDropout),
    clipNorm: Number(o.clip) > 0 ? Number(o.clip) : undefined,
    seed,
    initFrom: o.initFrom === undefined ? undefined : String(o.initFrom),
  };
  return { recipe, epochs: o.epochs === undefined ? undefined : Number(o.epochs) };
}
