/** The transformer: the whole forward pass, or the whole training step, in one jit. */
import { jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { Prepared } from '../../contestant';
import { benchData } from '../../data/transformer';
import type { ModelSpec } from '../../spec';
import { adamCorrections, adamUpdate, type Moments } from './adam';
import { floats } from './floats';
import { type Parameters, transformer } from './transformer';
import { upload } from './upload';

export async function transformerForward(spec: ModelSpec): Promise<Prepared> {
  const { parameters, source, target, positions } = upload(benchData(spec), spec);
  const compiled = jit((p: Parameters, s: np.Array, t: np.Array, rows: np.Array) => {
    const logits = transformer(p, { source: s, target: t, positions: rows }, spec);
    return { sums: logits.ref.sum([1, 2]), logits };
  });
  let last: np.Array | undefined;
  return {
    async run() {
      last?.dispose();
      const { sums, logits } = compiled(
        tree.ref(parameters),
        source.ref,
        target.ref,
        positions.ref,
      );
      last = logits;
      return floats(sums);
    },
    async values() {
      if (last === undefined) throw new Error('jax-js: no run yet');
      return floats(last.ref);
    },
    dispose() {
      last?.dispose();
      tree.dispose([parameters, source, target, positions]);
      compiled.dispose();
    },
  };
}

export async function transformerTraining(spec: ModelSpec): Promise<Prepared> {
  const { parameters, source, target, classes, positions } = upload(benchData(spec), spec);
  // takeAlongAxis would be shorter, but 0.1.25 cannot jit its gradient (a scatter of a view).
  const loss = (p: Parameters, s: np.Array, t: np.Array, c: np.Array, rows: np.Array) => {
    const logits = transformer(p, { source: s, target: t, positions: rows }, spec);
    const isClass = np.expandDims(c, -1).equal(np.arange(spec.vocabulary));
    const likelihoods = np.where(isClass, nn.logSoftmax(logits), 0);
    return likelihoods.sum().mul(-1 / (spec.batch * spec.length));
  };
  const compiled = jit(
    (
      p: Parameters,
      m: Moments,
      corrections: np.Array,
      s: np.Array,
      t: np.Array,
      c: np.Array,
      rows: np.Array,
    ) => {
      const [value, gradients] = valueAndGrad(loss)(tree.ref(p), s, t, c, rows);
      return { value, ...adamUpdate(p, m, gradients, corrections) };
    },
  );
  const zeros = () => tree.map((p: np.Array) => np.zerosLike(p), tree.ref(parameters));
  let state: { parameters: Parameters; moments: Moments } = {
    parameters,
    moments: { first: zeros(), second: zeros() },
  };
  let step = 0;
  return {
    async run() {
      const result = compiled(
        state.parameters,
        state.moments,
        adamCorrections(++step),
        source.ref,
        target.ref,
        classes.ref,
        positions.ref,
      );
      state = { parameters: result.parameters, moments: result.moments };
      return floats(result.value);
    },
    dispose() {
      tree.dispose([state.parameters, state.moments, source, target, classes, positions]);
      compiled.dispose();
    },
  };
}
