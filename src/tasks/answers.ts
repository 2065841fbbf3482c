/** What translating and writing are asked for, and what they give. */
import type { Hypothesis } from '../generate/hypotheses';
import type { ChatMessage } from '../text/published/chatTemplate';
import type { GenerationOptions } from './generationOptions';
import type { Inspected } from './modelInspection';
import type { TokenMark } from './shownTokens';

/** A translated sentence. */
export interface Translation {
  /** The text that was translated. */
  readonly source: string;
  /** The best hypothesis as text. */
  readonly target: string;
  /** Source tokens as the model reads them, unknown words as they were typed. */
  readonly sourceTokens: readonly string[];
  /** Mark of each source token; undefined for those that the model knows. */
  readonly sourceMarks: readonly (TokenMark | undefined)[];
  /**
   * Target tokens, without eos. A character in several tokens is at the last of them, and the others
   * are empty.
   */
  readonly tokens: readonly string[];
  /** Mark of each target token; undefined for those that the model knows. */
  readonly marks: readonly (TokenMark | undefined)[];
  /** Attention weights [target][source] of the last layer, averaged over its heads. */
  readonly alignment: readonly (readonly number[])[];
  /** All hypotheses, the best first; greedy decoding has one. */
  readonly hypotheses: readonly TranslationHypothesis[];
  readonly adapter: string;
  readonly milliseconds: number;
  /** What the options `inspect`, `target` and `interventions` show. */
  readonly inspected?: Inspected;
}

/** One way to translate the sentence. */
export interface TranslationHypothesis extends Omit<Hypothesis, 'attention'> {
  readonly target: string;
  readonly tokens: readonly string[];
  /** As in the translation. */
  readonly marks: readonly (TokenMark | undefined)[];
  /** As in the translation; empty for a model without attention. */
  readonly alignment: readonly (readonly number[])[];
}

/** Options of a translation. */
export interface TranslateOptions extends GenerationOptions {
  /** The language of the texts, for published models of several languages: 'en_XX', 'eng_Latn'. */
  readonly from?: string;
  /** The language to translate into, for published models of several languages. */
  readonly to?: string;
  /** Largest number of tokens of a translation, for published models (default: what its file says). */
  readonly maxTokens?: number;
}

/** A prompt with its continuation. */
export interface Written {
  /** The prompt and its continuation. */
  readonly text: string;
  /** The continuation alone, of published models. */
  readonly continuation?: string;
  /** Tokens of the continuation, without eos. */
  readonly tokens: readonly string[];
  /** Mark of each of these tokens; undefined for those that the model knows. */
  readonly marks: readonly (TokenMark | undefined)[];
  /** Whether the model ended the text with eos, rather than reaching its longest length. */
  readonly finished: boolean;
  /** All hypotheses, the best first, with what the decoding records of them. */
  readonly hypotheses: readonly Hypothesis[];
  readonly adapter: string;
  readonly milliseconds: number;
  /** What the options `inspect`, `target` and `interventions` show. */
  readonly inspected?: Inspected;
}

/** A text to continue, or of published models a conversation to answer. */
export type Prompt = string | readonly ChatMessage[];

/** Options of a continuation. */
export interface WritingOptions extends GenerationOptions {
  /** Largest number of tokens of an answer, for published models (default: what its file says). */
  readonly maxTokens?: number;
}
