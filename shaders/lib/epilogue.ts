/**
 * What a kernel does to each result before storing it: bias, activation, residual, dropout and so on. The
 * fusion pass writes the code; host kernels (matmul, embedding, norms) splice it in without knowing what it
 * does.
 */
/**
 * Like Binding in kernel.ts, but a type alias: only aliases are compatible with the index signature of Spec.
 */
export type EpilogueBinding = {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  readonly element: string;
};

/** An elementwise chain to be spliced in. Plain data, so that it is part of the pipeline key. */
export type Epilogue = {
  /** Storage bindings after those of the host: operands, and intermediate values that other kernels read. */
  readonly bindings: readonly EpilogueBinding[];
  /** u32 fields of `params` after those of the host. */
  readonly params: readonly string[];
  /** WGSL type of the stored result: 'f32', 'i32' or 'u32'. */
  readonly element: string;
  /**
   * Defines `fn epilogue(value: HOST, index: u32) -> element`, where index is the flat output index;
   * without a host kernel `fn epilogue(index: u32) -> element`.
   */
  readonly code: string;
};

/** The epilogue that stores the value as it is. */
export function identityEpilogue(element: 'f32' | 'i32' | 'u32' = 'f32'): Epilogue {
  return {
    bindings: [],
    params: [],
    element,
    code: `fn epilogue(value: ${element}, index: u32) -> ${element} { return value; }`,
  };
}
