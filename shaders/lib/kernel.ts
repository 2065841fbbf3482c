/**
 * A kernel: WGSL text as a function of a specialisation object, with its bindings and params declared once.
 * This file turns the declarations into WGSL, and derives the pipeline key.
 */

/** What a shader is specialised on: plain data, from which the pipeline key is derived. */
export type Spec = { readonly [name: string]: SpecValue };

/** A value of a specialisation: plain data. */
export type SpecValue =
  | string
  | number
  | boolean
  | readonly SpecValue[]
  | { readonly [name: string]: SpecValue };

/** One storage binding: a runtime-sized array of `element`. */
export interface Binding {
  readonly name: string;
  readonly access: 'read' | 'read_write';
  /** WGSL type of an element, for example 'f32', 'i32', 'vec4<f32>'. */
  readonly element: string;
}

/** A WGSL kernel: its text and bindings as functions of a specialisation. */
export interface Kernel<S extends Spec = Spec> {
  readonly name: string;
  /** Storage bindings, in binding order. */
  bindings(spec: S): readonly Binding[];
  /** Sizes that change from run to run: u32 fields of the uniform `params`, in order. */
  params(spec: S): readonly string[];
  /** WGSL with the entry point `main`, without the declarations of bindings and params. */
  body(spec: S): string;
  /** WGSL extensions to enable, each also a WebGPU feature name ('subgroups', 'f16'). */
  enable?(spec: S): readonly string[];
  /** WGSL diagnostics to turn off where the compiler cannot prove that control flow is uniform. */
  readonly diagnosticsOff?: readonly string[];
}

/** Infers the type of a kernel's specialisation; each kernel file exports the result. */
/*@__NO_SIDE_EFFECTS__*/
export function defineKernel<S extends Spec>(kernel: Kernel<S>): Kernel<S> {
  return kernel;
}

/** The pipeline key: equal for equal specialisations of a kernel, different otherwise. */
export function kernelKey<S extends Spec>(kernel: Kernel<S>, spec: S): string {
  return `${kernel.name} ${stableText(spec)}`;
}

function stableText(value: SpecValue): string {
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${key}:${stableText(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The whole shader: extensions, the uniform block at binding 0 (when there are params), bindings, body. */
export function shaderSource<S extends Spec>(kernel: Kernel<S>, spec: S): string {
  const params = kernel.params(spec);
  const lines = (kernel.enable?.(spec) ?? []).map((name) => `enable ${name};`);
  for (const name of kernel.diagnosticsOff ?? []) lines.push(`diagnostic(off, ${name});`);
  if (params.length > 0) {
    lines.push(`struct Params { ${params.map((name) => `${name}: u32,`).join(' ')} }`);
    lines.push('@group(0) @binding(0) var<uniform> params: Params;');
  }
  kernel.bindings(spec).forEach(({ name, access, element }, i) => {
    const binding = firstStorageBinding(params.length) + i;
    lines.push(
      `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${element}>;`,
    );
  });
  return `${lines.join('\n')}\n${kernel.body(spec)}`;
}

/** Storage bindings follow the uniform block, when there is one. */
export function firstStorageBinding(paramCount: number): number {
  return paramCount > 0 ? 1 : 0;
}

/**
 * WGSL for the linear workgroup index. `grid1d` folds grids above 65,535 workgroups into two dimensions, so
 * that kernels must number their workgroups by this expression.
 */
export const LINEAR_WORKGROUP = 'workgroup_id.x + workgroup_id.y * num_workgroups.x';

/** The most workgroups that WebGPU promises in each dimension of a dispatch. */
export const MAX_WORKGROUPS = 65_535;
