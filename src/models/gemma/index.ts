/** Gemma (Gemma Team 2024), on Llama's computation. */
export { gemma } from './kind';
