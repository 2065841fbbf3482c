/**
 * Product with a quantised matrix through workgroup memory, for GPUs and many rows: like the product of f32
 * matrices, except that W is dequantised when a tile is filled, once for all rows of the tile.
 */
import { defineKernel } from '../lib/kernel';
import { load, type SharedDesign, sharedProduct } from '../matmul/shared.wgsl';
import { rowQuad } from './dequantise';
import { halfProducts } from './halfProducts';
import { type QuantisedSpec, quantisedBindings, quantisedParams } from './spec';

export const quantisedShared = (design: SharedDesign) => {
  const isHalf = design.element === 'f16';
  return defineKernel<QuantisedSpec>({
    name: `quantisedShared ${Object.values(design).join(' ')}`,
    enable: () => (isHalf ? ['f16'] : []),
    params: quantisedParams,
    bindings: (spec) => quantisedBindings(spec, { words: false, values: true }),
    body: (spec) => {
      const { scheme, aligned } = spec;
      const scale =
        scheme.group === 0 ? '' : ` * scales[place * params.groups + at_k / ${scheme.group}u]`;
      const quad = rowQuad(scheme, 'place * params.packets * 4u', 'at_k');
      const loads = {
        places: 'let batch = 0u; let first_a = 0u;',
        loadA: load('a', 'params.m', false, aligned.k),
        // The padding of the last packet is zeros.
        loadB: `if (at_k < params.k) { v = ${quad}${scale}; }`,
      };
      return sharedProduct(spec, design, loads, isHalf ? halfProducts : undefined);
    },
  });
};
