/** qkv's public API. Importing it touches no GPU; everything begins with a call. */
export * from './core/errors';
export {
  type LoadOptions,
  type LoadProgress,
  type TranslateOptions,
  type Translation,
  Translator,
} from './tasks/translator';
