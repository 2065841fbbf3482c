/** Llama (Touvron et al. 2023) and its descendants. */
export type { GateActivation, LlamaConfig, LlamaOptions } from './config';
export { llama } from './kind';
export { llamaModel } from './model';
export type { RotaryScaling } from './rotaryScaling';
