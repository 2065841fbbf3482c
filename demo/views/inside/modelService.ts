/** In the worker: values, parameters and gradients of a loaded translator, by name. */
import { type Device, type LoadedModel, loadModel, OptionError } from 'qkv';
import type { HostTensor } from 'qkv/graph';
import { Inspector } from 'qkv/inspect';
import { bahdanau, seq2seq, transformer } from 'qkv/models';
import { bytePairs, makeBatch } from 'qkv/text';
import { translationTask } from 'qkv/train';

/** A sentence and the answer to it. */
export interface Pair {
  readonly words: readonly string[];
  /** The answer's ids, without its end. */
  readonly ids: readonly number[];
}

/** A translator whose inside is seen for an answer that is given. */
export class InsideModel {
  readonly #model: LoadedModel;
  readonly #device: Device;

  constructor(device: Device, model: LoadedModel) {
    this.#device = device;
    this.#model = model;
  }

  /**
   * A value or parameter, or the gradient of the mean loss of the answer with respect to it.
   * @throws OptionError for an unknown name
   */
  look(pair: Pair, name: string, isGradient: boolean): Promise<HostTensor> {
    return this.#model.run(async ({ description, layout, states }) => {
      if (description.family !== 'translation') {
        throw new OptionError(`inside: expected a translator, found a ${description.family} model`);
      }
      const { model, source, target } = description;
      const task = translationTask(model, { maxBatch: 1, labelSmoothing: 0, padId: target.pad });
      const inspector = await Inspector.create(
        this.#device,
        layout,
        states,
        {
          inputs: task.inputs,
          forward: (scope, inputs) => task.forward(scope, inputs, 'evaluation').loss,
        },
        { ...(isGradient ? { gradients: name } : { values: name }), startup: 'quick' },
      );
      try {
        const ids = source.encode(pair.words, { unknown: 'unk' });
        const captured = await inspector.run(
          task.feed(makeBatch([{ source: ids, target: pair.ids }])),
        );
        const found = captured.get(isGradient ? `grad:${name}` : name);
        if (found === undefined) throw new OptionError(`inside: there is no ${name}`);
        // Of the batch there is one sentence.
        const isBatch = !layout.parameters.some((one) => one.name === name);
        return { shape: isBatch ? found.shape.slice(1) : found.shape, data: found.data };
      } finally {
        inspector.dispose();
      }
    });
  }

  dispose(): void {
    this.#model.dispose();
  }
}

/** Loads a translator. @param folder address of its folder */
export default async function openInside(device: Device, folder: string): Promise<InsideModel> {
  const kinds = [transformer, bahdanau, seq2seq];
  return new InsideModel(device, await loadModel(folder, { device, kinds, codecs: [bytePairs] }));
}
