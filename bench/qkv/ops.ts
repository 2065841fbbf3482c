/** Single operations, one plan each. */
import type { Device } from 'qkv';
import { ops, type ProgramOptions } from 'qkv/graph';
import type { Weight } from '../data/draw';
import { attentionData, matmulData, normData, rowsData } from '../data/ops';
import { type AttentionSpec, EPSILON, type MatmulSpec, type RowsSpec } from '../spec';
import { type Planned, preparePlan } from './plan';

export function matmul(
  device: Device,
  spec: MatmulSpec,
  options?: ProgramOptions,
): Promise<Planned> {
  const { a, b } = matmulData(spec);
  return preparePlan(
    device,
    { inputs: { a }, weights: { b } },
    (inputs, weights) => ({ result: ops.matmul(inputs('a'), weights('b')) }),
    options,
  );
}

export function softmax(device: Device, spec: RowsSpec): Promise<Planned> {
  const x = rowsData(spec);
  return preparePlan(device, { inputs: { x } }, (inputs) => ({ result: ops.softmax(inputs('x')) }));
}

export function layerNorm(device: Device, spec: RowsSpec): Promise<Planned> {
  const { x, weight, bias } = normData(spec);
  const operands = { inputs: { x }, weights: { weight, bias } };
  return preparePlan(device, operands, (inputs, weights) => ({
    result: ops.layerNorm(inputs('x'), weights('weight'), weights('bias'), { epsilon: EPSILON }),
  }));
}

export function attention(device: Device, spec: AttentionSpec): Promise<Planned> {
  const { batch, heads, length, size } = spec;
  const { q, k, v } = attentionData(spec);
  const flat = ({ data }: Weight): Weight => ({ shape: [batch, length, heads * size], data });
  const inputs = { q: flat(q), k: flat(k), v: flat(v) };
  return preparePlan(device, { inputs }, (given) => ({
    result: ops.attention(given('q'), given('k'), given('v'), { heads, causal: true }).output,
  }));
}
