/** Models of one's own whose graphs hold loops decode with the compiler's passes for them, and say so without. */
import { OptionError } from 'qkv';
import { compileGenerator } from 'qkv/generate';
import { ops, structurePasses, type Tensor } from 'qkv/graph';
import { decodable } from 'qkv/models';
import * as nn from 'qkv/nn';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';

const device = useDevice();
const [ids, WORDS] = [{ pad: 0, bos: 1, eos: 2 }, 9];
const table = (scope: nn.Scope, token: Tensor) =>
  ops.scale(ops.embedding(token, scope.parameter('table', [WORDS, WORDS], nn.zeros())), 1);

/** The sum of the source's ids, by a loop, is what the first step reads. */
const { passes, ...looping } = decodable({
  vocabulary: WORDS,
  maxLength: 12,
  firstToken: (source) => {
    const rows = ops.transpose(ops.cast(source, 'f32'), [1, 0]);
    const batch = source.shape[0] ?? 1;
    const { carry } = ops.scan(
      ([sum], [row]) => ({ carry: [ops.add(sum, row)], y: [] }),
      [ops.fill([batch], 0)],
      [rows],
    );
    return ops.cast(ops.reshape(carry[0], [batch, 1]), 'i32');
  },
  step: (scope, { token }) => ({ logits: table(scope, token) }),
});

/** Parameters by which each id is followed by the one below it. */
function countingDown(): nn.ParameterStore {
  const data = Float32Array.from({ length: WORDS * WORDS }, (_, i) =>
    Math.floor(i / WORDS) - 1 === i % WORDS ? 1 : 0,
  );
  const layout = nn.declareParameters((scope) => table(scope, ops.fill([1], 0, 'i32')));
  return nn.ParameterStore.create(
    device(),
    layout,
    new Map([['table', { shape: [WORDS, WORDS], data }]]),
  );
}

describe('a model with a loop', () => {
  it('decodes', async () => {
    expect(passes).toBe(structurePasses);
    const parameters = countingDown();
    const model = { ...looping, passes: structurePasses };
    const generate = await compileGenerator(device(), model, parameters, { ids });
    const [found] = await generate([[3, 1, 4]]);
    expect(found?.ids).toEqual([7, 6, 5, 4, 3]);
    generate.dispose();
    parameters.dispose();
  });

  it('is refused without the passes, which the error names', async () => {
    const parameters = countingDown();
    const error = await compileGenerator(device(), looping, parameters, { ids }).catch((e) => e);
    expect(error).toBeInstanceOf(OptionError);
    expect(error.message).toMatch(/'scan' needs .*structurePasses.*qkv\/graph/);
    parameters.dispose();
  });
});
