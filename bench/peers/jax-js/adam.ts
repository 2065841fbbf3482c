/** Adam (Kingma and Ba 2015) over a tree of jax-js arrays, leaf by leaf as in optax. */
import { numpy as np } from '@jax-js/jax';
import { defined } from '../../../tools/lib/defined';
import { ADAM } from '../../spec';
import type { Parameters } from './transformer';

export type Moments = { first: Parameters; second: Parameters };

/** 1 - beta^t of both moments. */
export function adamCorrections(step: number): np.Array {
  return np.array(Float32Array.of(1 - ADAM.beta1 ** step, 1 - ADAM.beta2 ** step));
}

/** The next parameters and moments. Consumes its arguments. */
export function adamUpdate(
  parameters: Parameters,
  moments: Moments,
  gradients: Parameters,
  corrections: np.Array,
): { parameters: Parameters; moments: Moments } {
  const { rate, beta1, beta2, epsilon } = ADAM;
  const [c1, c2] = np.split(corrections, 2);
  const [correction1, correction2] = [defined(c1, 'correction'), defined(c2, 'correction')];
  const next = Object.keys(parameters).map((name) => {
    const [p, g] = [defined(parameters[name], name), defined(gradients[name], name)];
    const [m, v] = [defined(moments.first[name], name), defined(moments.second[name], name)];
    const first = m.mul(beta1).add(g.ref.mul(1 - beta1));
    const second = v.mul(beta2).add(np.square(g).mul(1 - beta2));
    const mean = first.ref.div(correction1.ref);
    const scale = np.sqrt(second.ref.div(correction2.ref)).add(epsilon);
    return { name, parameter: p.sub(mean.div(scale).mul(rate)), first, second };
  });
  correction1.dispose();
  correction2.dispose();
  const collect = (key: 'parameter' | 'first' | 'second'): Parameters =>
    Object.fromEntries(next.map((leaf) => [leaf.name, leaf[key]]));
  return {
    parameters: collect('parameter'),
    moments: { first: collect('first'), second: collect('second') },
  };
}
