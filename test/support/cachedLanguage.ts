/**
 * A language model with a cache of keys and values, made of public layers: its prompts are read at
 * once, and each row goes on at its own position.
 */
import { dim, i32, ops, type Tensor } from 'qkv/graph';
import { decodable } from 'qkv/models';
import * as nn from 'qkv/nn';

export interface CachedSizes {
  readonly vocabulary: number;
  readonly maxLength: number;
  readonly positions: 'learned' | 'sinusoidal' | 'rotary';
}

const SIZE = 16;

/** The model for decoders, its whole forward pass [B, T] -> [B, T, vocabulary], and its layout. */
export function cachedLanguage({ vocabulary, maxLength, positions }: CachedSizes) {
  const isRotary = positions === 'rotary';
  const attention = nn.multiHeadAttention(SIZE, 2, isRotary ? { rotary: nn.rotary() } : {});
  const place =
    positions === 'learned'
      ? nn.learnedPositions(maxLength, SIZE)
      : positions === 'sinusoidal'
        ? nn.sinusoidalPositions(maxLength, SIZE)
        : (_: nn.Scope, x: Tensor) => x;
  const words = nn.embedding(vocabulary, SIZE);
  const out = nn.linear(SIZE, vocabulary);
  const embed = (scope: nn.Scope, ids: Tensor, offset?: Tensor) =>
    place(scope.child('positions'), words(scope.child('words'), ids), offset);
  const logits = (scope: nn.Scope, x: Tensor, attended: Tensor) =>
    out(scope.child('out'), ops.add(x, attended));
  const whole = (scope: nn.Scope, ids: Tensor) => {
    const x = embed(scope, ids);
    return logits(scope, x, attention(scope.child('attention'), x, { causal: true }));
  };
  const model = decodable({
    vocabulary,
    maxLength,
    firstToken: (source, lengths) => {
      const [batch = 1] = source.shape;
      const last = ops.reshape(minusOne(lengths), [batch, 1]);
      return ops.reshape(ops.gather(source, last, { axis: 1 }), [batch, 1]);
    },
    firstPosition: minusOne,
    decoderState: (batch) => ({ cache: { dtype: 'f32', shape: [batch, maxLength, 2 * SIZE] } }),
    encode: (scope, source) => {
      const [batch = 1] = source.shape;
      const position = ops.fill([1], 0, 'i32');
      const empty = ops.fill([batch, maxLength, 2 * SIZE], 0);
      const x = embed(scope, source);
      const { cache } = attention.step(scope.child('attention'), x, { cache: empty, position });
      return { cache };
    },
    step: (scope, { token, position, state }) => {
      const x = embed(scope, token, position);
      const cached = { cache: state('cache'), position };
      const { output, cache } = attention.step(scope.child('attention'), x, cached);
      return { logits: logits(scope, x, output), state: { cache } };
    },
  });
  const layout = nn.declareParameters((scope) => whole(scope, ops.fill([1, 2], 0, 'i32')));
  return { model, whole, layout, input: i32(1, dim('T', maxLength)) };
}

function minusOne(lengths: Tensor): Tensor {
  return ops.sub(lengths, ops.fill(lengths.shape, 1, 'i32'));
}
