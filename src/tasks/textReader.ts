/** Models that read a text at once, loaded to a device: what MaskFiller and Classifier share. */
import { compileGraph } from '../compiler/compile';
import { dim } from '../core/dim';
import { checkOptions, defined } from '../core/errors';
import { i32 } from '../core/shape';
import { preparePlan } from '../gpu/prepared';
import { Program } from '../gpu/program';
import { StateStore } from '../gpu/states';
import { trace } from '../graph/graph';
import type { FileSource } from '../io';
import type { ModelKind } from '../models/kind';
import type { Labeller } from '../models/model';
import { declareParameters, type ParameterLayout } from '../nn/parameters';
import {
  type ParameterFormat,
  type ParameterOptions,
  parameterBytes,
  parameterScope,
  parameterStates,
  storedLayout,
  storedParameters,
} from '../nn/storage';
import type { CodecFormat } from '../text';
import { checkLists } from './checkLists';
import { downloadModel } from './downloadModel';
import type { MaskedDescription } from './maskedFiles';
import type { DescriptionReaders } from './modelFiles';
import type { GpuMemory, Resident } from './onDevice';
import {
  type CreationContext,
  createResident,
  RESIDENT_OPTIONS,
  type ResidentOptions,
} from './resident';

/** Options of loading a model that reads texts. */
export interface ReaderOptions extends ResidentOptions, ParameterOptions {
  /** Imported kinds of models, such as `[bert]`: the app's bundle has no others. */
  readonly kinds: readonly ModelKind[];
  /** `[quantised]`, for parameters of fewer bits than 32. */
  readonly formats?: readonly ParameterFormat[];
  /** `[bytePairs]`, for models whose vocabulary is byte pairs rather than words. */
  readonly codecs?: readonly CodecFormat[];
}

const OPTIONS = [...RESIDENT_OPTIONS, 'kinds', 'formats', 'codecs', 'dtype', 'arithmetic'];

/** A model that reads texts, on a device. */
export interface TextReader<D extends MaskedDescription = MaskedDescription> {
  readonly description: D;
  readonly layout: ParameterLayout;
  readonly states: StateStore;
  readonly memory: GpuMemory;
  /**
   * Its logits for one text.
   * @param ids tokens, framed by bos and eos
   * @returns [T, classes], or [classes]
   */
  logits(ids: readonly number[]): Promise<Float32Array>;
}

/** What is loaded: how its description is read, and what it computes. */
export interface ReaderTask<D extends MaskedDescription> {
  /** Names the task in messages: 'classifier'. */
  readonly what: string;
  read(json: string, readers: DescriptionReaders, where?: string): D;
  labeller(description: D): Labeller;
}

/** The parameters of a model that reads texts. */
function labellerLayout(model: Labeller): ParameterLayout {
  const [B, T] = [dim('B', 1), dim('T', model.maxLength)];
  return declareParameters(
    (scope, input) => model.logits(scope, { tokens: input('tokens'), lengths: input('lengths') }),
    { tokens: i32(B, T), lengths: i32(B) },
  );
}

/** Loads a model from a folder with model.json and model.safetensors. */
export async function loadReader<D extends MaskedDescription>(
  task: ReaderTask<D>,
  source: FileSource,
  options: ReaderOptions,
): Promise<Resident<TextReader<D>>> {
  checkOptions('load', options, OPTIONS);
  checkLists(options);
  const create = (context: CreationContext) => createReader(task, source, options, context);
  return createResident(task.what, create, options);
}

async function createReader<D extends MaskedDescription>(
  task: ReaderTask<D>,
  source: FileSource,
  options: ReaderOptions,
  { device, signal, meter }: CreationContext,
): Promise<TextReader<D>> {
  const files = await downloadModel(source, { ...options, signal }, meter);
  const description = task.read(files.json, options, files.where);
  const labeller = task.labeller(description);
  const layout = storedLayout(labellerLayout(labeller), options, options.formats ?? []);
  const [stored, opened] = await Promise.all([
    files.tensors().then((tensors) => storedParameters(layout, tensors)),
    device,
  ]);
  const states = new StateStore(opened);
  const plan = compileGraph(readingGraph(labeller, layout));
  const bytes = parameterBytes(layout);
  const planned = bytes + preparePlan(opened, plan, { startup: 'quick' }).ownBytes;
  meter.planned(planned);
  const program = await Program.create(opened, plan, states, {
    startup: 'quick',
    onProgress: (done, total) => meter.update('compile', done, total),
  });
  meter.update('upload', 0, bytes);
  for (const [name, data] of stored) states.write(name, data);
  meter.finish('upload', bytes);
  return {
    description,
    layout,
    states,
    get memory() {
      return { planned, live: opened.liveBytes };
    },
    logits: async (ids) => {
      program.run({
        tokens: { shape: [1, ids.length], data: Int32Array.from(ids) },
        lengths: { shape: [1], data: Int32Array.of(ids.length) },
      });
      const { logits } = await program.read('logits');
      return Float32Array.from(defined(logits, 'logits').data);
    },
  };
}

/** The forward pass over one text, whose length is the symbol T. */
function readingGraph(model: Labeller, layout: ParameterLayout) {
  const T = dim('T', model.maxLength);
  return trace(
    (inputs, states) => {
      const scope = parameterScope(layout, states);
      const batch = { tokens: inputs('tokens'), lengths: inputs('lengths') };
      return { outputs: { logits: model.logits(scope, batch) } };
    },
    { inputs: { tokens: i32(1, T), lengths: i32(1) }, states: parameterStates(layout) },
  );
}
