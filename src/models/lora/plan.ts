/**
 * What an adapter adds to a model: the layers that its configuration names, as rows of the model's
 * parameters.
 */
import { FormatError, OptionError } from '../../core/errors';
import { dimAt } from '../../core/shape';
import type { NamedTensors } from '../../nn/arena';
import { type LoraCopy, type LoraPlan, type LoraTarget, loraNames } from '../../nn/lora';
import type { Parameter, ParameterLayout } from '../../nn/parameters';
import type { KeyMap, KeySource } from '../keyMap';
import type { LoraConfig } from './config';
import { isSaved, isTarget, valueFor } from './matching';

/** What PEFT puts before the names of a model's tensors. */
const PREFIX = 'base_model.model.';
const A = '.lora_A.weight';

/**
 * Finds the layers of a model that an adapter's configuration names.
 * @param layout of the model alone
 * @param keys where the model's parameters are in published files: `kind.published.keys(...)`
 * @param tensors the adapter's, for one that was read: they must be those of the configuration
 * @throws OptionError if no layer has such a name, or one cannot be adapted; FormatError for
 *   tensors that do not fit
 */
export function loraPlan(
  config: LoraConfig,
  layout: ParameterLayout,
  keys: KeyMap,
  tensors?: NamedTensors,
): LoraPlan {
  const nameOf = fullNames(keys, tensors);
  const targets: LoraTarget[] = [];
  const copies: LoraCopy[] = [];
  for (const parameter of layout.parameters) {
    const sources = keys.sources(parameter, () => true);
    let from = 0;
    for (const source of sources) {
      const rows = source.rows ?? dimAt(parameter, 0) / sources.length;
      const name = nameOf(source);
      if (isSaved(name, config)) copies.push(copyOf(parameter, sources, name));
      else if (isLinear(parameter, name)) {
        const layer = name.slice(0, -'.weight'.length);
        if (isTarget(layer, config)) targets.push(target(config, parameter, layer, from, rows));
      }
      from += rows;
    }
  }
  if (targets.length === 0) {
    const named = JSON.stringify(config.target_modules);
    throw new OptionError(`lora: target_modules ${named} names no linear layer of the model`);
  }
  const plan = { targets, copies };
  if (tensors !== undefined) checkTensors(plan, tensors);
  return plan;
}

function isLinear({ isWeight, shape }: Parameter, name: string): boolean {
  return isWeight && shape.length === 2 && name.endsWith('.weight');
}

/** The full name of a source's tensor: as the adapter's file has it, or else by the key map. */
function fullNames(keys: KeyMap, tensors: NamedTensors | undefined) {
  const canonical = (name: string) => keys.canonical?.(name) ?? name;
  const inFile = new Map<string, string>();
  for (const key of tensors?.keys() ?? []) {
    const name = key.slice(PREFIX.length);
    const full = name.endsWith(A) ? `${name.slice(0, -A.length)}.weight` : name;
    inFile.set(canonical(full), full);
  }
  return ({ names }: KeySource): string => {
    const known = names.find((name) => inFile.has(name));
    const [first] = names;
    return (known === undefined ? undefined : inFile.get(known)) ?? keys.full?.(first) ?? first;
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
  const isWhole = others.length === 0 && source?.names.length === 1;
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
