/** Fine-tuning of loaded models: a few lines from a translator to a better one. */
import { checkOptions, OptionError } from '../core/errors';
import type { StateStore } from '../gpu/states';
import { writeSafetensors } from '../io/safetensors';
import { storeFloat32 } from '../io/store';
import { initialArena, type NamedTensors, packArena, unpackArena } from '../nn/arena';
import { PARAMETERS, type ParameterLayout } from '../nn/parameters';
import { adamw } from '../train/optimizers';
import { type Evaluation, type StepReport, Trainer } from '../train/trainer';
import type { MaskFiller } from './maskFiller';
import { descriptionOf } from './modelFiles';
import type { Translator } from './translator';
import {
  grownLanguage,
  grownTranslation,
  type LabelledText,
  type SentencePair,
  type Tunable,
  type TunableOptions,
  tunableClassifier,
  tunableLanguage,
  tunableTranslation,
} from './tunableModels';
import type { Writer } from './writer';

/** How a loaded model is fine-tuned. */
export interface FineTuneOptions {
  /** Learning rate of AdamW (default 0.0003). */
  readonly learningRate?: number;
  /** Factor by which AdamW shrinks the parameters (default 0.01). */
  readonly weightDecay?: number;
  /** Examples of a batch (default 16). */
  readonly batchSize?: number;
  /** Probability that is spread over all tokens or labels (default 0). */
  readonly labelSmoothing?: number;
  /** Largest global norm of the gradient (default 1). */
  readonly clipNorm?: number;
  /** Seed of the data order, of dropout and of new parameters (default 0). */
  readonly seed?: number;
  /**
   * Parameters that are not trained: names, or the beginnings of names up to a point, such as
   * 'src_embed' and 'transformer.encoder' (default: none).
   */
  readonly freeze?: readonly string[];
  /** Called with the numbers of compiled pipelines and of all pipelines. */
  readonly onProgress?: (ready: number, total: number) => void;
}

/** Options of fine-tuning a translator or a writer. */
export interface GrowingOptions<Example> extends FineTuneOptions {
  /** Examples whose unknown words join the vocabulary (default: none). */
  readonly grow?: readonly Example[];
}

/** Options of fine-tuning a classifier. */
export interface ClassifierTuning extends FineTuneOptions {
  /** The names of the classes, at least 2. */
  readonly labels: readonly string[];
}

/** Options of training on examples. */
export interface FineTuneRunOptions {
  /** How often each example is learnt from (default 10). */
  readonly epochs?: number;
  /** Stops between steps with an AbortedError; what was learnt until then stays. */
  readonly signal?: AbortSignal;
  /** Called after each step, with the number of all steps of this call. */
  readonly onStep?: (report: StepReport, total: number) => void;
}

/** The files of a fine-tuned model, which every `load` takes. */
export type TunedFiles = Readonly<{
  'model.json': string;
  'model.safetensors': Uint8Array<ArrayBuffer>;
}>;

/** A model that is being fine-tuned. */
export interface FineTuned<Example> {
  /**
   * Learns from examples. Can be called again, with the same or other examples.
   * @throws InputError naming an example that does not fit; AbortedError; DeviceLostError;
   *   DisposedError
   */
  train(examples: readonly Example[], options?: FineTuneRunOptions): Promise<void>;
  /** Mean loss and accuracy on examples, without learning from them. @throws InputError */
  evaluate(examples: readonly Example[]): Promise<Evaluation>;
  /** The model as it is now, as files of float32 parameters. */
  save(): Promise<TunedFiles>;
  /** Frees the training's memory; the loaded model stays. Idempotent. */
  dispose(): void;
}

/**
 * Prepares a loaded model for learning from examples: a translator from sentence pairs, a writer
 * from texts, and a mask filler, as a classifier, from labelled texts. The loaded model stays as it
 * is, and must not be disposed of before this one.
 * @throws OptionError for an invalid option, or a model with quantised parameters; DeviceError
 */
export function fineTune(
  model: Translator,
  options?: GrowingOptions<SentencePair>,
): Promise<FineTuned<SentencePair>>;
export function fineTune(
  model: Writer,
  options?: GrowingOptions<string>,
): Promise<FineTuned<string>>;
export function fineTune(
  model: MaskFiller,
  options: ClassifierTuning,
): Promise<FineTuned<LabelledText>>;
export async function fineTune(
  model: Translator | Writer | MaskFiller,
  options: GrowingOptions<SentencePair> | GrowingOptions<string> | ClassifierTuning = {},
): Promise<FineTuned<SentencePair> | FineTuned<string> | FineTuned<LabelledText>> {
  const { grow, labels, ...rest }: AnyOptions = options;
  const sizes = taskOptions(rest);
  const loaded = model.resident.value;
  if ('logits' in loaded) {
    refuse({ grow }, 'a classifier, whose vocabulary is fixed');
    if (labels === undefined) {
      throw new OptionError("fineTune: a classifier needs labels: { labels: ['yes', 'no'] }");
    }
    return tune(loaded, tunableClassifier(loaded.description, labels, sizes), rest);
  }
  refuse({ labels }, 'a model that generates text');
  const { description, kinds } = loaded;
  if (description.family === 'language') {
    const texts = grow?.filter((example) => typeof example === 'string') ?? [];
    const whole = texts.length > 0 ? grownLanguage(description, texts, kinds) : description;
    return tune(loaded, tunableLanguage(whole, sizes), rest);
  }
  const pairs = grow?.filter((example) => typeof example !== 'string') ?? [];
  const known = descriptionOf(description, 'translation');
  const whole = pairs.length > 0 ? grownTranslation(known, pairs, kinds) : known;
  return tune(loaded, tunableTranslation(whole, sizes), rest);
}

type AnyOptions = FineTuneOptions & {
  readonly grow?: readonly SentencePair[] | readonly string[];
  readonly labels?: readonly string[];
};

const OPTIONS = [
  'learningRate',
  'weightDecay',
  'batchSize',
  'labelSmoothing',
  'clipNorm',
  'seed',
  'freeze',
  'onProgress',
] as const satisfies readonly (keyof FineTuneOptions)[];

function taskOptions(options: FineTuneOptions): TunableOptions {
  checkOptions('fineTune', options, OPTIONS);
  const { batchSize = 16, labelSmoothing = 0 } = options;
  if (Number.isInteger(batchSize) && batchSize >= 1) return { batchSize, labelSmoothing };
  throw new OptionError(`fineTune: batchSize must be a positive integer, found ${batchSize}`);
}

/** @throws OptionError for an option that has a value */
function refuse(option: Readonly<Record<string, unknown>>, what: string): void {
  const given = Object.keys(option).find((name) => option[name] !== undefined);
  if (given !== undefined) throw new OptionError(`fineTune: '${given}' is not for ${what}`);
}

/** What a loaded model says of its parameters. */
interface Parameters {
  readonly layout: ParameterLayout;
  readonly states: StateStore;
}

async function tune<Example, B>(
  { layout, states }: Parameters,
  tunable: Tunable<Example, B>,
  options: FineTuneOptions,
): Promise<FineTuned<Example>> {
  if (layout.wordCount > 0) {
    throw new OptionError(
      "fineTune: the model's parameters are quantised; load it without the option dtype",
    );
  }
  const named = unpackArena(layout, await states.read(PARAMETERS, layout.size));
  const { learningRate = 3e-4, weightDecay = 0.01, clipNorm = 1, seed = 0 } = options;
  const { freeze, onProgress } = options;
  const trainer = await Trainer.create(states.device, tunable.task, {
    optimizer: adamw({ learningRate, weightDecay }),
    clipNorm,
    seed,
    startup: 'quick',
    ...(freeze === undefined ? {} : { freeze }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  trainer.states.write(PARAMETERS, startingArena(trainer.layout, named, seed));
  let calls = 0;
  return {
    train: async (examples, tuning = {}) => {
      checkOptions('train', tuning, ['epochs', 'signal', 'onStep']);
      const { epochs = 10, signal, onStep } = tuning;
      const batches = tunable.batches(examples, { epochs, seed: seed + calls++ });
      const total = epochs * batches.batchesPerEpoch;
      await trainer.train(batches, {
        ...(signal === undefined ? {} : { signal }),
        ...(onStep === undefined ? {} : { onStep: (report) => onStep(report, total) }),
      });
    },
    evaluate: async (examples) =>
      trainer.evaluate(tunable.batches(examples, { epochs: 1, seed: 0 })),
    save: async () => {
      const trained = unpackArena(trainer.layout, await trainer.states.read(PARAMETERS));
      const stored = [...trained].map(
        ([name, { shape, data }]) => [name, storeFloat32(name, shape, data, 'F32')] as const,
      );
      return {
        'model.json': tunable.description,
        'model.safetensors': writeSafetensors(new Map(stored), new Map([['format', 'pt']])),
      };
    },
    dispose: () => trainer.dispose(),
  };
}

/**
 * The parameters to start from: those of the loaded model. Rows of words that joined the vocabulary,
 * and parameters of a new head, are initialised.
 */
function startingArena(layout: ParameterLayout, loaded: NamedTensors, seed: number): Float32Array {
  const fresh = unpackArena(layout, initialArena(layout, seed));
  for (const [name, { shape, data }] of fresh) {
    const before = loaded.get(name);
    if (before === undefined) continue;
    const isPrefix = before.shape.slice(1).join() === shape.slice(1).join();
    if (isPrefix && before.data.length <= data.length) data.set(before.data);
  }
  return packArena(layout, fresh);
}
