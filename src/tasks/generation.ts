/** What translators and writers share: text's tokens as ids, checked, and decoding one sequence. */

import { checkOptions, InputError, OptionError } from '../core/errors';
import type { Decoding } from '../generate/decoder';
import { type Codec, checkOneOf } from '../text';
import type { DecodingModel } from './decodingModel';
import type { GenerationOptions } from './generationOptions';
import { type Generated, LOOK_OPTIONS } from './modelInspection';
import { UNKNOWN_POLICIES, type UnknownPolicy } from './modelText';
import { GAP } from './shownTokens';

/** @throws OptionError for an unknown option or policy */
export function checkGenerationOptions(where: string, options: GenerationOptions): void {
  const known = ['signal', 'decoding', 'seed', 'onToken', 'unknown', ...LOOK_OPTIONS];
  checkOptions(where, options, known);
  checkOneOf(where, 'unknown', options.unknown ?? 'unk', UNKNOWN_POLICIES);
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
  options: { readonly unknown: UnknownPolicy; readonly maxTokens: number },
): readonly number[] {
  const { unknown, maxTokens } = options;
  const isError = unknown === 'error';
  const missing = isError ? tokens.filter((token) => codec.id(token) === undefined) : [];
  if (missing.length > 0) {
    const words = [...new Set(missing)];
    throw new InputError(
      `${where}: the model does not know ${words.map((word) => `'${word}'`).join(', ')}; use words of ` +
        "its vocabulary, or pass unknown: 'copy'",
      { words },
    );
  }
  const ids = codec.encode(tokens, { unknown: isError ? 'error' : 'unk' });
  if (ids.length <= maxTokens) return ids;
  throw new InputError(
    `${where}: the text has ${ids.length} tokens, this model takes at most ${maxTokens}; shorten or ` +
      'split it',
  );
}

/**
 * Decodes one sequence, and looks inside the model if the options say so.
 * @param ids a source that ends with eos, or a prompt that begins with bos
 * @param target turns ids into text for `onToken`
 * @param encode turns a forced answer into ids
 * @throws OptionError for looking inside without the load option `inspection`
 */
export async function generate(
  model: DecodingModel,
  ids: readonly number[],
  decoding: Decoding,
  target: Codec,
  options: GenerationOptions,
  encode: (text: string) => readonly number[],
): Promise<Generated> {
  const { signal, seed, onToken } = options;
  const next = target.stream();
  const onId =
    onToken &&
    ((id?: number) => {
      const piece = id !== undefined && id === target.unk ? GAP : next(id);
      if (piece !== '') onToken(piece);
    });
  const found = LOOK_OPTIONS.some((option) => options[option] !== undefined)
    ? await inspectionOf(model).look({ model, ids, decoding, codec: target, options, encode, onId })
    : { hypotheses: await model.decode(ids, decoding, { signal, seed, onId }) };
  onId?.();
  return found;
}

/** @throws OptionError for a model that was loaded without the option `inspection` */
export function inspectionOf<T>({ inspection }: { readonly inspection: T | undefined }): T {
  if (inspection !== undefined) return inspection;
  throw new OptionError(
    "inspect: import { inspection } from 'qkv/inspect', and load with { inspection }",
  );
}
