/** qkv's public API. Importing it touches no GPU; everything begins with a call. */
export * from './core/errors';
export { type LoadOptions, type LoadProgress, type Translation, type TranslateOptions, Translator } from './tasks/translator';
