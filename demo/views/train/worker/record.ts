/** What a checkpoint says of its run beside parameters: the recipe, and the log. */
import { FormatError } from 'qkv';
import { parseSafetensors, toFloat32 } from 'qkv/io';
import { inForce, type RunLog, type RunRecord } from '../events';
import type { RunRecipe } from '../recipe';

const FORMAT = 'qkv-page-run-1';

/** The recipe and the log as the JSON text of a checkpoint; losses are stored beside it. */
export function storedRecipe(recipe: RunRecipe, log: RunLog): string {
  const { losses: _, ...rest } = log;
  return JSON.stringify({ format: FORMAT, recipe, log: rest });
}

/** @throws FormatError for a file that this page did not save */
export function logOf(bytes: Uint8Array): RunLog {
  return recordOf('', bytes).log;
}

/** Reads what a checkpoint says of its run. @throws FormatError */
export function recordOf(id: string, bytes: Uint8Array): RunRecord {
  const { tensors, metadata } = parseSafetensors(bytes);
  const losses = tensors.get('losses');
  const text = metadata.get('recipe') ?? '';
  const stored = parsed(text);
  if (losses === undefined || stored === undefined) {
    throw new FormatError('this file is not a run that this page saved; choose another file');
  }
  const { recipe, log } = stored;
  return { id, recipe, log: { ...log, losses: [...toFloat32('losses', losses)] } };
}

/** The recipe of a run with what the visitor changed of its model. */
export function changedRecipe({ recipe, log }: RunRecord): RunRecipe {
  const dropout = inForce(log.changes, 'dropout');
  return dropout === undefined ? recipe : { ...recipe, values: { ...recipe.values, dropout } };
}

interface Stored {
  readonly recipe: RunRecipe;
  readonly log: Omit<RunLog, 'losses'>;
}

function parsed(text: string): Stored | undefined {
  try {
    const json: Partial<Stored> & { readonly format?: unknown } = JSON.parse(text);
    const { format, recipe, log } = json;
    const isOurs = format === FORMAT && typeof recipe?.kind === 'string';
    return isOurs && log !== undefined ? { recipe, log } : undefined;
  } catch {
    return undefined;
  }
}
