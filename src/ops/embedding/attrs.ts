/** The attributes of this folder's ops, which op and reference share. */
import type { Dim } from '../../core/dim';

export type EmbeddingAttrs = {
  /** Id whose row gets no gradient; -1 for none. */
  readonly padding: number;
};

export type EmbeddingGradAttrs = { readonly rows: Dim; readonly padding: number };
