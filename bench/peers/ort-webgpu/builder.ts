/** Builds an ONNX graph op by op, and creates a session. */
import * as ort from 'onnxruntime-web/webgpu';
import type { Prepared } from '../../contestant';
import type { Weight } from '../../data/draw';
import { type Attribute, encodeModel, type OnnxNode, type ValueType } from './onnx';

/** The execution provider of onnxruntime-web. */
export type Provider = 'webgpu' | 'wasm';

export interface Input {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #weights = new Map<string, Weight>();
  readonly #lists = new Map<string, readonly number[]>();

  /** Adds a node. @returns the name of its output */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    name = `v${this.#nodes.length}`,
  ): string {
    this.#nodes.push({ op, inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds a node with several outputs. */
  addMany(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): readonly string[] {
    const outputs = Array.from({ length: count }, (_, i) => `v${this.#nodes.length}_${i}`);
    this.#nodes.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  weight(name: string, value: Weight): string {
    this.#weights.set(name, value);
    return name;
  }

  scalar(value: number): string {
    return this.weight(`c${value}`, { shape: [], data: Float32Array.of(value) });
  }

  /** Adds integers that are an input of an op: a shape, axes. */
  list(...values: readonly number[]): string {
    const name = `l${values.join('_')}`;
    this.#lists.set(name, values);
    return name;
  }

  /**
   * @param inputs uploaded at every run  @param results shapes by name; the first is read back, a
   *   second one stays where it is until `values` asks for it
   */
  async prepare(
    provider: Provider,
    inputs: Readonly<Record<string, Input>>,
    results: Readonly<Record<string, readonly number[]>>,
  ): Promise<Prepared> {
    const types = Object.entries(inputs).map(([name, { shape, data }]): [string, ValueType] => [
      name,
      { dtype: data instanceof Float32Array ? 'f32' : 'i32', shape },
    ]);
    const outputs = Object.entries(results).map(([name, shape]): [string, ValueType] => [
      name,
      { dtype: 'f32', shape },
    ]);
    const model = encodeModel({
      nodes: this.#nodes,
      weights: this.#weights,
      lists: this.#lists,
      inputs: Object.fromEntries(types),
      outputs: Object.fromEntries(outputs),
    });
    const [first = '', second] = Object.keys(results);
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      ...(second === undefined || provider === 'wasm'
        ? {}
        : { preferredOutputLocation: { [second]: 'gpu-buffer' } }),
    });
    let last: ort.InferenceSession.ReturnType = {};
    const read = async (name: string) => {
      const data = await last[name]?.getData();
      if (data instanceof Float32Array) return data;
      throw new Error(`onnxruntime-web: expected f32 of '${name}'`);
    };
    const dispose = () => {
      for (const tensor of Object.values(last)) tensor.dispose();
    };
    return {
      async run() {
        dispose();
        last = await session.run(
          Object.fromEntries(Object.entries(inputs).map(([name, of]) => [name, upload(of)])),
        );
        return read(first);
      },
      ...(second === undefined ? {} : { values: () => read(second) }),
      dispose() {
        dispose();
        void session.release();
      },
    };
  }
}

function upload({ shape, data }: Input): ort.Tensor {
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, shape);
  return new ort.Tensor('int32', data, shape);
}
