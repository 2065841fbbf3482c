/** GPT-2 (Radford et al. 2019) as it was published. */
export { gpt2 } from './kind';
