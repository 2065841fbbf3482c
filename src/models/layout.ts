/** Which parameters a model has. */
import { dim } from '../core/dim';
import { i32 } from '../core/shape';
import { declareParameters, type ParameterLayout } from '../nn/parameters';
import type { TranslationModel } from './model';

/** The parameters of a model, in the order in which teacher forcing asks for them. */
export function modelLayout(
  model: Pick<TranslationModel, 'logits' | 'maxLength'>,
): ParameterLayout {
  const [B, S, T] = [dim('B', 1), dim('S', model.maxLength), dim('T', model.maxLength)];
  return declareParameters(
    (scope, input) =>
      model.logits(scope, {
        source: input('source'),
        sourceLengths: input('sourceLengths'),
        targetInput: input('targetInput'),
      }),
    { source: i32(B, S), sourceLengths: i32(B), targetInput: i32(B, T) },
  );
}
