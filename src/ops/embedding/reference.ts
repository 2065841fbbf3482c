/** Float64 references of the embedding lookup and its gradient. */
import { type ReferenceCall, type ReferenceEntry, referenceOf } from '../../graph/reference';
import type { EmbeddingAttrs, EmbeddingGradAttrs } from './attrs';
import { embeddingGradOp } from './grad';
import { embeddingOp } from './op';

function embeddingReference({ inputs, outputs }: ReferenceCall<EmbeddingAttrs, 2, 1>): void {
  const [ids, table] = inputs;
  const [y] = outputs;
  const [rows, width] = [table.dim(0), table.dim(1)];
  ids.data.forEach((id, i) => {
    for (let d = 0; d < width; d++) {
      y.data[i * width + d] = id >= 0 && id < rows ? table.at(id, d) : 0;
    }
  });
}

function embeddingGradReference(call: ReferenceCall<EmbeddingGradAttrs, 2, 1>): void {
  const { attrs, inputs, outputs } = call;
  const [ids, dy] = inputs;
  const [table] = outputs;
  const [rows, width] = [table.dim(0), table.dim(1)];
  ids.data.forEach((id, i) => {
    if (id < 0 || id >= rows || id === attrs.padding) return;
    for (let d = 0; d < width; d++) table.add(dy.flat(i * width + d), id, d);
  });
}

export const references: readonly ReferenceEntry[] = [
  referenceOf(embeddingOp, embeddingReference),
  referenceOf(embeddingGradOp, embeddingGradReference),
];
