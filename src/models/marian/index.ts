/** MarianMT: the Opus-MT translators. */
export { marian } from './kind';
