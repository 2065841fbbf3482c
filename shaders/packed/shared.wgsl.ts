/**
 * Product with a packed matrix through workgroup memory, for GPUs and many rows: the product of plain
 * matrices, except that W is unpacked and scaled where a tile is filled, once for all rows of the tile.
 */
import { defineKernel } from '../lib/kernel';
import { load, type SharedDesign, sharedProduct } from '../matmul/shared.wgsl';
import { halfProducts } from './halfProducts';
import { type PackedSpec, packedBindings, packedParams } from './spec';
import { rowQuad } from './unpack';

export const packedShared = (design: SharedDesign) => {
  const isHalf = design.element === 'f16';
  return defineKernel<PackedSpec>({
    name: `packedShared ${Object.values(design).join(' ')}`,
    enable: () => (isHalf ? ['f16'] : []),
    params: packedParams,
    bindings: (spec) => packedBindings(spec, { words: false, values: true }),
    body: (spec) => {
      const { packing, aligned } = spec;
      const scale =
        packing.group === 0 ? '' : ` * scales[place * params.groups + at_k / ${packing.group}u]`;
      const quad = rowQuad(packing, 'place * params.packets * 4u', 'at_k');
      const loads = {
        places: 'let batch = 0u; let first_a = 0u;',
        loadA: load('a', 'params.m', false, aligned.k),
        // What fills a row up to a packet is zeros.
        loadB: `if (at_k < params.k) { v = ${quad}${scale}; }`,
      };
      return sharedProduct(spec, design, loads, isHalf ? halfProducts : undefined);
    },
  });
};
