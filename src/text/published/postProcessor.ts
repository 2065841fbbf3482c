/** The layout that a post-processor of tokenizer.json makes, found by what it does with two marks. */
import { RobertaProcessingPostProcessor, type Tokenizer } from '@huggingface/tokenizers';
import { FormatError, shown } from '../../core/errors';
import type { Layout, Part } from './layout';

/** What stands for the texts; no token of a vocabulary is like it. */
const MARKS: readonly string[] = ['\u0000first text', '\u0000second text'];

/** A text that no processor gives a type to. */
const plain = (index: number): Part => (index === 0 ? { text: 0, type: 0 } : { text: 1, type: 1 });

/**
 * The layout of one text, or of two.
 * @param id the id of a token
 * @throws FormatError for a special token that is not in the vocabulary
 */
export function postProcessorLayout(
  { post_processor: processor }: Tokenizer,
  isPair: boolean,
  id: (token: string) => number | undefined,
  where: string,
): Layout {
  if (processor === null) return MARKS.slice(0, isPair ? 2 : 1).map((_, i) => plain(i));
  const {
    tokens,
    tokens_pair: second,
    token_type_ids: types,
  } = processor.post_process(MARKS.slice(0, 1), isPair ? MARKS.slice(1) : null, true);
  // RoBERTa's processing has one type; the library gives the second text another one.
  const hasTypes = !(processor instanceof RobertaProcessingPostProcessor);
  return [...tokens, ...(second ?? [])].map((token, i) => {
    const type = hasTypes ? types?.[i] : 0;
    const text = MARKS.indexOf(token);
    if (text >= 0) return type === undefined ? plain(text) : { ...plain(text), type };
    const found = id(token);
    if (found !== undefined) return { id: found, type: type ?? 0 };
    throw new FormatError(
      `${where}, post_processor: the special token ${shown(token)} is not in the vocabulary`,
    );
  });
}
