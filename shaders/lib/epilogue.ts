/**
 * What a kernel does to each result before it stores it: bias, activation, residual, dropout ...
 * The fuse pass writes the code; host kernels (matmul, embedding, norms) splice it in unseen.
 */
/** Like kernel.ts's Binding; a type alias, since only those are index-compatible with Spec. */
export type EpilogueBinding = {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  readonly element: string;
};

/** A spliced elementwise chain. Plain data, so that it takes part in the pipeline key. */
export type Epilogue = {
  /** Extra storage bindings after the host's own: operands, and intermediate values others read. */
  readonly bindings: readonly EpilogueBinding[];
  /** Extra u32 fields of `params`, after the host's own. */
  readonly params: readonly string[];
  /** WGSL type of the stored result: 'f32', 'i32' or 'u32'. */
  readonly element: string;
  /**
   * Defines `fn epilogue(value: HOST, index: u32) -> element`, where index is the flat output index;
   * without a host kernel `fn epilogue(index: u32) -> element`.
   */
  readonly code: string;
};

/** The chain that stores the value as it is. */
export function identityEpilogue(element: 'f32' | 'i32' | 'u32' = 'f32'): Epilogue {
  return {
    bindings: [],
    params: [],
    element,
    code: `fn epilogue(value: ${element}, index: u32) -> ${element} { return value; }`,
  };
}
