/** The page's worker: loads translators, all on one device. */
import { type Device, openDevice, Translator } from 'qkv';
import { alternatives, beamSearch, prefix, searchTree } from 'qkv/generate';
import { inspection } from 'qkv/inspect';
import { bahdanau, seq2seq, transformer } from 'qkv/models';
import { bytePairs } from 'qkv/text';
import { serve } from 'qkv/worker';

type Progress = (fraction: number) => void;

let device: Promise<Device> | undefined;

/** The device of all models. A lost one is replaced at the next load. */
function openShared(): Promise<Device> {
  const forget = () => {
    device = undefined;
  };
  device ??= openDevice().then((opened) => {
    void opened.lost.then(forget);
    return opened;
  });
  device.catch(forget);
  return device;
}

/**
 * Loads a translator.
 * @param folder address of its folder
 */
async function openTranslator(folder: string, onProgress: Progress): Promise<Translator> {
  return Translator.load(folder, {
    device: await openShared(),
    kinds: [transformer, bahdanau, seq2seq],
    codecs: [bytePairs],
    decodings: [alternatives, beamSearch, prefix, searchTree],
    inspection,
    onProgress: ({ fraction }) => onProgress(fraction),
  });
}

const served = serve({ openTranslator });

/** What the worker serves. */
export type Services = typeof served;
