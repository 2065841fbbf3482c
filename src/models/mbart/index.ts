/** mBART: translators of many languages. */
export { mbart } from './kind';
