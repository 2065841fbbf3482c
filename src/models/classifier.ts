/** Classification heads on models that read texts in both directions. */
import { OptionError } from '../core/errors';
import { dims } from '../core/shape';
import { linear } from '../nn/linear';
import { slice } from '../ops/movement/op';
import { relu, tanh } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import type { Labeller, MaskedLanguageModel } from './model';

/** Options of a classifier. */
export interface ClassifierOptions {
  /** Dropout rate of the head (default 0.1). */
  readonly dropout?: number;
}

/**
 * Classifies texts by the vector of their first token, bos, through a tanh layer (Devlin et al.
 * 2019, section 4.1), or one with the model's `headActivation`. Parameters: those of the model that its `encode` uses, pooler.*,
 * classifier.*.
 * @param classes number of labels, at least 2
 * @throws OptionError for another number
 */
export function sequenceClassifier(
  model: MaskedLanguageModel,
  classes: number,
  { dropout = 0.1 }: ClassifierOptions = {},
): Labeller {
  if (!(Number.isInteger(classes) && classes >= 2)) {
    throw new OptionError(`sequenceClassifier: expected at least 2 classes, found ${classes}`);
  }
  const { vocabulary, maxLength, size, headActivation } = model;
  const activation = headActivation === 'relu' ? relu : tanh;
  return {
    vocabulary,
    classes,
    maxLength,
    perToken: false,
    logits: (scope, batch) => {
      const vectors = model.encode(scope, batch);
      const [rows] = dims(vectors, 3, 'vectors');
      const first = slice(vectors, { starts: [0, 0, 0], ends: [rows, 1, size] });
      const pooled = linear(size, size)(scope.child('pooler'), reshape(first, [rows, size]));
      const read = scope.dropout(activation(pooled), dropout);
      return linear(size, classes)(scope.child('classifier'), read);
    },
  };
}
