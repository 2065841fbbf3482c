/** Runs published decoder-only models on the GPU: whole texts, and steps over the caches. */
import type { Device } from 'qkv';
import { compile, compileGraph, i32, Program, StateStore, type Tensor } from 'qkv/graph';
import { createModel, type LanguageModel, type ModelKind, modelLayout } from 'qkv/models';
import { type NamedTensors, PARAMETERS, type ParameterLayout, packArena, type Scope } from 'qkv/nn';
import { defined } from '../../tools/lib/defined';
import { observedGraph } from './observed';
import {
  configurationOf,
  lengthsIn,
  type Numbers,
  type PublishedFolder,
  parametersOf,
  worstDistance,
} from './publishedStacks';

/** A published decoder and its parameters. */
export interface PublishedDecoder {
  readonly model: LanguageModel;
  readonly layout: ParameterLayout;
  readonly parameters: NamedTensors;
}

export function publishedDecoder(kind: ModelKind, folder: PublishedFolder): PublishedDecoder {
  const [name = ''] = kind.names;
  const configuration = configurationOf(kind, folder);
  const model = createModel('language', name, configuration);
  const layout = modelLayout(model);
  const keys = defined(kind.published, 'published').keys(configuration);
  return { model, layout, parameters: parametersOf(layout, folder, keys) };
}

/** The largest differences from the reference, by output. */
export type Distances = Readonly<Record<string, number>>;

/** Logits and hidden states of whole texts. */
export async function wholeTexts(
  device: Device,
  { model, layout, parameters }: PublishedDecoder,
  folder: PublishedFolder,
): Promise<Distances> {
  const ids = folder.ints('in.input_ids');
  const mask = folder.ints('in.attention_mask');
  const subject = {
    layout,
    inputs: { ids: i32(...ids.shape) },
    forward: (scope: Scope, input: (name: string) => Tensor) =>
      model.logits(scope, { targetInput: input('ids') }),
  };
  const graph = observedGraph(subject, (name) => /^(embedding\.|layers\.\d+\.)?output$/.test(name));
  const store = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), store);
  store.write(PARAMETERS, packArena(layout, parameters));
  program.run({ ids });
  const values = await program.read(...graph.outputs.keys());
  program.dispose();
  store.dispose();
  const [, length = 0] = ids.shape;
  const counts = (row: number, position: number) => mask.data[row * length + position] === 1;
  const columns = folder.has('columns') ? folder.ints('columns').data : undefined;
  const layers = [...layout.parameters].filter(({ name }) => name.endsWith('in_proj_weight'));
  const last = layers.length;
  const names = [
    ['out.hidden_states.0', 'embedding.output'],
    ...layers.slice(1).map((_, i) => [`out.hidden_states.${i + 1}`, `layers.${i}.output`] as const),
    [`out.hidden_states.${last}`, 'output'],
    ['out.logits', 'result'],
  ] as const;
  return Object.fromEntries(
    names.map(([want, name]) => {
      const chosen = want === 'out.logits' ? columns : undefined;
      const got = defined(values[name], name);
      return [want, worstDistance(got, folder.floats(want), chosen, counts)] as const;
    }),
  );
}

/** The prompts of a folder's steps, moved to the left, and the ids that follow them. */
export function promptsOf(folder: PublishedFolder) {
  const { shape, data } = folder.ints('step.input_ids');
  const lengths = lengthsIn(folder.ints('step.attention_mask'));
  const [rows = 0, columns = 0] = shape;
  const moved = Int32Array.from({ length: rows * columns }, (_, i) => {
    const [row, at] = [Math.floor(i / columns), i % columns];
    const length = defined(lengths.data[row], 'length');
    return at < length ? defined(data[(row + 1) * columns - length + at], 'id') : 0;
  });
  const next = folder.ints('step.ids');
  const [, steps = 0] = next.shape;
  const fed = Array.from({ length: rows }, (_, b) => [
    ...next.data.subarray(b * steps, (b + 1) * steps),
  ]);
  return { source: { shape: [rows, columns], data: moved }, lengths, fed };
}

/**
 * The largest difference of the logits of steps over the caches. The reference pads prompts on the
 * left, we do on the right.
 */
export async function cachedSteps(
  device: Device,
  { model, parameters }: PublishedDecoder,
  folder: PublishedFolder,
): Promise<number> {
  const { source, lengths, fed } = promptsOf(folder);
  const want = folder.floats('step.logits');
  const [rows = 0, columns = 0] = source.shape;
  const encode = await compile(
    device,
    (scope, input) => ({
      ...model.encode(scope, input.source, input.lengths),
      token: defined(model.firstToken, 'firstToken')(input.source, input.lengths),
      position: defined(model.firstPosition, 'firstPosition')(input.lengths),
    }),
    { source: i32(rows, columns), lengths: i32(rows) },
    parameters,
  );
  const start = await encode({ source, lengths });
  encode.dispose();
  const step = await compile(
    device,
    (scope, { token, position, lengths: own, ...others }) => {
      const state: Readonly<Record<string, Tensor>> = others;
      const found = model.step(scope, {
        ...{ token, position, lengths: own, needsAttention: false },
        memory: (name) => defined(state[name], name),
        state: (name) => defined(state[name], name),
      });
      return { logits: found.logits, ...found.state };
    },
    { token: i32(rows, 1), position: i32(rows), lengths: i32(rows), ...model.decoderState(rows) },
    parameters,
  );
  const chosen = folder.has('columns') ? folder.ints('columns').data : undefined;
  const eos = [folder.config.eos_token_id].flat();
  const isOpen = Array.from({ length: rows }, () => true);
  let { token, position, ...state } = start;
  let worst = 0;
  for (let k = 0; k < defined(fed[0], 'ids').length; k++) {
    const found = await step({
      token: defined(token, 'token'),
      position: defined(position, ''),
      lengths,
      ...state,
    });
    const { logits, ...next } = found;
    const own = stepOf(want, k);
    worst = Math.max(
      worst,
      worstDistance(defined(logits, 'logits'), own, chosen, (b) => isOpen[b]!),
    );
    const ids = Array.from({ length: rows }, (_, b) => defined(fed[b]?.[k], 'id'));
    ids.forEach((id, b) => {
      isOpen[b] &&= !eos.includes(id);
    });
    state = next;
    token = { shape: [rows, 1], data: Int32Array.from(ids) };
    position = { shape: [rows], data: defined(position, 'position').data.map((at) => at + 1) };
  }
  step.dispose();
  return worst;
}

/** The values of one step [rows, columns]. */
function stepOf({ shape, data }: Numbers<Float32Array>, k: number): Numbers<Float32Array> {
  const [rows = 0, steps = 0, columns = 0] = shape;
  const part = (b: number) =>
    data.subarray((b * steps + k) * columns, (b * steps + k + 1) * columns);
  return {
    shape: [rows, columns],
    data: Float32Array.from(Array.from({ length: rows }, (_, b) => [...part(b)]).flat()),
  };
}
