/**
 * Chat templates of published models: programs in the Jinja language that write the messages of a
 * conversation as the text that the model was trained on.
 */
import { Template } from '@huggingface/jinja';
import { checkOptions, FormatError, InputError, OptionError, shown } from '../../core/errors';
import { type Files, fileText, isList, isObject, optionalObject } from './files';
import { renderBounded } from './renderBounded';
import { CONFIG, readConfig, SPECIAL_MAP } from './specialTokens';

/** A message of a conversation. Templates may read other fields of it, such as `tool_calls`. */
export interface ChatMessage {
  /** Who speaks: usually 'system', 'user' or 'assistant'. */
  readonly role: string;
  readonly content: string;
  readonly [field: string]: unknown;
}

/** Options of a chat template. */
export interface ChatTemplateOptions {
  /** Whether the text ends with the beginning of the model's answer (default false). */
  readonly addGenerationPrompt?: boolean;
  /** Other values that the template reads, such as `tools` or `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Writes a conversation as text, special tokens included: encode it with `special: false`.
 * @throws InputError with the template's own message for a conversation that it refuses
 */
export type ChatTemplate = (
  messages: readonly ChatMessage[],
  options?: ChatTemplateOptions,
) => string;

/** Options of `readChatTemplate`. */
export interface ReadChatTemplateOptions {
  /** Which of several templates, such as 'tool_use' (default 'default'). */
  readonly name?: string;
}

const JINJA = 'chat_template.jinja';
const JSON_FILE = 'chat_template.json';

/** Files that `readChatTemplate` reads if a model has them; a template in an earlier one counts. */
export const CHAT_TEMPLATE_FILES: readonly string[] = [JINJA, JSON_FILE, CONFIG, SPECIAL_MAP];

/**
 * Reads a model's chat template.
 * @param files contents of the model's files by their names
 * @returns undefined if the files hold no template
 * @throws FormatError for a template that is no Jinja; OptionError for a name that no template has
 */
export function readChatTemplate(
  files: ReadonlyMap<string, Uint8Array>,
  options: ReadChatTemplateOptions = {},
): ChatTemplate | undefined {
  checkOptions('readChatTemplate', options, ['name']);
  const found = templateText(files, options.name);
  if (found === undefined) return undefined;
  const template = parse(found.text, found.where);
  const { roles } = readConfig(files);
  const tokens = Object.entries(roles).map(([role, text]) => [`${role}_token`, text] as const);
  const variables = Object.fromEntries(tokens);
  return (messages, { addGenerationPrompt = false, variables: own = {}, ...rest } = {}) => {
    checkOptions('chat template', rest, []);
    try {
      return renderBounded(template, {
        ...variables,
        ...own,
        messages,
        add_generation_prompt: addGenerationPrompt,
      });
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new InputError(`chat template: cannot write this conversation: ${what}`, { cause });
    }
  };
}

interface Found {
  readonly text: string;
  readonly where: string;
}

function templateText(files: Files, name: string | undefined): Found | undefined {
  if (files.has(JINJA) && (name ?? 'default') === 'default') {
    return { text: fileText(files, JINJA), where: JINJA };
  }
  for (const file of [JSON_FILE, CONFIG]) {
    const { chat_template: value } = optionalObject(files, file);
    const where = `${file}, chat_template`;
    if (value === undefined || value === null) continue;
    const text = isList(value) ? namedTemplate(value, name ?? 'default', where) : value;
    if (typeof text === 'string') return { text, where };
    throw new FormatError(`${where}: expected a template, found ${shown(text)}`);
  }
  if (name === undefined || name === 'default') return undefined;
  throw new OptionError(`readChatTemplate: the files hold no template with the name '${name}'`);
}

/** The template of a name in a list of `{ name, template }`. */
function namedTemplate(list: readonly unknown[], name: string, where: string): unknown {
  const entries = list.filter(isObject);
  const found = entries.find((one) => one.name === name);
  if (found !== undefined) return found.template;
  const known = entries.map((one) => String(one.name)).join(', ');
  throw new OptionError(`${where}: no template has the name '${name}'; known: ${known}`);
}

function parse(text: string, where: string): Template {
  try {
    return new Template(text);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError(`${where}: expected a template in Jinja: ${what}`, { cause });
  }
}
