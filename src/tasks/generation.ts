/** What translators and writers share: text's tokens as ids, checked, and decoding one sequence. */
import { checkOptions, InputError, OptionError } from '../core/errors';
import type { Decoding } from '../generate/decoder';
import type { Codec } from '../text';
import type { ModelOnDevice } from './loadModel';
import {
  type Generated,
  LOOK_OPTIONS,
  type LookOptions,
  type ModelInspection,
} from './modelInspection';

/** Options of one translation or continuation. */
export interface GenerationOptions extends LookOptions {
  /** Stops decoding; the call then fails with an AbortedError. */
  readonly signal?: AbortSignal;
  /** How tokens are chosen. The first use of another method or size compiles its plans. */
  readonly decoding?: Decoding;
  /** Random seed for sampling (default 0). */
  readonly seed?: number;
  /**
   * Called with each token as soon as it is final. A beam search may revise its tokens until it
   * ends, so that it reports all of them then.
   */
  readonly onToken?: (token: string) => void;
}

/** @throws OptionError for an unknown option */
export function checkGenerationOptions(where: string, options: GenerationOptions): void {
  checkOptions(where, options, ['signal', 'decoding', 'seed', 'onToken', ...LOOK_OPTIONS]);
}

/**
 * Ids of a text's tokens, without bos and eos.
 * @throws InputError for unknown words where the model treats those as errors, naming all of them,
 *   and for more ids than the model takes
 */
export function encodeTokens(
  where: string,
  tokens: readonly string[],
  codec: Codec,
  options: { readonly unknown: 'error' | 'unk'; readonly maxTokens: number },
): readonly number[] {
  const { unknown, maxTokens } = options;
  const missing = tokens.filter((token) => codec.id(token) === undefined);
  if (unknown === 'error' && missing.length > 0) {
    const words = [...new Set(missing)];
    throw new InputError(
      `${where}: the model does not know ${words.map((word) => `'${word}'`).join(', ')}; use words of ` +
        `its vocabulary, which has ${codec.size}`,
      { words },
    );
  }
  const ids = codec.encode(tokens, { unknown });
  if (ids.length <= maxTokens) return ids;
  throw new InputError(
    `${where}: the text has ${ids.length} tokens, this model takes at most ${maxTokens}; shorten or ` +
      'split it',
  );
}

/**
 * Decodes one sequence, and looks inside the model if the options say so.
 * @param ids a source that ends with eos, or a prompt that begins with bos
 * @param target turns ids into tokens for `onToken`
 * @param encode turns a forced answer into ids
 * @throws OptionError for looking inside without the load option `inspection`
 */
export async function generate(
  model: ModelOnDevice,
  ids: readonly number[],
  decoding: Decoding,
  target: Codec,
  options: GenerationOptions,
  encode: (text: string) => readonly number[],
): Promise<Generated> {
  if (LOOK_OPTIONS.some((option) => options[option] !== undefined)) {
    return inspectionOf(model).look({ model, ids, decoding, codec: target, options, encode });
  }
  const { signal, seed, onToken } = options;
  const onId = onToken && ((id: number) => onToken(target.token(id)));
  return { hypotheses: await model.decode(ids, decoding, { signal, seed, onId }) };
}

/** @throws OptionError for a model that was loaded without the option `inspection` */
export function inspectionOf({ inspection }: ModelOnDevice): ModelInspection {
  if (inspection !== undefined) return inspection;
  throw new OptionError(
    "inspect, target, interventions: import { inspection } from 'qkv/inspect', and load with " +
      '{ inspection }',
  );
}
