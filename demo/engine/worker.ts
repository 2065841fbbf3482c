/** The page's worker: loads translators and whatever else computes, all on one device. */
import { type FileSource, Translator } from 'qkv';
import type { CpuTranslator } from 'qkv/cpu';
import { alternatives, beamSearch, prefix, searchTree } from 'qkv/generate';
import { inspection } from 'qkv/inspect';
import { bahdanau, quantised, seq2seq, transformer } from 'qkv/models';
import { bytePairs } from 'qkv/text';
import { serve } from 'qkv/worker';
import { openShared } from './device';
import { services } from './services';

type Progress = (fraction: number) => void;

/**
 * Loads a translator.
 * @param source address of its folder, or its files
 */
async function openTranslator(source: FileSource, onProgress: Progress): Promise<Translator> {
  return Translator.load(source, {
    device: await openShared(),
    kinds: [transformer, bahdanau, seq2seq],
    codecs: [bytePairs],
    formats: [quantised],
    decodings: [alternatives, beamSearch, prefix, searchTree],
    inspection,
    onProgress: ({ fraction }) => onProgress(fraction),
  });
}

/** Loads a translator that computes on the CPU. */
async function openCpuTranslator(source: FileSource, onProgress: Progress): Promise<CpuTranslator> {
  const { loadOnCpu } = await import('./cpu');
  return loadOnCpu(source, onProgress);
}

/** The name of the device's adapter. */
async function adapterName(): Promise<string> {
  return (await openShared()).adapterName;
}

const served = serve({ openTranslator, openCpuTranslator, adapterName, ...services });

/** What the worker serves. */
export type Services = typeof served;
