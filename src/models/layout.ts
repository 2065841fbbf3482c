/** Which parameters a model has. */
import { dim } from '../core/dim';
import type { Shape } from '../core/shape';
import { inputTensor } from '../graph/source';
import { declareParameters, type ParameterLayout } from '../nn/parameters';
import type { TranslationModel } from './model';

/** In the order in which teacher forcing asks for them. */
export function modelLayout(
  model: Pick<TranslationModel, 'logits' | 'maxLength'>,
): ParameterLayout {
  const [batch, length] = [dim('B', 1), dim('S', model.maxLength)];
  const ids = (name: string, shape: Shape) => inputTensor(name, { dtype: 'i32', shape });
  return declareParameters((scope) =>
    model.logits(scope, {
      source: ids('source', [batch, length]),
      sourceLengths: ids('sourceLengths', [batch]),
      targetInput: ids('targetInput', [batch, dim('T', model.maxLength)]),
    }),
  );
}
