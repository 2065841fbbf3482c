/** The interface of looking inside a loaded model; see inspection.ts, which an app hands in. */
import type { InputTypes } from '../core/batch';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import type { DecodeOptions, Decoding } from '../generate/decoder';
import type { Hypothesis } from '../generate/hypotheses';
import type { Device } from '../gpu/device';
import type { StateStore } from '../gpu/states';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import type { ValueNames } from '../inspect/describe';
import type { Intervention } from '../inspect/interventions';
import type { Pattern } from '../inspect/pattern';
import type { ParameterLayout, Scope } from '../nn/parameters';
import type { Codec } from '../text';
import type { AnyDescription } from './modelFiles';

/** Options of a call that look inside the model. They need the load option `inspection`. */
export interface TextLookOptions {
  /** Names of values to give with the answer, or patterns of names: `['**.weights']`. */
  readonly inspect?: readonly Pattern[];
  /**
   * What the run replaces inside the model. The answer is then that of the changed model; a
   * translation or continuation is its greedy one, or `target`.
   */
  readonly interventions?: readonly Intervention[];
}

/** Options of a translation or continuation that look inside the model. */
export interface LookOptions extends TextLookOptions {
  /** The answer that the model is to give, in place of its own. */
  readonly target?: string;
}

/** The names of those options. */
export const LOOK_OPTIONS: readonly (keyof LookOptions)[] = ['inspect', 'target', 'interventions'];

/** Values inside a model for one sentence and its answer. */
export interface Inspected {
  /**
   * The token that the decoder reads at each of its steps. Step t predicts token t of the answer;
   * in a continuation, the steps of the prompt come first. Where a text is read at once, its
   * tokens, bos and eos included.
   */
  readonly reads: readonly string[];
  /**
   * The values by name, without an axis of the batch: attention weights and scores [heads, steps,
   * keys]; q, k, v and context [heads, steps, size]; gates and states [steps, size].
   */
  readonly values: Readonly<Record<string, HostTensor>>;
}

/** The hypotheses of a call, the best first, and what was seen inside. */
export interface Generated {
  readonly hypotheses: readonly Hypothesis[];
  readonly inspected?: Inspected;
}

/** A call that looks inside. */
export interface LookCall {
  /** Decodes without looking. */
  readonly model: {
    decode(
      ids: readonly number[],
      decoding: Decoding,
      options: Pick<DecodeOptions, 'signal' | 'seed'> & {
        readonly onId?: ((id: number) => void) | undefined;
      },
    ): Promise<readonly Hypothesis[]>;
  };
  /** A source that ends with eos, or a prompt that begins with bos. */
  readonly ids: readonly number[];
  /** The decoding of a call that neither forces an answer nor intervenes. */
  readonly decoding: Decoding;
  readonly codec: Codec;
  readonly options: LookOptions & {
    readonly decoding?: Decoding;
    readonly signal?: AbortSignal;
    readonly seed?: number;
  };
  /** Called with each id of the answer as soon as it is final. */
  readonly onId: ((id: number) => void) | undefined;
  /** Turns a forced answer into ids. */
  encode(answer: string): readonly number[];
}

/** What a text's labels are computed from, and what was seen inside. */
export interface TextRead {
  /** [T, classes], or [classes] */
  readonly logits: Float32Array;
  readonly inspected?: Inspected;
}

/** A call that looks inside a model that reads a text at once. */
export interface TextLookCall {
  /** The text. */
  readonly inputs: HostTensors;
  /** Its tokens. */
  readonly reads: readonly string[];
  readonly options: TextLookOptions & { readonly signal?: AbortSignal };
}

/** What all models tell of their inside. */
export interface InspectedNames {
  /** Bytes of its plans on the device. */
  readonly plannedBytes: number;
  /** Names of all values and parameters. Nothing runs. */
  names(): ValueNames;
}

/** Looks inside one loaded model that decodes. */
export interface ModelInspection extends InspectedNames {
  /** Decodes, or runs a forced answer, and gives values. @throws OptionError, AbortedError */
  look(call: LookCall): Promise<Generated>;
}

/** Looks inside one loaded model that reads a text at once. */
export interface TextInspection extends InspectedNames {
  /** Reads a text, and gives values. @throws OptionError, AbortedError */
  look(call: TextLookCall): Promise<TextRead>;
}

/** The device and the parameters of the model to look inside. */
export interface InspectedParameters {
  readonly device: Device;
  readonly layout: ParameterLayout;
  readonly states: StateStore;
}

/** The model to look inside, which decodes. */
export interface InspectionContext extends InspectedParameters {
  readonly description: AnyDescription;
}

/** The model to look inside, which reads a text at once. */
export interface TextInspectionContext extends InspectedParameters {
  /** Types of one text, whose batch is 1. */
  readonly inputs: InputTypes;
  /** Labels of a text [1, T, classes] or [1, classes]. */
  logits(scope: Scope, inputs: Lookup): Tensor;
}

/** The load option `inspection`: import it from 'qkv/inspect'. */
export interface Inspection {
  /** For a model that decodes. */
  decoding(context: InspectionContext): ModelInspection;
  /** For a model that reads a text at once. */
  reading(context: TextInspectionContext): TextInspection;
}
