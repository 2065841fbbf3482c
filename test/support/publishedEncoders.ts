/** Runs published models that read texts in both directions on the GPU. */
import type { Device } from 'qkv';
import { compileGraph, i32, Program, StateStore, type Tensor } from 'qkv/graph';
import { createModel, type MaskedLanguageModel, type ModelKind, type Sequences } from 'qkv/models';
import { declareParameters, PARAMETERS, packArena, type Scope } from 'qkv/nn';
import { defined } from '../../tools/lib/defined';
import { observedGraph } from './observed';
import {
  configurationOf,
  lengthsIn,
  type PublishedFolder,
  parametersOf,
  worstDistance,
} from './publishedStacks';

/** The model of a folder, whose mask is the tokenizer's. */
export function publishedEncoder(
  kind: ModelKind,
  folder: PublishedFolder,
  maskId = -1,
): MaskedLanguageModel {
  const [name = ''] = kind.names;
  return createModel('masked language', name, { ...configurationOf(kind, folder), maskId });
}

/**
 * The largest differences from the reference of hidden states, and of a result.
 * @param result name of the result in the folder
 */
export async function distances(
  device: Device,
  kind: ModelKind,
  folder: PublishedFolder,
  result: string,
  forward: (scope: Scope, batch: Sequences) => Tensor,
): Promise<Readonly<Record<string, number>>> {
  const tokens = folder.ints('in.input_ids');
  const mask = folder.ints('in.attention_mask');
  const types = folder.has('in.token_type_ids') ? folder.ints('in.token_type_ids') : tokens;
  const hasTypes = types !== tokens;
  const lengths = lengthsIn(mask);
  const inputs = {
    tokens: i32(...tokens.shape),
    lengths: i32(...lengths.shape),
    ...(hasTypes && { types: i32(...types.shape) }),
  };
  const run = (scope: Scope, input: (name: string) => Tensor) =>
    forward(scope, {
      tokens: input('tokens'),
      lengths: input('lengths'),
      types: hasTypes ? input('types') : undefined,
    });
  const layout = declareParameters(run, inputs);
  const keys = defined(kind.published, 'published').keys(configurationOf(kind, folder));
  const parameters = parametersOf(layout, folder, keys);
  const graph = observedGraph({ layout, inputs, forward: run }, (name) =>
    /^(embedding|layers\.\d+)\.output$/.test(name),
  );
  const store = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), store);
  store.write(PARAMETERS, packArena(layout, parameters));
  program.run({ tokens, lengths, ...(hasTypes && { types }) });
  const values = await program.read(...graph.outputs.keys());
  program.dispose();
  store.dispose();
  const [, length = 0] = tokens.shape;
  const counts = (row: number, position: number) => mask.data[row * length + position] === 1;
  const columns = folder.has('columns') ? folder.ints('columns').data : undefined;
  const layers = layout.parameters.filter(({ name }) => name.endsWith('in_proj_weight'));
  const names = [
    ['out.hidden_states.0', 'embedding.output'],
    ...layers.map((_, i) => [`out.hidden_states.${i + 1}`, `layers.${i}.output`] as const),
    [result, 'result'],
  ] as const;
  return Object.fromEntries(
    names.map(([want, name]) => {
      const expected = folder.floats(want);
      const got = defined(values[name], name);
      const chosen = expected.shape.at(-1) === got.shape.at(-1) ? undefined : columns;
      return [want, worstDistance(got, expected, chosen, counts)] as const;
    }),
  );
}
