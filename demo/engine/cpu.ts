/** Translators on the CPU, which are loaded only where there is no WebGPU. */
import type { FileSource } from 'qkv';
import { CpuTranslator } from 'qkv/cpu';
import { alternatives, beamSearch, prefix, searchTree } from 'qkv/generate';
import { bahdanau, quantised, seq2seq, transformer } from 'qkv/models';
import { bytePairs } from 'qkv/text';

/** @param source address of the model's folder, or its files */
export function loadOnCpu(
  source: FileSource,
  onProgress: (fraction: number) => void,
): Promise<CpuTranslator> {
  return CpuTranslator.load(source, {
    kinds: [transformer, bahdanau, seq2seq],
    codecs: [bytePairs],
    formats: [quantised],
    decodings: [alternatives, beamSearch, prefix, searchTree],
    onProgress: ({ fraction }) => onProgress(fraction),
  });
}
