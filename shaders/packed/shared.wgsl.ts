/**
 * Product with a packed matrix through workgroup memory, for GPUs and many rows: the product of plain
 * matrices, except that W is unpacked and scaled where a tile is filled, once for all rows of the tile.
 */
import { defineKernel } from '../lib/kernel';
import { load, sharedProduct } from '../matmul/shared.wgsl';
import { type PackedSpec, packedBindings, packedParams } from './spec';
import { rowQuad } from './unpack';

export const packedShared = defineKernel<PackedSpec>({
  name: 'packedShared',
  params: packedParams,
  bindings: (spec) => packedBindings(spec, { words: false, values: true }),
  body: (spec) => {
    const { packing, aligned } = spec;
    const scale =
      packing.group === 0 ? '' : ` * scales[place * params.groups + at_k / ${packing.group}u]`;
    const quad = rowQuad(packing, 'place * params.packets * 4u', 'at_k');
    return sharedProduct(spec, {
      places: 'let batch = 0u; let first_a = 0u;',
      loadA: load('a', 'params.m', false, aligned.k),
      // What fills a row up to a packet is zeros.
      loadB: `if (at_k < params.k) { v = ${quad}${scale}; }`,
    });
  },
});
