/** The transformer of TensorFlow.js' own operations: a forward pass, and a training step. */
import * as tf from '@tensorflow/tfjs-core';
import { defined } from '../../../tools/lib/defined';
import type { Prepared } from '../../contestant';
import { benchData } from '../../data/transformer';
import { transposed } from '../../data/transposed';
import { ADAM, type ModelSpec } from '../../spec';
import { causalMask, mix, normalise } from './ops';
import { floats, tensor } from './tensors';

type Take = (name: string) => tf.Tensor;

/** What a pass reads beside the parameters: ids [batch, length], sinusoids, the causal mask. */
interface Given {
  readonly source: tf.Tensor;
  readonly target: tf.Tensor;
  readonly positions: tf.Tensor;
  readonly mask: tf.Tensor;
}

/** x W + b over the last axis. */
function affine(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [batch = 1, length = 1, size = 1] = x.shape;
  const product = tf.matMul(tf.reshape(x, [batch * length, size]), weight);
  return tf.reshape(tf.add(product, bias), [batch, length, -1]);
}

class Pass {
  readonly #take: Take;
  readonly #spec: ModelSpec;

  constructor(take: Take, spec: ModelSpec) {
    this.#take = take;
    this.#spec = spec;
  }

  /** [batch, length, vocabulary]. */
  logits({ source, target, positions, mask }: Given): tf.Tensor {
    const { layers } = this.#spec;
    let x = this.#embed('src_embed.weight', source, positions);
    for (let i = 0; i < layers; i++) {
      const name = `transformer.encoder.layers.${i}`;
      x = this.#residual(`${name}.norm1`, x, this.#selfAttention(`${name}.self_attn`, x));
      x = this.#residual(`${name}.norm2`, x, this.#feedForward(name, x));
    }
    const memory = this.#norm('transformer.encoder.norm', x);
    x = this.#embed('tgt_embed.weight', target, positions);
    for (let i = 0; i < layers; i++) {
      const name = `transformer.decoder.layers.${i}`;
      x = this.#residual(`${name}.norm1`, x, this.#selfAttention(`${name}.self_attn`, x, mask));
      const mixed = this.#crossAttention(`${name}.multihead_attn`, x, memory);
      x = this.#residual(`${name}.norm2`, x, mixed);
      x = this.#residual(`${name}.norm3`, x, this.#feedForward(name, x));
    }
    return this.#linear('generator', this.#norm('transformer.decoder.norm', x));
  }

  #embed(table: string, ids: tf.Tensor, positions: tf.Tensor): tf.Tensor {
    const rows = tf.gather(this.#take(table), ids);
    return tf.add(tf.mul(rows, Math.sqrt(this.#spec.modelSize)), positions);
  }

  #linear(name: string, x: tf.Tensor): tf.Tensor {
    return affine(x, this.#take(`${name}.weight`), this.#take(`${name}.bias`));
  }

  #heads(x: tf.Tensor): tf.Tensor {
    const { heads, modelSize } = this.#spec;
    const [batch = 1, length = 1] = x.shape;
    return tf.transpose(tf.reshape(x, [batch, length, heads, modelSize / heads]), [0, 2, 1, 3]);
  }

  #attention(name: string, parts: readonly tf.Tensor[], mask?: tf.Tensor): tf.Tensor {
    const [q, k, v] = parts.map((part) => this.#heads(part));
    const mixed = mix(defined(q, 'queries'), defined(k, 'keys'), defined(v, 'values'), mask);
    const [batch = 1, , length = 1] = mixed.shape;
    const merged = tf.transpose(mixed, [0, 2, 1, 3]);
    return this.#linear(
      `${name}.out_proj`,
      tf.reshape(merged, [batch, length, this.#spec.modelSize]),
    );
  }

  #selfAttention(name: string, x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
    const [weight, bias] = [
      this.#take(`${name}.in_proj_weight`),
      this.#take(`${name}.in_proj_bias`),
    ];
    return this.#attention(name, tf.split(affine(x, weight, bias), 3, -1), mask);
  }

  #crossAttention(name: string, x: tf.Tensor, memory: tf.Tensor): tf.Tensor {
    const sizes = [this.#spec.modelSize, 2 * this.#spec.modelSize];
    const [queryWeight, weight] = tf.split(this.#take(`${name}.in_proj_weight`), sizes, 1);
    const [queryBias, bias] = tf.split(this.#take(`${name}.in_proj_bias`), sizes, 0);
    const q = affine(x, defined(queryWeight, 'weight'), defined(queryBias, 'bias'));
    const kv = affine(memory, defined(weight, 'weight'), defined(bias, 'bias'));
    return this.#attention(name, [q, ...tf.split(kv, 2, -1)]);
  }

  #feedForward(name: string, x: tf.Tensor): tf.Tensor {
    return this.#linear(`${name}.linear2`, tf.relu(this.#linear(`${name}.linear1`, x)));
  }

  #norm(name: string, x: tf.Tensor): tf.Tensor {
    return normalise(x, this.#take(`${name}.weight`), this.#take(`${name}.bias`));
  }

  #residual(norm: string, x: tf.Tensor, change: tf.Tensor): tf.Tensor {
    return this.#norm(norm, tf.add(x, change));
  }
}

function upload(spec: ModelSpec) {
  const data = benchData(spec);
  const { batch, length, modelSize } = spec;
  const ids = (values: Int32Array) => tf.tensor2d(values, [batch, length], 'int32');
  const weights = [...data.weights].map(([name, weight]) => {
    const isMatrix = weight.shape.length === 2 && !name.includes('embed');
    return [name, tf.variable(tensor(isMatrix ? transposed(weight) : weight))] as const;
  });
  const variables = new Map(weights);
  return {
    variables,
    pass: new Pass((name) => defined(variables.get(name), name), spec),
    classes: ids(data.targetOutput),
    given: {
      source: ids(data.source),
      target: ids(data.targetInput),
      positions: tf.tensor2d(data.positions, [length, modelSize]),
      mask: tf.tidy(() => causalMask(length)),
    },
  };
}

export async function transformerForward(spec: ModelSpec): Promise<Prepared> {
  const { pass, given, variables, classes } = upload(spec);
  let last: tf.Tensor | undefined;
  return {
    run() {
      last?.dispose();
      const logits = tf.tidy(() => pass.logits(given));
      last = logits;
      return floats(tf.tidy(() => tf.sum(logits, [1, 2])));
    },
    async values() {
      return floats(tf.clone(defined(last, 'a run')));
    },
    dispose() {
      last?.dispose();
      tf.dispose([...variables.values(), ...Object.values(given), classes]);
    },
  };
}

export async function transformerTraining(spec: ModelSpec): Promise<Prepared> {
  const { batch, length, vocabulary } = spec;
  const { pass, given, variables, classes } = upload(spec);
  const truth = tf.tidy(() =>
    tf.reshape(tf.oneHot(classes, vocabulary), [batch * length, vocabulary]),
  );
  const { rate, beta1, beta2, epsilon } = ADAM;
  const optimizer = tf.train.adam(rate, beta1, beta2, epsilon);
  const loss = (): tf.Scalar => {
    const logits = tf.reshape(pass.logits(given), [batch * length, vocabulary]);
    return tf.losses.softmaxCrossEntropy(truth, logits);
  };
  return {
    run: () => floats(defined(optimizer.minimize(loss, true) ?? undefined, 'loss')),
    dispose() {
      optimizer.dispose();
      tf.dispose([...variables.values(), ...Object.values(given), classes, truth]);
    },
  };
}
