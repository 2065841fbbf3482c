/** Translating with a published model: texts of any language that its tokenizer knows, in batches. */
import { checkOptions, defined, InputError, shown } from '../../core/errors';
import type { Decoding } from '../../generate/decoder';
import type { Hypothesis } from '../../generate/hypotheses';
import type { Codec } from '../../text';
import type {
  EncodedText,
  Tokenizer,
  TokenizerEncodeOptions,
} from '../../text/published/tokenizer';
import type { TranslateOptions, TranslationHypothesis } from '../answers';
import type { ModelOnDevice, PublishedTranslation } from '../decodingModel';
import { generate } from '../generation';
import { LOOK_OPTIONS } from '../modelInspection';
import { decodeInBatches } from './batches';
import { decodingFor } from './decodingFor';

const OPTIONS: readonly (keyof TranslateOptions)[] = [
  ...(['signal', 'decoding', 'seed', 'onToken', 'to', 'maxTokens'] as const),
  ...LOOK_OPTIONS,
];

/** What generating needs besides the model. */
export interface GenerationSetting {
  readonly tokenizer: Tokenizer;
  readonly codec: Codec;
  /** The decoding that generation_config.json asks for. */
  readonly decoding: Decoding;
  /** Largest number of source tokens. */
  readonly maxLength: number;
  readonly maxBatch: number;
}

/**
 * How a published model translates.
 * @param startsWithLanguage whether a translation, rather than its source, begins with the language
 */
export function publishedTranslation(
  setting: GenerationSetting,
  startsWithLanguage: boolean,
): PublishedTranslation {
  const { tokenizer, maxLength } = setting;
  return {
    async translate(model, texts, options, adapter) {
      const start = performance.now();
      // Of a model with one source language there is nothing to choose.
      checkOptions('translate', options, startsWithLanguage ? [...OPTIONS, 'from'] : OPTIONS);
      const { from, to } = options;
      const language = startsWithLanguage ? from : to;
      const own = language === undefined ? {} : { language };
      const sources = texts.map(
        (text) => encodeText('translate', text, tokenizer, maxLength, own).ids,
      );
      const first = startsWithLanguage && to !== undefined ? tokenizer.languageId(to) : undefined;
      const decoding = decodingFor(setting.decoding, options, first);
      const results = await decodeAll(setting, model, sources, decoding, options, true);
      return results.map(({ hypotheses: found, ...inside }, i) => {
        const hypotheses = found.map((one) => shownHypothesis(tokenizer, one));
        const best = defined(hypotheses[0], 'hypothesis');
        const sourceTokens = defined(sources[i], 'source').map((id) => tokenizer.token(id));
        return {
          source: defined(texts[i], 'text'),
          target: best.target,
          sourceTokens,
          sourceMarks: sourceTokens.map(() => undefined),
          tokens: best.tokens,
          marks: best.marks,
          alignment: best.alignment,
          hypotheses,
          adapter,
          milliseconds: performance.now() - start,
          ...inside,
        };
      });
    },
  };
}

/**
 * Decodes sources in batches; or one after the other, looking inside the model, if the options ask for it.
 * @param target whether the option `target` is encoded as a translation is
 */
export async function decodeAll(
  { tokenizer, codec, maxBatch }: GenerationSetting,
  model: ModelOnDevice,
  sources: readonly (readonly number[])[],
  decoding: Decoding,
  options: Omit<TranslateOptions, 'from' | 'to'>,
  target: boolean,
): Promise<readonly Awaited<ReturnType<typeof generate>>[]> {
  const encode = (answer: string) => tokenizer.encode(answer, { target, special: false }).ids;
  if (LOOK_OPTIONS.some((option) => options[option] !== undefined)) {
    return each(sources, (ids) => generate(model, ids, decoding, codec, options, encode));
  }
  const stream = () => tokenizer.stream();
  const found = await decodeInBatches(model, sources, decoding, { ...options, maxBatch, stream });
  return found.map((hypotheses) => ({ hypotheses }));
}

/**
 * A text as ids, special tokens included.
 * @throws InputError for what is no text, or too long
 */
export function encodeText(
  where: string,
  text: string,
  tokenizer: Tokenizer,
  maxLength: number,
  options: TokenizerEncodeOptions,
): EncodedText {
  if (typeof text !== 'string') {
    throw new InputError(`${where}: expected a text, found ${shown(text)}`);
  }
  const encoded = tokenizer.encode(text, options);
  const { length } = encoded.ids;
  if (length <= maxLength) return encoded;
  throw new InputError(
    `${where}: the text has ${length} tokens, this model takes at most ${maxLength}; shorten or split ` +
      'it, or pass a larger maxLength to hub',
  );
}

/** Runs something for each item, one after the other. */
export async function each<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}

function shownHypothesis(tokenizer: Tokenizer, found: Hypothesis): TranslationHypothesis {
  const { attention: alignment = [], ...others } = found;
  const tokens = found.ids.map((id) => tokenizer.token(id));
  const marks = tokens.map(() => undefined);
  return { ...others, target: tokenizer.decode(found.ids), tokens, marks, alignment };
}
