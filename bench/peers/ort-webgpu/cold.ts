/** onnxruntime-web's cold start. */
import { COLD_SPEC, coldStart } from '../../cold';
import { contestant } from './index';

async function multiply(): Promise<Float32Array> {
  const prepared = await contestant.prepare({ kind: 'matmul', spec: COLD_SPEC });
  if (prepared === undefined) throw new Error('onnxruntime-web: no product');
  return prepared.run();
}

void coldStart(() => contestant.open(), multiply);
