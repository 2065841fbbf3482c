/** Which layers the patterns of an adapter's configuration name, with PEFT's rules. */
import { OptionError } from '../../core/errors';
import type { LoraConfig } from './config';

/** Last parts of the names of tables of vectors, which are no linear layers. */
const TABLE = /embed|^(shared|wte|wpe|relative_attention_bias)$/u;

/** The layers that give a model's output, which 'all-linear' leaves out. */
const OUTPUT = /(^|\.)(lm_head|classifier|score|embed_out|vocab_projector|lm_head\.decoder)$/u;

/** Whether a tensor is a table of vectors, or tied to one. @param names of the same tensor */
export function isTable(names: readonly string[]): boolean {
  return names.some((name) => TABLE.test(name.split('.').at(-2) ?? ''));
}

/** Compiles a pattern of Python's, whose syntax is JavaScript's but for rarities. */
function expression(pattern: string, source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw new OptionError(
      `lora: '${pattern}' is not a regular expression of JavaScript's; write it otherwise`,
      { cause },
    );
  }
}

function isNamed(name: string, patterns: readonly string[] | string): boolean {
  if (typeof patterns === 'string') {
    return patterns !== '' && expression(patterns, `^(?:${patterns})$`).test(name);
  }
  return patterns.some((one) => name === one || name.endsWith(`.${one}`));
}

/**
 * Whether a linear layer gets a low-rank product.
 * @param name in PyTorch's model: 'model.encoder.layers.0.self_attn.q_proj'
 * @throws OptionError for an invalid regular expression
 */
export function isTarget(name: string, config: LoraConfig): boolean {
  const { target_modules, exclude_modules, layers_to_transform } = config;
  if (exclude_modules.length > 0 && isNamed(name, exclude_modules)) return false;
  if (target_modules === 'all-linear') {
    const last = name.split('.').at(-1) ?? name;
    return !TABLE.test(last) && !OUTPUT.test(name) && !/\.predictions\.decoder$/u.test(name);
  }
  if (!isNamed(name, target_modules)) return false;
  // A layer that is named as a whole is meant whatever its number is.
  const isWhole = typeof target_modules !== 'string' && target_modules.includes(name);
  if (layers_to_transform === undefined || isWhole) return true;
  const number = layerNumber(name, config.layers_pattern);
  return number !== undefined && layers_to_transform.includes(number);
}

/** The number of the layer in a name; the last of several. */
function layerNumber(name: string, patterns: readonly string[]): number | undefined {
  const parts = patterns.length === 0 ? ['[^.]*'] : patterns;
  for (const part of parts) {
    const [, number] = expression(part, `^.*\\.${part}\\.(\\d+)\\.`).exec(name) ?? [];
    if (number !== undefined) return Number(number);
  }
  return undefined;
}

/** The value of the first pattern that the end of a name matches, or the default. */
export function valueFor(
  name: string,
  patterns: Readonly<Record<string, number>>,
  fallback: number,
): number {
  const found = Object.entries(patterns).find(([pattern]) =>
    expression(pattern, `^(?:.*\\.)?(?:${pattern})$`).test(name),
  );
  return found === undefined ? fallback : found[1];
}

/** Whether a tensor belongs to a layer, or a part of one, that is saved as a whole. */
export function isSaved(tensor: string, { modules_to_save }: LoraConfig): boolean {
  const parts = tensor.split('.').slice(0, -1);
  const layers = parts.map((_, i) => parts.slice(0, i + 1).join('.'));
  return layers.some((layer) => modules_to_save.some((end) => layer.endsWith(end)));
}
