/** The layout that a post-processor of tokenizer.json makes, found by what it does with two marks. */
import { RobertaProcessingPostProcessor, type Tokenizer } from '@huggingface/tokenizers';
import { FormatError, shown } from '../../core/errors';
import { between, type Layout } from './layout';

/** What stands for the texts; no token of a vocabulary is like it. */
const MARKS = ['\u0000first text', '\u0000second text'] as const;

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
  if (processor === null) return between([], [], isPair);
  const {
    tokens,
    tokens_pair: second,
    token_type_ids: types,
  } = processor.post_process([MARKS[0]], isPair ? [MARKS[1]] : null, true);
  // RoBERTa's processing has one type; the library gives the second text another one.
  const hasTypes = !(processor instanceof RobertaProcessingPostProcessor);
  return [...tokens, ...(second ?? [])].map((token, i) => {
    const type = hasTypes ? (types?.[i] ?? 0) : 0;
    const text = MARKS.findIndex((mark) => mark === token);
    if (text === 0 || text === 1) return { text, type };
    const found = id(token);
    if (found !== undefined) return { id: found, type };
    throw new FormatError(
      `${where}, post_processor: the special token ${shown(token)} is not in the vocabulary`,
    );
  });
}
