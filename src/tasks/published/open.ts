/** Opens published models that decode: what their small files say, and where their tensors go. */
import type { Decoding } from '../../generate/decoder';
import {
  afterTexts,
  type GenerationSettings,
  readGenerationConfig,
} from '../../generate/generationConfig';
import type { TargetIds } from '../../generate/hypotheses';
import { type FileSource, openTensors, shards } from '../../io';
import { Fields } from '../../models/fields';
import { createOfKind, type ModelKind, type PublishedLayout } from '../../models/kind';
import type { Decodable } from '../../models/model';
import type { ChatTemplate } from '../../text/published/chatTemplate';
import type { Tokenizer } from '../../text/published/tokenizer';
import { placeByKeys } from '../keyedParameters';
import type { OpenedModel, PublishedSource } from '../publishedSource';
import { openedStream } from '../streamParameters';
import { checkLayers } from './checkConfig';
import { findKind } from './findKind';
import { Folder } from './folder';
import type { HubOptions } from './hubOptions';
import { checkTokenizer, PLAIN_TEXT, tokenizerCodec } from './tokenizerCodec';
import { type GenerationSetting, publishedTranslation } from './translation';
import { publishedWriting } from './writing';

/** Files that may hold a chat template, and the texts of special tokens. */
const CHAT_FILES = [
  'chat_template.jinja',
  'chat_template.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
];

/** A published model, from a folder. */
export function openerOf(
  source: FileSource,
  {
    tokenizers,
    files: formats = [],
    chat,
    maxLength,
    batch = 1,
    generation: overrides,
  }: HubOptions,
): PublishedSource['open'] {
  return async ({ kinds, ...loading }, meter) => {
    const folder = new Folder(source, loading, (received) =>
      meter.update('download', received, undefined),
    );
    const json = await folder.json('config.json');
    const config = new Fields('config.json', json);
    const { kind, layout, configuration } = findKind(config, kinds, maxLength);
    const [generation, tokenizer, files, template] = await Promise.all([
      folder.jsonIfThere('generation_config.json'),
      folder.tokenizer(tokenizers),
      openTensors(source, loading, [shards, ...formats]).then((files) =>
        checkLayers(config, files),
      ),
      chat && folder.all(CHAT_FILES).then(chat),
    ]);
    const { ids, ...settings } = readGenerationConfig(generation, json, overrides);
    const decoding = decodingOf(settings, tokenizer);
    const setting = { tokenizer, decoding, maxBatch: batch };
    const { received } = folder;
    return {
      files: openedStream(files, placeByKeys(layout.keys(configuration))),
      received,
      maxBatch: batch,
      decoding,
      ...describe(kind, layout, configuration, setting, ids, template),
    };
  };
}

/** The decoding of a model's files, which stops after their texts. */
function decodingOf(
  { decoding, stopTexts }: Pick<GenerationSettings, 'decoding' | 'stopTexts'>,
  tokenizer: Tokenizer,
): Decoding {
  if (stopTexts.length === 0) return decoding;
  // Decoding drops the space of a first token, which a text to stop at may have.
  const decode = (ids: readonly number[]) => {
    const first = ids.slice(0, 1);
    return tokenizer.decode([...first, ...ids]).slice(tokenizer.decode(first).length);
  };
  return { ...decoding, stop: { when: afterTexts(stopTexts, decode) } };
}

/** A published model in the form that tasks take. */
function describe(
  kind: ModelKind,
  { startsWithLanguage = false }: PublishedLayout,
  configuration: object,
  setting: Omit<GenerationSetting, 'codec' | 'maxLength'>,
  ids: TargetIds,
  template: ChatTemplate | undefined,
): Pick<OpenedModel, 'description' | 'translation' | 'writing'> {
  const [name = ''] = kind.names;
  const settingFor = ({ targetVocabulary: size, maxLength }: Decodable): GenerationSetting => {
    checkTokenizer(setting.tokenizer, size);
    return { ...setting, codec: tokenizerCodec(setting.tokenizer, size, ids), maxLength };
  };
  if (kind.family === 'translation') {
    const model = createOfKind([kind], 'translation', name, configuration);
    const own = settingFor(model);
    const text = { unknown: 'unk', source: PLAIN_TEXT, target: PLAIN_TEXT } as const;
    const codecs = { source: own.codec, target: own.codec };
    return {
      description: { family: 'translation', model, ...codecs, text },
      translation: publishedTranslation(own, startsWithLanguage),
    };
  }
  const model = createOfKind([kind], 'language', name, configuration);
  const own = settingFor(model);
  const text = { unknown: 'unk', ...PLAIN_TEXT } as const;
  return {
    description: { family: 'language', model, vocabulary: own.codec, text },
    writing: publishedWriting(own, template),
  };
}
