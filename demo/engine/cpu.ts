/** Translators on the CPU, which are loaded only where there is no WebGPU. */
import { CpuTranslator } from 'qkv/cpu';
import { alternatives, beamSearch, prefix, searchTree } from 'qkv/generate';
import { bahdanau, quantised, seq2seq, transformer } from 'qkv/models';
import { bytePairs } from 'qkv/text';

/** @param folder address of the model's folder */
export function loadOnCpu(
  folder: string,
  onProgress: (fraction: number) => void,
): Promise<CpuTranslator> {
  return CpuTranslator.load(folder, {
    kinds: [transformer, bahdanau, seq2seq],
    codecs: [bytePairs],
    formats: [quantised],
    decodings: [alternatives, beamSearch, prefix, searchTree],
    onProgress: ({ fraction }) => onProgress(fraction),
  });
}
