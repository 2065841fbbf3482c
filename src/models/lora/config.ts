/**
 * adapter_config.json of PEFT's LoRA: what is supported is read, everything else must have the value
 * that switches it off. Fields that do not change the computation are kept as they are.
 */
import { FormatError, OptionError, shown } from '../../core/errors';
import { Fields } from '../fields';

/** How an adapter adds low-rank products: PEFT's LoraConfig under its own names. */
export interface LoraConfig {
  /** Rank of the products (default 8). */
  readonly r: number;
  /** The products are multiplied by lora_alpha / r (default 8). */
  readonly lora_alpha: number;
  /** Whether they are multiplied by lora_alpha / sqrt(r) instead (default false). */
  readonly use_rslora: boolean;
  /** Dropout rate of the products' inputs in training (default 0). */
  readonly lora_dropout: number;
  /**
   * Names of the linear layers that get one: whole names or their last parts, a regular expression
   * for whole names, or 'all-linear' for all but the output's.
   */
  readonly target_modules: readonly string[] | string;
  /** Names that are left out, as in `target_modules` (default: none). */
  readonly exclude_modules: readonly string[] | string;
  /** Numbers of the layers that get one (default: all); not with a regular expression. */
  readonly layers_to_transform: readonly number[] | undefined;
  /** Parts of names that the numbers follow (default: any). */
  readonly layers_pattern: readonly string[];
  /** Other ranks, and other values of alpha, by the ends of names as regular expressions. */
  readonly rank_pattern: Readonly<Record<string, number>>;
  readonly alpha_pattern: Readonly<Record<string, number>>;
  /** Ends of the names of layers that are trained and saved as a whole (default: none). */
  readonly modules_to_save: readonly string[];
  /** All fields of the file, which are written back. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The options of a new adapter; everything but `target_modules` has PEFT's default. */
export type LoraOptions = Partial<Omit<LoraConfig, 'fields' | 'target_modules'>> &
  Pick<LoraConfig, 'target_modules'> & {
    /** Name of the model, for the file (default: none). */
    readonly base_model_name_or_path?: string;
    /** What PEFT is to load the model as: 'SEQ_2_SEQ_LM', 'CAUSAL_LM', 'SEQ_CLS' (default: none). */
    readonly task_type?: string;
  };

/** Fields that are read, or that are for people and other programs. */
const READ = [
  ...['r', 'lora_alpha', 'use_rslora', 'lora_dropout', 'target_modules', 'exclude_modules'],
  ...['layers_to_transform', 'layers_pattern', 'rank_pattern', 'alpha_pattern', 'modules_to_save'],
  ...['peft_type', 'bias', 'init_lora_weights', 'fan_in_fan_out'],
];
const FOR_OTHERS = [
  ...['auto_mapping', 'base_model_name_or_path', 'inference_mode', 'revision', 'task_type'],
  ...['peft_version', 'megatron_core', 'qalora_group_size'],
];

/** Whether a value switches a field off: null, false, '' or nothing in it. */
function isOff(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === undefined || value === false || value === '';
}

function refuse(name: string, value: unknown, remedy: string): never {
  throw new OptionError(`adapter_config.json: ${name} ${shown(value)} is not supported; ${remedy}`);
}

/**
 * Reads adapter_config.json.
 * @param json parsed
 * @throws FormatError for a damaged field; OptionError for a method or a value that is not
 *   supported, naming both
 */
export function parseLoraConfig(json: unknown): LoraConfig {
  const fields = new Fields('adapter_config.json', json);
  const all = typeof json === 'object' && json !== null ? { ...json } : {};
  const only = (name: string, supported: readonly unknown[], remedy: string) => {
    const value = fields.value(name, supported[0]);
    if (!supported.includes(value)) refuse(name, value, remedy);
  };
  only('peft_type', ['LORA'], 'only LoRA is');
  only('bias', ['none'], "train with bias 'none'");
  // Others replace the model's own matrices, which an adapter's file does not tell.
  only('init_lora_weights', [true, false, 'gaussian'], 'convert the adapter to plain LoRA');
  for (const [name, value] of Object.entries(all)) {
    const isKnown = READ.includes(name) || FOR_OTHERS.includes(name);
    if (!isKnown && !isOff(value)) refuse(name, value, 'merge the adapter with PEFT first');
  }
  const config: LoraConfig = {
    r: fields.number('r', 8),
    lora_alpha: fields.number('lora_alpha', 8),
    use_rslora: fields.boolean('use_rslora', false),
    lora_dropout: fields.number('lora_dropout', 0),
    target_modules: names(fields, 'target_modules', 'a text or a list of texts', true),
    exclude_modules: names(fields, 'exclude_modules', 'a text or a list of texts', true),
    layers_to_transform: layerNumbers(fields),
    layers_pattern: listOf(fields, 'layers_pattern'),
    rank_pattern: numbersByName(fields, 'rank_pattern'),
    alpha_pattern: numbersByName(fields, 'alpha_pattern'),
    modules_to_save: listOf(fields, 'modules_to_save'),
    fields: all,
  };
  check(config);
  return config;
}

function check({ r, lora_dropout, rank_pattern, target_modules, ...rest }: LoraConfig): void {
  const wrong = [r, ...Object.values(rank_pattern)].find((rank) => !(rank >= 1 && rank % 1 === 0));
  if (wrong !== undefined) {
    throw new OptionError(`lora: ranks must be whole numbers from 1, found ${wrong}`);
  }
  if (!(lora_dropout >= 0 && lora_dropout < 1)) {
    throw new OptionError(`lora: lora_dropout must be from 0 to below 1, found ${lora_dropout}`);
  }
  const isExpression = typeof target_modules === 'string' && target_modules !== 'all-linear';
  if (isExpression && rest.layers_to_transform !== undefined) {
    throw new OptionError(
      'lora: layers_to_transform does not go with a regular expression in target_modules; name the ' +
        'layers there',
    );
  }
  if (rest.layers_pattern.length > 0 && rest.layers_to_transform === undefined) {
    throw new OptionError('lora: layers_pattern needs layers_to_transform; name the layers');
  }
}

/**
 * The configuration of a new adapter.
 * @throws OptionError for an invalid value
 */
export function loraConfig(options: LoraOptions): LoraConfig {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return parseLoraConfig({ ...NEW, ...Object.fromEntries(given) });
}

/** What PEFT writes of a new adapter, without the fields of other methods. */
const NEW = {
  auto_mapping: null,
  base_model_name_or_path: null,
  bias: 'none',
  exclude_modules: null,
  fan_in_fan_out: false,
  inference_mode: true,
  init_lora_weights: true,
  layers_pattern: null,
  layers_to_transform: null,
  lora_alpha: 8,
  lora_dropout: 0,
  modules_to_save: null,
  peft_type: 'LORA',
  r: 8,
  rank_pattern: {},
  alpha_pattern: {},
  revision: null,
  task_type: null,
  use_dora: false,
  use_rslora: false,
};

/** The text of adapter_config.json, with its fields in order as PEFT writes them. */
export function writeLoraConfig({ fields }: Pick<LoraConfig, 'fields'>): string {
  const sorted = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), null, 2);
}

function damaged(name: string, expected: string, found: unknown): never {
  throw new FormatError(
    `adapter_config.json: '${name}' must be ${expected}, found ${shown(found)}`,
  );
}

function listOf(fields: Fields, name: string): readonly string[] {
  const found = names(fields, name, 'a list of texts', name === 'layers_pattern');
  return typeof found === 'string' ? [found] : found;
}

function names(
  fields: Fields,
  name: string,
  expected: string,
  mayBeText: boolean,
): readonly string[] | string {
  const value = fields.value(name) ?? [];
  if (typeof value === 'string' && mayBeText) return value;
  if (!Array.isArray(value)) return damaged(name, expected, value);
  return value.map((one: unknown) =>
    typeof one === 'string' ? one : damaged(name, expected, value),
  );
}

function layerNumbers(fields: Fields): readonly number[] | undefined {
  const name = 'layers_to_transform';
  const value = fields.value(name) ?? undefined;
  if (value === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) =>
    typeof one === 'number' ? one : damaged(name, 'a number or a list of numbers', value),
  );
}

function numbersByName(fields: Fields, name: string): Readonly<Record<string, number>> {
  const value = fields.value(name) ?? {};
  if (typeof value !== 'object' || value === null) return damaged(name, 'an object', value);
  const entries = Object.entries(value).map(([key, one]): [string, number] => [
    key,
    typeof one === 'number' ? one : damaged(name, 'an object of numbers', value),
  ]);
  return Object.fromEntries(entries);
}
