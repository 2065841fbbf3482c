/** Looks inside a loaded model that reads a text at once, and gives the values by name. */
import { defined, throwIfAborted } from '../core/errors';
import type { ValueNames } from '../inspect/describe';
import { InspectedModel } from './inspectedModel';
import type {
  TextInspection,
  TextInspectionContext,
  TextLookCall,
  TextRead,
} from './modelInspection';

/** Looks inside a model that reads a text at once. */
export class ReadingInspection implements TextInspection {
  readonly #inside: InspectedModel;

  constructor(context: TextInspectionContext) {
    this.#inside = new InspectedModel(context, {
      inputs: context.inputs,
      forward: (scope, inputs) => {
        scope.note('logits', context.logits(scope, inputs));
        return undefined;
      },
    });
  }

  get plannedBytes(): number {
    return this.#inside.plannedBytes;
  }

  names(): ValueNames {
    return this.#inside.names();
  }

  async look({ inputs, reads, options }: TextLookCall): Promise<TextRead> {
    const { inspect = [], interventions = [], signal } = options;
    const capture = await this.#inside.capture(options);
    throwIfAborted(signal, 'inspect');
    const seen = await capture.run(inputs, { interventions, read: ['logits', ...inspect] });
    const { data } = defined(seen.get('logits'), 'logits');
    return {
      logits: Float32Array.from(data),
      inspected: { reads, values: this.#inside.values(seen, inspect) },
    };
  }
}
