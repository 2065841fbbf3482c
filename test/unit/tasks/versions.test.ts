/** Files of earlier versions load, and those of later ones are refused with what to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/core/errors';
import { allKinds } from '../../../src/models/allKinds';
import { modelLayout } from '../../../src/models/layout';
import { recurrentLanguageModel } from '../../../src/models/recurrentLanguage/model';
import { unpackArena } from '../../../src/nn/arena';
import { readAnyDescription } from '../../../src/tasks/modelFiles';
import { readCheckpoint, writeCheckpoint } from '../../../src/train/checkpoint';
import { ROOT } from '../../support/sourceScan';

const KINDS = ['transformer', 'seq2seq'];

/** The model.json of a kind as version 0.1.0 wrote it. */
function modelJson(kind: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, `test/fixtures/model-0.1.0-${kind}.json`), 'utf8'));
}

const read = (json: object) => readAnyDescription(JSON.stringify(json), { kinds: allKinds });

describe('model.json', () => {
  for (const kind of KINDS) {
    it(`of version 1 is read: ${kind}`, () => {
      expect(modelJson(kind).version).toBe(1);
      expect(() => read(modelJson(kind))).not.toThrow();
    });
  }

  it('of a newer version is refused, with the advice to update', () => {
    const newer = { ...modelJson('transformer'), version: 3 };
    expect(() => read(newer)).toThrow(FormatError);
    expect(() => read(newer)).toThrow(
      'model.json: expected a version from 1 to 2, found 3; it was written by a newer version of qkv: update the package',
    );
  });

  it('without a version, or with one that never was, is taken for damaged', () => {
    const { version: _, ...without } = modelJson('transformer');
    expect(() => read(without)).toThrow(
      'expected a version from 1 to 2, found none; it is damaged',
    );
    for (const version of [0, -1, 1.5, '1', null]) {
      expect(() => read({ ...without, version }), String(version)).toThrow('it is damaged');
    }
  });

  it('with a vocabulary of a newer version is refused too', () => {
    const json = modelJson('transformer');
    const source = Object.assign({}, json.source, { version: 2 });
    expect(() => read({ ...json, source })).toThrow(
      /version 1, found 2; it was written by a newer version of qkv/,
    );
  });
});

describe('a checkpoint', () => {
  const sizes = { embeddingSize: 4, hiddenSize: 4, layers: 1, maxLength: 8 };
  const layout = modelLayout(recurrentLanguageModel({ vocabulary: 5, cell: 'gru', ...sizes }));
  const moments = ['exp_avg', 'exp_avg_sq'];
  /** What was written: each place of the arena holds its number by some divisor. */
  const written = (divisor: number) =>
    unpackArena(
      layout,
      Float32Array.from({ length: layout.size }, (_, i) => i / divisor),
    );

  it('that 0.1.0 wrote is read', () => {
    const bytes = readFileSync(join(ROOT, 'test/fixtures/checkpoint-0.1.0.safetensors'));
    const { snapshot, ...rest } = readCheckpoint(bytes, layout, moments);
    expect(snapshot.step).toBe(3);
    expect(unpackArena(layout, snapshot.parameters)).toEqual(written(64));
    expect(unpackArena(layout, snapshot.moments.exp_avg!)).toEqual(written(128));
    expect(unpackArena(layout, snapshot.moments.exp_avg_sq!)).toEqual(written(256));
    expect(rest).toMatchObject({
      cursor: { seed: 7, epoch: 1, batch: 2 },
      losses: [3, 2, 1],
      recipe: '{"model":"gru"}',
      seconds: 1.5,
    });
  });

  it('of a newer version is refused, with the advice to update', () => {
    const zeros = new Float32Array(layout.size);
    const bytes = writeCheckpoint(layout, {
      snapshot: { step: 1, parameters: zeros, moments: { exp_avg: zeros, exp_avg_sq: zeros } },
      cursor: { seed: 1, epoch: 0, batch: 1 },
      losses: [1],
      recipe: '{}',
      seconds: 0,
    });
    const text = Buffer.from(bytes).toString('latin1').replace('checkpoint-1', 'checkpoint-9');
    const newer = Buffer.from(text, 'latin1');
    expect(() => readCheckpoint(newer, layout, moments)).toThrow(FormatError);
    expect(() => readCheckpoint(newer, layout, moments)).toThrow(
      'checkpoint: expected version 1, found 9; it was written by a newer version of qkv: update the package',
    );
  });
});
