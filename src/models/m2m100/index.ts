/** M2M100 and NLLB: translators of many languages. */
export { m2m100 } from './kind';
