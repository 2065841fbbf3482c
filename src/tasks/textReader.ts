/** Models that read a text at once, loaded to a device: what MaskFiller and Classifier share. */

import { compileGraph } from '../compiler/compile';
import { dim } from '../core/dim';
import { checkOptions, defined, OptionError } from '../core/errors';
import type { HostTensors } from '../core/hostTensor';
import { i32 } from '../core/shape';
import { preparePlan } from '../gpu/prepared';
import { Program } from '../gpu/program';
import { StateStore } from '../gpu/states';
import { trace } from '../graph/graph';
import type { FileSource } from '../io';
import type { Labeller } from '../models/model';
import { declareParameters, type ParameterLayout } from '../nn/parameters';
import { parameterBytes, parameterScope, parameterStates, storedLayout } from '../nn/storage';
import { checkLists } from './checkLists';
import { downloadModel } from './downloadModel';
import { inspectionOf } from './generation';
import type { ClassifierDescription, MaskedDescription } from './maskedFiles';
import { MASK } from './maskedText';
import type { DescriptionReaders } from './modelFiles';
import type { TextInspectionContext, TextRead } from './modelInspection';
import type { Resident } from './onDevice';
import { isEncoder, type ReaderSource } from './publishedSource';
import type { ReaderOptions, ReadingOptions, TextOrPair, TextReader } from './readings';
import type { ReadingTask } from './readingTask';
import { type CreationContext, createResident, RESIDENT_OPTIONS } from './resident';

const OPTIONS = [
  ...RESIDENT_OPTIONS,
  ...['kinds', 'formats', 'parameters', 'codecs', 'inspection', 'dtype', 'arithmetic'],
];

/** What is loaded: how its description is read, and what it computes. */
export interface ReaderTask<D extends MaskedDescription, Options, Answer> {
  /** Names the task in messages: 'classifier'. */
  readonly what: string;
  /** What is done with a published model. */
  readonly published: ReadingTask<Options, Answer>;
  read(json: string, readers: DescriptionReaders, where?: string): D;
  labeller(description: D): Labeller;
}

/** What a model computes from one text. */
type Reading = Pick<TextInspectionContext, 'inputs' | 'logits'>;

/** A model as it reads one text, whose length is the symbol T. */
function readingOf(model: Labeller): Reading {
  return {
    inputs: { tokens: i32(1, dim('T', model.maxLength)), lengths: i32(1) },
    logits: (scope, inputs) =>
      model.logits(scope, { tokens: inputs('tokens'), lengths: inputs('lengths') }),
  };
}

/** The inputs of one text. */
function inputsOf(ids: readonly number[]): HostTensors {
  return {
    tokens: { shape: [1, ids.length], data: Int32Array.from(ids) },
    lengths: { shape: [1], data: Int32Array.of(ids.length) },
  };
}

/**
 * Reads a text, and looks inside the model if the options say so.
 * @param text ids without bos and eos
 * @throws OptionError for looking inside without the load option `inspection`
 */
export async function readText(
  reader: TextReader,
  text: readonly number[],
  options: ReadingOptions,
): Promise<TextRead> {
  const { model, vocabulary } = reader.description;
  const ids = [vocabulary.bos, ...text, vocabulary.eos];
  if (options.inspect === undefined && options.interventions === undefined) {
    return { logits: await reader.logits(ids) };
  }
  // The mask may be one more id than the vocabulary has.
  const reads = ids.map((id) => (id === model.maskId ? MASK : vocabulary.token(id)));
  return inspectionOf(reader).look({ inputs: inputsOf(ids), reads, options });
}

/** @throws OptionError for an unknown option, or a list that is no array */
export function checkReaderOptions(options: ReaderOptions): void {
  checkOptions('load', options, OPTIONS);
  checkLists(options);
}

/** A text for a model that has no pairs. @throws OptionError for a pair */
export function oneText(where: string, text: TextOrPair): string {
  if (typeof text === 'string') return text;
  throw new OptionError(`${where}: only published models read pairs of texts; pass one text`);
}

/** Loads a model from a folder with model.json and model.safetensors, or a published one. */
export async function loadReader<D extends MaskedDescription, Options, Answer>(
  task: ReaderTask<D, Options, Answer>,
  source: ReaderSource,
  options: ReaderOptions,
): Promise<Resident<TextReader<D | ClassifierDescription, Options, Answer>>> {
  checkReaderOptions(options);
  const create = (
    context: CreationContext,
  ): Promise<TextReader<D | ClassifierDescription, Options, Answer>> =>
    isEncoder(source)
      ? source.createReader(task.published, options, context)
      : createReader(task, source, options, context);
  return createResident(task.what, create, options);
}

async function createReader<D extends MaskedDescription, Options, Answer>(
  task: ReaderTask<D, Options, Answer>,
  source: FileSource,
  options: ReaderOptions,
  { device, signal, meter }: CreationContext,
): Promise<TextReader<D, Options, Answer>> {
  const files = await downloadModel(source, { ...options, signal }, meter);
  const description = task.read(files.json, options, files.where);
  const reading = readingOf(task.labeller(description));
  const declared = declareParameters(reading.logits, reading.inputs);
  const formats = options.formats ?? [];
  const layout = storedLayout(declared, options, formats);
  const opened = await device;
  const states = new StateStore(opened);
  const plan = compileGraph(readingGraph(reading, layout));
  const planned = parameterBytes(layout) + preparePlan(opened, plan, { startup: 'quick' }).ownBytes;
  meter.planned(planned);
  const [program] = await Promise.all([
    Program.create(opened, plan, states, {
      startup: 'quick',
      onProgress: (done, total) => meter.update('compile', done, total),
    }),
    files.files.load({ layout, states, formats, meter, received: files.received }),
  ]);
  const inspection = options.inspection?.reading({ ...reading, device: opened, layout, states });
  return {
    description,
    layout,
    states,
    inspection,
    get memory() {
      const inside = inspection?.plannedBytes ?? 0;
      return { planned: planned + inside, live: opened.liveBytes };
    },
    logits: async (ids) => {
      program.run(inputsOf(ids));
      const { logits } = await program.read('logits');
      return Float32Array.from(defined(logits, 'logits').data);
    },
  };
}

/** The forward pass over one text. */
function readingGraph({ inputs, logits }: Reading, layout: ParameterLayout) {
  return trace(
    (input, states) => ({ outputs: { logits: logits(parameterScope(layout, states), input) } }),
    { inputs, states: parameterStates(layout) },
  );
}
