/** Continuing prompts and answering conversations with a published language model, in batches. */
import { checkOptions, defined, OptionError } from '../../core/errors';
import type { Decoding } from '../../generate/decoder';
import type { ChatMessage, ChatTemplate } from '../../text/published/chatTemplate';
import type { WritingOptions } from '../answers';
import type { PublishedWriting } from '../decodingModel';
import { LOOK_OPTIONS } from '../modelInspection';
import { decodingFor } from './decodingFor';
import { decodeAll, encodeText, type GenerationSetting } from './translation';

const OPTIONS: readonly (keyof WritingOptions)[] = [
  ...(['signal', 'decoding', 'seed', 'onToken', 'maxTokens'] as const),
  ...LOOK_OPTIONS,
];

/**
 * How a published language model continues prompts.
 * @param chat the model's template of conversations, if it has one and its support is imported
 */
export function publishedWriting(
  setting: GenerationSetting,
  chat: ChatTemplate | undefined,
): PublishedWriting {
  const { tokenizer, maxLength } = setting;
  const idsOf = (prompt: string | readonly ChatMessage[]) => {
    // One place is left for an answer.
    const most = maxLength - 1;
    if (typeof prompt === 'string') return encodeText('write', prompt, tokenizer, most, {}).ids;
    if (chat === undefined) throw new OptionError(NO_CHAT);
    // A template writes its special tokens itself.
    const text = chat(prompt, { addGenerationPrompt: true });
    return encodeText('write', text, tokenizer, most, { special: false }).ids;
  };
  return {
    async write(model, prompts, options, adapter) {
      const start = performance.now();
      checkOptions('write', options, OPTIONS);
      const sources = prompts.map(idsOf);
      const decoding: Decoding = decodingFor(setting.decoding, options);
      const results = await decodeAll(setting, model, sources, decoding, options, false);
      return results.map(({ hypotheses, ...inside }, i) => {
        const { ids, finished } = defined(hypotheses[0], 'hypothesis');
        const read = defined(sources[i], 'prompt');
        return {
          text: tokenizer.decode([...read, ...ids]),
          continuation: tokenizer.decode(ids),
          tokens: ids.map((id) => tokenizer.token(id)),
          marks: ids.map(() => undefined),
          finished,
          hypotheses,
          adapter,
          milliseconds: performance.now() - start,
          ...inside,
        };
      });
    },
  };
}

const NO_CHAT =
  "write: a conversation needs the model's chat template: import { readChatTemplate } from " +
  "'qkv/text', and load hub(source, { chat: readChatTemplate, ... }); or write a text";
