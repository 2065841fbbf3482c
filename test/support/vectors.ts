/**
 * Reference cases from PyTorch (test/fixtures/torch, and all of QKV_DATA/torch-vectors where that
 * folder is; of cases in both, the latter): runs a module of ours on a case's inputs and parameters on the GPU, compares outputs
 * and all gradients within the manifest's tolerance.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from 'qkv';
import {
  compileGraph,
  gradients,
  type HostTensor,
  ops,
  Program,
  StateStore,
  type Tensor,
  trace,
} from 'qkv/graph';
import { parseSafetensors, toFloat32, toInt32 } from 'qkv/io';
import {
  bindParameters,
  declareParameters,
  PARAMETERS,
  packArena,
  type Scope,
  unpackArena,
} from 'qkv/nn';
import { expect } from 'vitest';
import { isFull } from './sample';

export interface VectorCase {
  /** Where its file is. */
  readonly folder: string;
  readonly name: string;
  readonly file: string;
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly loss: string | null;
  readonly inputs: readonly string[];
  readonly params: readonly string[];
  readonly outputs: readonly string[];
  readonly f32_err: Readonly<Record<string, number>>;
  readonly scale: Readonly<Record<string, number>>;
}

export const DATA = process.env.QKV_DATA ?? join(import.meta.dirname, '../../../shared/data');
const FIXTURES = join(import.meta.dirname, '../fixtures/torch');

/** The cases of a folder with a manifest. */
export function casesIn(folder: string): readonly VectorCase[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    cases: Omit<VectorCase, 'folder'>[];
  };
  return manifest.cases.map((one) => ({ ...one, folder }));
}

/** The fixtures' cases, in the full run all that are here; whether those of torch-vectors are among them. */
export function vectorCases(): { cases: readonly VectorCase[]; all: boolean } {
  const whole = join(DATA, 'torch-vectors');
  const all = isFull && existsSync(join(whole, 'manifest.json'));
  const found = [...casesIn(FIXTURES), ...(all ? casesIn(whole) : [])];
  return { cases: [...new Map(found.map((one) => [one.name, one])).values()], all };
}

export type Values = ReadonlyMap<string, HostTensor>;

/** Every tensor of a case's file: masks and ids as i32. */
export function readVectors({ folder, file }: VectorCase): Values {
  const { tensors } = parseSafetensors(readFileSync(join(folder, file)));
  return new Map(
    [...tensors].map(([name, tensor]) => {
      const whole = tensor.dtype === 'I32' || tensor.dtype === 'BOOL' || tensor.dtype === 'I64';
      const data = whole ? toInt32(name, tensor) : toFloat32(name, tensor);
      return [name, { shape: tensor.shape, data }];
    }),
  );
}

/** Lengths i32 [B] of a key padding mask [B, S] whose hidden keys are at the end. */
export function lengthsOf({ shape, data }: HostTensor): HostTensor {
  const [rows = 0, columns = 0] = shape;
  const lengths = Int32Array.from({ length: rows }, (_, b) => {
    const row = [...data.subarray(b * columns, (b + 1) * columns)];
    const length = row.filter((hidden) => hidden === 0).length;
    expect(
      row.slice(0, length).every((hidden) => hidden === 0),
      'padding at the end',
    ).toBe(true);
    return length;
  });
  return { shape: [rows], data: lengths };
}

/** A module under test: named outputs from named inputs. */
export type Build = (
  scope: Scope,
  inputs: (name: string) => Tensor,
) => Readonly<Record<string, Tensor>>;

/** Runs a case and compares everything that its file holds. */
export async function checkVectors(
  device: Device,
  vector: VectorCase,
  values: Values,
  build: Build,
  extra: Values = new Map(),
  rename: (name: string) => string = (name) => name,
): Promise<number> {
  const given = new Map([...inputsOf(values), ...extra]);
  const types = Object.fromEntries(
    [...given].map(([name, { shape, data }]) => [
      name,
      { dtype: data instanceof Float32Array ? 'f32' : 'i32', shape } as const,
    ]),
  );
  const weights = [...values].filter(([name]) => name.startsWith('lossw/'));
  const weightTypes = Object.fromEntries(
    weights.map(([name, { shape }]) => [name, { dtype: 'f32', shape } as const]),
  );
  const layout = declareParameters((scope) =>
    trace((inputs) => ({ outputs: build(scope, inputs) }), { inputs: types }),
  );
  const parameters = new Map(
    layout.parameters.map(({ name }) => {
      const found = values.get(`param/${rename(name)}`);
      if (found === undefined) throw new Error(`${vector.name}: no parameter ${rename(name)}`);
      return [name, { shape: found.shape, data: found.data as Float32Array }] as const;
    }),
  );
  const wrt = [...given].filter(([name]) => values.has(`grad/in/${name}`)).map(([name]) => name);
  const graph = trace(
    (inputs, states) => {
      const bound = bindParameters(layout, states(PARAMETERS));
      const outputs = build(bound.scope, inputs);
      const terms = weights.map(([name]) =>
        ops.sum(ops.mul(outputs[name.slice('lossw/'.length)]!, inputs(name))),
      );
      const loss = outputs.loss ?? terms.reduce((a, b) => ops.add(a, b));
      const pieces = bound.pieces();
      const all = gradients(ops.reshape(loss, [1]), [
        ...wrt.map(inputs),
        ...pieces.map((p) => p.tensor),
      ]);
      const packed = ops.pack(
        all.slice(wrt.length),
        pieces.map((p) => p.offset),
        Math.max(64, layout.size),
      );
      return {
        outputs: {
          ...Object.fromEntries(
            Object.entries(outputs).map(([name, tensor]) => [`out/${name}`, tensor]),
          ),
          'out/loss': loss,
          ...Object.fromEntries(wrt.map((name, i) => [`grad/in/${name}`, all[i]!])),
          packed,
        },
      };
    },
    {
      inputs: { ...types, ...weightTypes },
      states: { [PARAMETERS]: { dtype: 'f32', shape: [Math.max(64, layout.size)] } },
    },
  );
  const states = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), states);
  states.write(PARAMETERS, packArena(layout, parameters));
  program.run(Object.fromEntries([...given, ...weights]));
  const got = await program.read(...graph.outputs.keys());
  const grads = unpackArena(layout, got.packed!.data as Float32Array);
  program.dispose();
  states.dispose();
  let compared = 0;
  for (const [key, want] of values) {
    const [kind, ...rest] = key.split('/');
    const name = rest.join('/');
    const ours =
      kind === 'grad' && name.startsWith('param/')
        ? [...grads].find(([own]) => rename(own) === name.slice('param/'.length))?.[1].data
        : kind === 'out' || kind === 'grad'
          ? got[key]?.data
          : undefined;
    if (kind !== 'out' && kind !== 'grad') continue;
    if (ours === undefined) continue;
    compareVector(vector, key, ours, want.data);
    compared++;
  }
  return compared;
}

/** The manifest's tolerance: |got - want| <= max(16 f32_err, 2e-5 scale, 1e-6). */
export function compareVector(
  vector: VectorCase,
  key: string,
  got: ArrayLike<number>,
  want: ArrayLike<number>,
): void {
  const bound = Math.max(16 * (vector.f32_err[key] ?? 0), 2e-5 * (vector.scale[key] ?? 0), 1e-6);
  expect(got.length, `${vector.name} ${key}`).toBe(want.length);
  let [worst, at] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!);
    if (!(difference <= worst)) [worst, at] = [difference, i];
  }
  expect(
    worst,
    `${vector.name} ${key}: worst at ${at}: got ${got[at]}, expected ${want[at]}`,
  ).toBeLessThanOrEqual(bound);
}

function inputsOf(values: Values): Values {
  return new Map(
    [...values]
      .filter(([name]) => name.startsWith('in/'))
      .map(([name, value]) => [name.slice(3), value]),
  );
}
