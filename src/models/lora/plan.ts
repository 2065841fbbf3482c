/**
 * What an adapter adds to a model: the layers that its configuration names, as rows of the model's
 * parameters.
 */
import { FormatError, OptionError, shown } from '../../core/errors';
import { dimAt } from '../../core/shape';
import type { NamedTensors } from '../../nn/arena';
import { type LoraCopy, type LoraPlan, type LoraTarget, loraNames } from '../../nn/lora';
import type { Parameter, ParameterLayout } from '../../nn/parameters';
import type { KeyMap, KeySource } from '../keyMap';
import type { LoraConfig } from './config';
import { isSaved, isTable, isTarget, valueFor } from './matching';

/** What PEFT puts before the names of a model's tensors. */
const PREFIX = 'base_model.model.';
const A = '.lora_A.weight';

/** What a plan may know besides the model. */
export interface PlanOptions {
  /** The tensors of an adapter that was read: they must be those of the configuration. */
  readonly tensors?: NamedTensors;
  /**
   * Names of the tensors in the model's published files, for a new adapter of a kind that reads
   * models of several names, such as BERT and RoBERTa (default: the kind's first names).
   */
  readonly files?: Iterable<string>;
}

/**
 * Finds the layers of a model that an adapter's configuration names.
 * @param layout of the model alone
 * @param keys where the model's parameters are in published files: `kind.published.keys(...)`
 * @throws OptionError if no layer has such a name, or one cannot be adapted; FormatError for
 *   tensors that do not fit
 */
export function loraPlan(
  config: LoraConfig,
  layout: ParameterLayout,
  keys: KeyMap,
  { tensors, files = [] }: PlanOptions = {},
): LoraPlan {
  const nameOf = fullNames(keys, tensors, files);
  const inFiles = new Set([...files].map((name) => keys.canonical?.(name) ?? name));
  const targets: LoraTarget[] = [];
  const copies: LoraCopy[] = [];
  for (const parameter of layout.parameters) {
    const sources = keys.sources(parameter, (name) => inFiles.size === 0 || inFiles.has(name));
    let from = 0;
    for (const source of sources) {
      const rows = source.rows ?? dimAt(parameter, 0) / sources.length;
      const name = nameOf(source);
      const isCopied = tensors === undefined || tensors.has(PREFIX + name);
      if (isCopied && isSaved(name, config)) copies.push(copyOf(parameter, sources, name));
      else if (isLinear(parameter, name)) {
        const layer = name.slice(0, -'.weight'.length);
        if (isTarget(layer, config)) targets.push(target(config, parameter, layer, from, rows));
      }
      from += rows;
    }
  }
  if (targets.length === 0) {
    const named = shown(config.target_modules);
    throw new OptionError(`lora: target_modules ${named} names no linear layer of the model`);
  }
  const plan = { targets, copies };
  if (tensors !== undefined) checkTensors(plan, tensors);
  return plan;
}

function isLinear({ isWeight, shape }: Parameter, name: string): boolean {
  return isWeight && shape.length === 2 && name.endsWith('.weight');
}

/**
 * The full name of a source's tensor: as the adapter's file has it, by the key map, or as the model's
 * files have it.
 */
function fullNames(keys: KeyMap, tensors: NamedTensors | undefined, files: Iterable<string>) {
  const byCanonical = (names: Iterable<string>) =>
    new Map([...names].map((name) => [keys.canonical?.(name) ?? name, name]));
  const inModel = byCanonical(files);
  const inAdapter = byCanonical(
    [...(tensors?.keys() ?? [])].map((key) => {
      const name = key.slice(PREFIX.length);
      return name.endsWith(A) ? `${name.slice(0, -A.length)}.weight` : name;
    }),
  );
  return ({ names }: KeySource): string => {
    const given = names.map((name) => inAdapter.get(name)).find((name) => name !== undefined);
    if (given !== undefined) return given;
    const [first] = names;
    const known = names.find((name) => inModel.has(name)) ?? first;
    return keys.full?.(known) ?? inModel.get(known) ?? known;
  };
}

function target(
  config: LoraConfig,
  { name: parameter, shape }: Parameter,
  layer: string,
  from: number,
  rows: number,
): LoraTarget {
  const rank = valueFor(layer, config.rank_pattern, config.r);
  const alpha = valueFor(layer, config.alpha_pattern, config.lora_alpha);
  return {
    parameter,
    from,
    rows,
    inputs: dimAt({ shape }, 1),
    name: PREFIX + layer,
    rank,
    scale: alpha / (config.use_rslora ? Math.sqrt(rank) : rank),
    dropout: config.lora_dropout,
  };
}

/** @throws OptionError for a tensor that is not a parameter of its own */
function copyOf(
  { name: parameter, shape }: Parameter,
  sources: readonly KeySource[],
  name: string,
): LoraCopy {
  const [source, ...others] = sources;
  const isWhole = others.length === 0 && source !== undefined && !isTable(source.names);
  if (isWhole && source.transposed !== true && (source.added ?? 0) === 0) {
    return { parameter, shape, name: PREFIX + name };
  }
  throw new OptionError(
    `lora: '${name}' is tied to another tensor, or stored together with others; leave its layer out ` +
      'of modules_to_save',
  );
}

/** @throws FormatError for a tensor that is missing, strange, or of another shape */
function checkTensors({ targets, copies }: LoraPlan, tensors: NamedTensors): void {
  const expected = new Map<string, readonly number[]>();
  for (const each of targets) {
    const { a, b } = loraNames(each);
    expected.set(a, [each.rank, each.inputs]).set(b, [each.rows, each.rank]);
  }
  for (const { name, shape } of copies) expected.set(name, shape);
  for (const [name, shape] of expected) {
    const found = tensors.get(name);
    if (found?.shape.join() === shape.join()) continue;
    const has = found === undefined ? 'has none' : `has [${found.shape}]`;
    throw new FormatError(
      `adapter: the configuration and the model need a tensor '${name}' [${shape}], the file ${has}; ` +
        'was it made for another model?',
    );
  }
  const strange = [...tensors.keys()].find((name) => !expected.has(name));
  if (strange === undefined) return;
  throw new FormatError(
    `adapter: the tensor '${strange}' belongs to no layer that the configuration names, or is of ` +
      'another method; was the adapter made for another model?',
  );
}
