/** What the compiler knows of a device: what it can run, and which kernels suit it. Plain data. */

import type { Kernel } from '../../shaders/lib/kernel';
import type { Startup } from './startup';

/** Storage bindings that every WebGPU device has. */
export const STORAGE_BINDINGS = 8;

/** Of them, those whose offset may be given with each dispatch. */
export const DYNAMIC_BINDINGS = 4;

/**
 * Kernels besides the defaults of lowerings: those that tuning and the self-check try, and those that pay off
 * in long use of a software adapter. Each family adds its own by declaration merging; `allKernels` has them
 * all.
 */
export interface Kernels {
  /** The kernel for grids with more workgroups in a dimension than WebGPU allows. */
  readonly folded?: (kernel: Kernel) => Kernel;
}

/** What the device offers. The choice between kernel variants depends on it. */
export interface Target {
  readonly subgroups: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** Bytes of memory that a workgroup may have. */
  readonly workgroupMemory: number;
  /** Workgroups in each dimension of a dispatch; what WebGPU promises by default. */
  readonly maxWorkgroups?: number;
  /** Whether shaders can compute in f16. */
  readonly shaderF16: boolean;
  /** A software adapter (SwiftShader, llvmpipe): barriers are ruinous, few lanes. */
  readonly software: boolean;
  /** Processor cores, which a software adapter computes on. */
  readonly cores: number;
  /** How often plans will run, which decides how long kernels may take to compile; 'balanced' by default. */
  readonly startup?: Startup;
  /** Further kernels to choose from. */
  readonly kernels?: Kernels;
  /** The candidates measured fastest on the device, by class of shapes. */
  readonly choices?: ReadonlyMap<string, string>;
  /** Candidates whose results the self-check found wrong on the device, by `variantName`; never chosen. */
  readonly rejected?: ReadonlySet<string>;
}
