/**
 * Checkpoints as safetensors files: parameters under PyTorch's names, the optimiser's states under
 * 'optimizer.STATE/', all losses, and, as metadata, the training step, the data cursor and the
 * recipe.
 */
import { FormatError } from '../core/errors';
import { checkFormatVersion } from '../core/formatVersion';
import { NO_TUNING, parseTuning, type Tuning } from '../gpu/tuning';
import {
  parseSafetensors,
  type StoredTensor,
  storeFloat32,
  toFloat32,
  writeSafetensors,
} from '../io';
import { type NamedTensors, packArena, unpackArena } from '../nn/arena';
import type { ParameterLayout } from '../nn/parameters';
import type { DataCursor } from '../text';
import type { TrainerSnapshot } from './trainer';

/** Everything that training needs to resume. */
export interface Checkpoint {
  readonly snapshot: TrainerSnapshot;
  /** Position of the next batch. */
  readonly cursor: DataCursor;
  /** Loss of every training step so far. */
  readonly losses: readonly number[];
  /** The configuration of the run as JSON text, for callers to compare before they resume. */
  readonly recipe: string;
  /** Time spent in training steps, in seconds. */
  readonly seconds: number;
  /** The tuning that chose kernels: a resumed run is bit-equal only with the same choices. */
  readonly tuning?: Tuning;
}

const FORMAT = 'qkv-checkpoint';
const VERSION = 1;
const OPTIMIZER = 'optimizer.';

/** Serialises a checkpoint. */
export function writeCheckpoint(layout: ParameterLayout, checkpoint: Checkpoint): Uint8Array {
  const { snapshot, cursor, losses, recipe, seconds, tuning = NO_TUNING } = checkpoint;
  const tensors = new Map<string, StoredTensor>();
  const add = (prefix: string, values: NamedTensors) => {
    for (const [name, { shape, data }] of values)
      tensors.set(prefix + name, storeFloat32(name, shape, data));
  };
  add('', unpackArena(layout, snapshot.parameters));
  for (const [name, arena] of Object.entries(snapshot.moments)) {
    add(`${OPTIMIZER}${name}/`, unpackArena(layout, arena));
  }
  tensors.set('losses', storeFloat32('losses', [losses.length], Float32Array.from(losses)));
  const metadata = new Map([
    ['format', `${FORMAT}-${VERSION}`],
    ['step', String(snapshot.step)],
    ['cursor', JSON.stringify(cursor)],
    ['recipe', recipe],
    ['seconds', String(seconds)],
    ['tuning', JSON.stringify(tuning)],
  ]);
  return writeSafetensors(tensors, metadata);
}

/**
 * Parses a checkpoint.
 * @param layout of the model that it is for  @param momentNames names of the optimiser's states
 * @throws FormatError if it is damaged, or was written for another model or optimiser
 */
export function readCheckpoint(
  bytes: Uint8Array,
  layout: ParameterLayout,
  momentNames: readonly string[],
): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes);
  const field = (name: string): string => {
    const value = metadata.get(name);
    if (value === undefined) throw new FormatError(`checkpoint: no '${name}' in its metadata`);
    return value;
  };
  const format = /^qkv-checkpoint-(\d+)$/.exec(field('format'));
  if (format === null) {
    throw new FormatError(`checkpoint: expected format '${FORMAT}', found '${field('format')}'`);
  }
  checkFormatVersion('checkpoint', Number(format[1]), VERSION);
  const step = Number(field('step'));
  if (!Number.isInteger(step) || step < 0)
    throw new FormatError(`checkpoint: the step must be a whole number, found ${field('step')}`);
  const under = (prefix: string): NamedTensors =>
    new Map(
      [...tensors]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, tensor]) => [
          name.slice(prefix.length),
          { shape: tensor.shape, data: toFloat32(name, tensor) },
        ]),
    );
  const losses = under('').get('losses')?.data ?? new Float32Array();
  const moments = momentNames.map((name) => {
    const values = under(`${OPTIMIZER}${name}/`);
    if (values.size > 0) return [name, packArena(layout, values)] as const;
    throw new FormatError(
      `checkpoint: expected the optimiser's state '${name}', found ` +
        `${stateNames(tensors.keys()).join(', ') || 'none'}; resume with the same optimiser`,
    );
  });
  return {
    snapshot: {
      step,
      parameters: packArena(layout, under('')),
      moments: Object.fromEntries(moments),
    },
    cursor: readCursor(field('cursor')),
    losses: [...losses],
    recipe: field('recipe'),
    seconds: Number(field('seconds')) || 0,
    tuning: tuningOf(metadata),
  };
}

/** Names of the optimiser's states in a file. */
function stateNames(names: Iterable<string>): readonly string[] {
  const states = [...names].filter((name) => name.startsWith(OPTIMIZER));
  return [...new Set(states.map((name) => name.slice(OPTIMIZER.length).split('/', 1).join()))];
}

/**
 * The tuning of a checkpoint's run. To resume bit-equally, pass it to the device before the trainer
 * is created.
 * @throws FormatError if the checkpoint is damaged
 */
export function checkpointTuning(bytes: Uint8Array): Tuning {
  return tuningOf(parseSafetensors(bytes).metadata);
}

function tuningOf(metadata: ReadonlyMap<string, string>): Tuning {
  const text = metadata.get('tuning');
  return text === undefined ? NO_TUNING : parseTuning(text);
}

function readCursor(text: string): DataCursor {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`checkpoint: the data cursor is not valid JSON: ${text}`, { cause });
  }
  const fields = new Map<string, unknown>(
    typeof json === 'object' ? Object.entries(json ?? {}) : [],
  );
  const read = (name: string): number => {
    const value = fields.get(name);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    throw new FormatError(`checkpoint: the data cursor's '${name}' is ${JSON.stringify(value)}`);
  };
  return { seed: read('seed'), epoch: read('epoch'), batch: read('batch') };
}
