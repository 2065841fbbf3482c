/** The configuration that GPT and BERT share: its defaults, checks and JSON form. */
import { OptionError } from '../core/errors';
import type { Activation } from '../nn/feedForward';
import { checkLayer } from '../nn/layer';
import { checkHeads } from '../nn/transformerLayers';
import type { Fields } from './fields';

/** How a stack of self-attention layers knows the order of tokens. */
export type PositionKind = 'learned' | 'sinusoidal' | 'rotary';

/** Configuration of a stack of self-attention layers over token embeddings. */
export interface StackConfig {
  readonly vocabulary: number;
  readonly modelSize: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly layers: number;
  readonly dropout: number;
  /** Whether norms precede sublayers, with a final norm after the last layer. */
  readonly normFirst: boolean;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly positions: PositionKind;
  /** Longest text in tokens, including bos and eos; memory is allocated for it. */
  readonly maxLength: number;
  /** Id whose embedding starts at zero and is not trained. */
  readonly padId: number;
}

const PLAIN = {
  modelSize: 128,
  heads: 4,
  feedForward: 512,
  layers: 2,
  dropout: 0.1,
  normFirst: true,
  epsilon: 1e-5,
  maxLength: 64,
  padId: 0,
} as const;

/** Defaults of the shared options. */
export const STACK_DEFAULTS = { ...PLAIN, activation: 'gelu', positions: 'learned' } as const;

const POSITIONS: readonly PositionKind[] = ['learned', 'sinusoidal', 'rotary'];

/**
 * Checks the shared options.
 * @param known names of all options of the kind
 * @throws OptionError for an unknown option or an invalid value
 */
export function checkStack(
  where: string,
  options: object,
  config: StackConfig,
  known: readonly string[],
): void {
  const { vocabulary, modelSize, heads, feedForward, layers, maxLength } = config;
  const sizes = { vocabulary, modelSize, heads, feedForward, layers, maxLength };
  checkLayer(where, sizes, options, known);
  checkHeads(where, modelSize, heads);
  if (!POSITIONS.includes(config.positions)) {
    throw new OptionError(
      `${where}: positions must be ${POSITIONS.join(' or ')}, found '${config.positions}'`,
    );
  }
}

/** Reads the shared options from JSON. @throws FormatError naming a wrong field */
export function parseStack(fields: Fields): StackConfig {
  const d = STACK_DEFAULTS;
  return {
    ...fields.like(PLAIN),
    vocabulary: fields.number('vocabulary'),
    activation: fields.oneOf('activation', ['relu', 'gelu'], d.activation),
    positions: fields.oneOf('positions', POSITIONS, d.positions),
  };
}
