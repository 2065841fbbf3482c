/**
 * How the tensors of a published file become the parameters of a model. A kind has one map, which
 * tells of each parameter which tensors hold it; loading turns it round, because it takes tensors
 * in the order in which a file has them.
 */
import type { Parameter } from '../nn/parameters';

/** A tensor that holds a parameter, or the next rows of one. */
export interface KeySource {
  /** The tensor's canonical name. Of several, the first that the file has is meant. */
  readonly names: readonly [string, ...string[]];
  /** Number of the parameter's rows that it holds (default: an equal share of them). */
  readonly rows?: number;
  /** Whether the file has it as [inputs, outputs], as GPT-2's Conv1D does (default false). */
  readonly transposed?: boolean;
  /** Added to each value: 1 for norms that multiply by 1 + w, as Gemma's do (default 0). */
  readonly added?: number;
}

/** Where a kind's parameters are in published files. */
export interface KeyMap {
  /**
   * The canonical name of a tensor: without a prefix that only some files have, and with older
   * names replaced (default: the name itself).
   */
  canonical?(name: string): string;
  /**
   * The name that PyTorch's model with a head has for a tensor, by which adapters name its layer
   * (default: the canonical name).
   */
  full?(canonical: string): string;
  /**
   * The tensors that hold a parameter, in the order of its rows: three for the projections of
   * queries, keys and values in one matrix. [] for one that files may lack, which is then zero.
   * @param has whether the file has a tensor of this canonical name
   */
  sources(
    parameter: Pick<Parameter, 'name' | 'shape'>,
    has: (name: string) => boolean,
  ): readonly KeySource[];
  /**
   * Whether a tensor that holds no parameter is expected in files: saved buffers, copies of tied
   * matrices and heads that the model does not have. All others are errors.
   */
  ignores(name: string): boolean;
  /**
   * Parameters of the model that PyTorch does not train, because they are buffers there: the option
   * `freeze` of a trainer (default: none).
   */
  readonly buffers?: readonly string[];
}
