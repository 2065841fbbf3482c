/**
 * Decoding in float64 on the CPU, where there is no WebGPU: the graphs of decoder.ts, evaluated as
 * they are. Slow, for a sentence at a time.
 */
import type { SizeTable } from '../core/dim';
import { checkIds, defined, throwIfAborted } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { NdArray } from '../core/ndArray';
import { dims, evaluateShape, type TensorType } from '../core/shape';
import { HeldGraph } from '../cpu/heldGraph';
import type { Arrays } from '../cpu/oracle';
import type { Decodable } from '../models/model';
import type { ParameterLayout } from '../nn/parameters';
import type { DecodeOptions, DecoderOptions } from './decoder';
import { encodeGraph, stepGraph } from './graphs';
import { type Hypothesis, hypothesisOf, type Records } from './hypotheses';
import { strategyOf } from './method';
import type { Strategy } from './strategy';

type Options = Pick<DecoderOptions, 'ids' | 'decoding' | 'decodings' | 'attention'>;

/** Decodes one source at a time with a model whose parameters are float64 arrays. */
export class CpuDecoder {
  readonly #model: Decodable;
  readonly #options: Options;
  readonly #strategy: Strategy;
  readonly #encoder: HeldGraph;
  readonly #stepper: HeldGraph;
  /** Types of the states beside the parameters. */
  readonly #states: readonly (readonly [name: string, type: TensorType])[];

  /**
   * @param parameters contents of the states that hold the layout's parameters
   * @throws OptionError as Decoder.create
   */
  constructor(model: Decodable, layout: ParameterLayout, parameters: Arrays, options: Options) {
    const { decoding = { kind: 'greedy' }, decodings = [], ids } = options;
    this.#model = model;
    this.#options = options;
    this.#strategy = strategyOf(decoding, ids, decodings);
    const attention = options.attention === true && model.attends;
    const graphOptions = { maxBatch: 1, ids, strategy: this.#strategy, attention };
    const graphs = [encodeGraph, stepGraph].map((make) => make(model, layout, graphOptions));
    this.#states = graphs
      .flatMap(({ states }) => [...states])
      .filter(([name]) => !parameters.has(name));
    const [encoder, stepper] = graphs.map((graph) => new HeldGraph(graph, parameters));
    this.#encoder = defined(encoder, 'encoder');
    this.#stepper = defined(stepper, 'stepper');
  }

  /** As of Decoder. */
  get revises(): boolean {
    return this.#strategy.reorders;
  }

  /** Decodes one source [1, S], as Decoder.decode does. It lets other work run between steps. */
  async decode(
    source: HostTensor,
    lengths: HostTensor,
    { signal, seed = 0, onIds, decoding }: DecodeOptions = {},
  ): Promise<readonly (readonly Hypothesis[])[]> {
    const [batch, sourceLength] = dims(source, 2, 'source');
    const { maxLength, targetVocabulary: vocabulary, sourceVocabulary } = this.#model;
    checkIds('source', source.data, sourceVocabulary);
    const { ids, decodings = [] } = this.#options;
    const strategy = decoding ? strategyOf(decoding, ids, decodings) : this.#strategy;
    const sizes: SizeTable = new Map([
      ['B', batch],
      ['S', sourceLength],
    ]);
    const values = strategy.values({ seed, batch, vocabulary, maxLength });
    const inputs = Object.entries({ source, lengths, ...values }).map(
      ([name, { shape, data }]) => [name, NdArray.from(shape, data)] as const,
    );
    let states: Arrays = new Map(
      this.#states.map(([name, { shape }]) => [name, new NdArray(evaluateShape(shape, sizes))]),
    );
    const run = (graph: HeldGraph, given: Arrays): Arrays => {
      const { outputs, updates } = graph.evaluate(given, states, sizes);
      states = new Map([...states, ...updates]);
      return outputs;
    };
    run(this.#encoder, new Map(inputs));
    for (let steps = 1; ; steps++) {
      await new Promise((resolve) => setTimeout(resolve));
      throwIfAborted(signal, 'decode');
      const outputs = [...run(this.#stepper, new Map())];
      const data = new Map(outputs.map(([name, value]) => [name, value.data]));
      const records: Records = { data, capacity: maxLength, sourceLength, steps };
      const paths = strategy.paths(0, records);
      onIds?.([(paths[0] ?? []).map(({ id }) => id).filter((id) => id !== ids.eos)]);
      const isOver = paths.every((path) => path.length < steps || path.at(-1)?.id === ids.eos);
      if (steps < maxLength && !isOver) continue;
      return [
        paths.map((path) => hypothesisOf(path, records, strategy.describe(path, records), ids)),
      ];
    }
  }
}
