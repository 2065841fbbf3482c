/** The layout of special tokens that a post-processor of tokenizer.json makes. */
import { FormatError, shown } from '../../core/errors';
import { isList, isObject, type JsonObject } from './files';
import { partsOf } from './jsonParts';
import type { Layout, Part } from './layout';

/** One text, or two, each with the tokens that have been put round it. */
type Texts = readonly Layout[];

/**
 * The layout of one text, or of two.
 * @param id the id of a token
 * @throws FormatError for a damaged post-processor, or a special token that is not in the vocabulary
 */
export function postProcessorLayout(
  processor: unknown,
  isPair: boolean,
  id: (token: string) => number | undefined,
  where: string,
): Layout {
  const what = `${where}, post_processor`;
  const first: Texts = [[{ text: 0, type: 0 }]];
  const texts: Texts = isPair ? [...first, [{ text: 1, type: 1 }]] : first;
  const special = (token: unknown, type: unknown): Part => {
    const found = typeof token === 'string' ? id(token) : undefined;
    if (found !== undefined) return { id: found, type: type === 1 ? 1 : 0 };
    throw new FormatError(`${what}: the special token ${shown(token)} is not in the vocabulary`);
  };
  return partsOf(processor, 'processors', what)
    .reduce((now, part) => processed(part, now, special, what), texts)
    .flat();
}

function processed(
  part: JsonObject,
  texts: Texts,
  special: (token: unknown, type: unknown) => Part,
  what: string,
): Texts {
  switch (part.type) {
    case 'ByteLevel':
      return texts;
    case 'TemplateProcessing':
      return [template(part, texts, special, what)];
    case 'BertProcessing':
    case 'RobertaProcessing': {
      // RoBERTa's has one type, and one more token between texts.
      const isBert = part.type === 'BertProcessing';
      const [cls] = isList(part.cls) ? part.cls : [];
      const [sep] = isList(part.sep) ? part.sep : [];
      const framed = texts.flatMap((text, i) => {
        const type = isBert ? i : 0;
        const before = i === 0 ? [special(cls, 0)] : isBert ? [] : [special(sep, 0)];
        return [...before, ...typed(text, type), special(sep, type)];
      });
      return [framed];
    }
    default:
      throw new FormatError(
        `${what}: the type ${shown(part.type)} is not supported; use another model`,
      );
  }
}

function template(
  part: JsonObject,
  texts: Texts,
  special: (token: unknown, type: unknown) => Part,
  what: string,
): Layout {
  const name = texts.length === 1 ? 'single' : 'pair';
  const { [name]: items } = part;
  if (!isList(items))
    throw new FormatError(`${what}, ${name}: expected a list, found ${shown(items)}`);
  return items.flatMap((item) => {
    const { SpecialToken: token, Sequence: sequence } = isObject(item) ? item : {};
    if (isObject(token)) return [special(token.id, token.type_id)];
    const text = isObject(sequence) ? texts[sequence.id === 'B' ? 1 : 0] : undefined;
    if (isObject(sequence) && text !== undefined) return typed(text, sequence.type_id);
    throw new FormatError(
      `${what}, ${name}: expected a text or a special token, found ${shown(item)}`,
    );
  });
}

/** Parts with another type: 0 or 1. */
const typed = (parts: Layout, type: unknown): Layout =>
  parts.map((part) => ({ ...part, type: type === 1 ? 1 : 0 }));
