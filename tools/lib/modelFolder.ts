/** A trained model's folder: description, parameters, training record and model card. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from 'qkv';
import { storeFloat32, storeInt8, writeSafetensors } from 'qkv/io';
import { countParameters, PARAMETERS, unpackArena } from 'qkv/nn';
import type { Trainer } from 'qkv/train';
import { duration } from './progress';
import type { Recipe } from './recipe';
import { measured, type Scores, type Study } from './study';

/** Measurements of a run: the study's scores, and `trainLoss`, the mean loss of the last epoch. */
export interface RunFigures extends Scores {
  /** Time spent in training steps. */
  readonly seconds: number;
}

/** The training record of a model: training.json. */
export interface TrainingRecord {
  readonly command: string;
  readonly adapter: string;
  readonly steps: number;
  readonly parameters: number;
  readonly figures: RunFigures;
  readonly recipe: Recipe;
  /** Loss of every training step, with label smoothing. */
  readonly losses: readonly number[];
  /** The scores of every evaluation; older models have none. */
  readonly evaluations?: readonly Evaluation[];
}

/** The scores of an evaluation during training. */
export interface Evaluation extends Scores {
  /** Training steps before it. */
  readonly step: number;
}

/** What is recorded of a run's course. */
export type RunLog = Required<Pick<TrainingRecord, 'losses' | 'evaluations'>>;

export interface ExportOptions<B> {
  readonly recipe: Recipe;
  readonly study: Study<B>;
  readonly trainer: Trainer<B>;
  readonly log: RunLog;
  readonly commandLine: string;
  readonly figures: RunFigures;
  readonly weights: WeightType;
}

/** Folder of the models that the demo page offers. */
const SHIPPED = 'demo/public/models';

/** How the weights of an exported model are stored; vectors are always f16. */
export const WEIGHT_TYPES = ['f16', 'int8'] as const;
export type WeightType = (typeof WEIGHT_TYPES)[number];

/** Writes model.json, model.safetensors, training.json, card.md and the study's own files. */
export async function exportModel<B>(folder: string, options: ExportOptions<B>): Promise<void> {
  const { recipe, study, trainer, log, commandLine: command, figures } = options;
  await mkdir(folder, { recursive: true });
  const { layout } = trainer;
  const named = unpackArena(layout, await trainer.states.read(PARAMETERS));
  const weights = [...named].flatMap(([name, { shape, data }]) => {
    const [rows, columns] = shape;
    const isMatrix = rows !== undefined && columns !== undefined && shape.length === 2;
    return isMatrix && options.weights === 'int8'
      ? [...storeInt8(name, [rows, columns], data)]
      : [[name, storeFloat32(name, shape, data, 'F16')] as const];
  });
  const record: TrainingRecord = {
    command,
    adapter: trainer.device.adapterName,
    steps: trainer.stepCount,
    parameters: countParameters(layout),
    figures,
    recipe,
    ...stored(log),
  };
  await Promise.all([
    writeFile(join(folder, 'model.json'), study.description),
    writeFile(
      join(folder, 'model.safetensors'),
      writeSafetensors(new Map(weights), new Map([['format', 'pt']])),
    ),
    writeFile(join(folder, 'training.json'), `${JSON.stringify(record)}\n`),
    writeFile(join(folder, 'card.md'), card(record, study)),
    ...Object.entries(study.files?.(named) ?? {}).map(([name, text]) =>
      writeFile(join(folder, name), text),
    ),
  ]);
}

/**
 * Replaces the log in a model's record by that of the whole run, of which the model is an earlier
 * state.
 */
export async function completeLog(folder: string, log: RunLog): Promise<void> {
  const { record } = await readTraining(folder);
  const whole: TrainingRecord = { ...record, ...stored(log) };
  await writeFile(join(folder, 'training.json'), `${JSON.stringify(whole)}\n`);
}

function stored({ losses, evaluations }: RunLog): RunLog {
  return { losses: losses.map((loss) => Number(loss.toFixed(6))), evaluations };
}

function card<B>(record: TrainingRecord, study: Study<B>): string {
  const { command, adapter, steps, parameters, figures, recipe } = record;
  const { trainLoss } = figures;
  const rows = [
    ['corpus', `${study.corpus}, ${study.examples} training ${study.unit}s`],
    ['parameters', parameters],
    ['seed', recipe.seed],
    ['steps', `${steps} of ${recipe.batchSize} ${study.unit}s`],
    ['time in steps', duration(figures.seconds)],
    ...(trainLoss === undefined
      ? []
      : [
          [
            `training loss, last epoch (label smoothing ${recipe.labelSmoothing})`,
            trainLoss.toFixed(3),
          ],
        ]),
    ...measured(study.measures, figures).map(([{ label }, value]) => [label, value]),
  ];
  return `# ${recipe.kind}, ${study.subject}

Trained by this runtime on ${adapter}:

    ${command}

| | |
|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

\`training.json\` holds the recipe and the loss of every step; \`npm run train -- --verify FOLDER\` replays
the first 50 steps and compares.
`;
}

/**
 * Reads the training record of a model, by its folder or by the name of a shipped model.
 * @throws InputError if there is none
 */
export async function readTraining(
  model: string,
): Promise<{ folder: string; record: TrainingRecord }> {
  for (const folder of [model, join(SHIPPED, model)]) {
    try {
      const text = await readFile(join(folder, 'training.json'), 'utf8');
      const record: TrainingRecord = JSON.parse(text);
      return { folder, record };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  throw new InputError(
    `no training.json in ${model} or ${join(SHIPPED, model)}: name a model folder`,
  );
}
