/** Key maps as tables from the names of layers to those of published files. */
import { defined } from '../core/errors';
import type { KeyMap, KeySource } from './keyMap';

/** Where the weight and the bias of a layer are; '#' in names stands for the layer's number. */
export interface KeyPlace extends Pick<KeySource, 'added' | 'transposed'> {
  /**
   * The published layers whose rows follow each other in ours, without '.weight' or '.bias'; other
   * names of the same one after '|'.
   */
  readonly of: readonly string[];
  /** Rows of each in ours (default: equal shares). */
  readonly rows?: readonly number[];
}

/** Places by the names of layers: 'layers.#.linear1'. */
export type KeyTable = ReadonlyMap<string, KeyPlace>;

/** 'layers.0.self_attn.in_proj_weight': the layer's name and whether it is weight or bias. */
const PARAMETER = /^(.*)[._](weight|bias)$/u;

/** The sources of parameters by a table, which must have all of them. */
export function tableSources(table: KeyTable): KeyMap['sources'] {
  return ({ name }) => {
    const [, layer = name, kind = 'weight'] = PARAMETER.exec(name) ?? [];
    const [, number = ''] = /\.(\d+)\./u.exec(layer) ?? [];
    const place = defined(table.get(layer.replace(/\.\d+\./u, '.#.')), `the place of ${name}`);
    const { of, rows, transposed = false, added = 0 } = place;
    return of.map((names, i): KeySource => {
      const [first = '', ...others] = names
        .split('|')
        .map((one) => `${one.replace('#', number)}.${kind}`);
      // Biases have one axis, and norms that add to their weights have none.
      const isWeight = kind === 'weight';
      return {
        names: [first, ...others],
        ...(rows?.[i] !== undefined && { rows: rows[i] }),
        ...(transposed && isWeight && { transposed }),
        ...(added !== 0 && isWeight && { added }),
      };
    });
  };
}

/** The name without the first of the prefixes that it has. */
export function withoutPrefix(name: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((one) => name.startsWith(one)) ?? '';
  return name.slice(prefix.length);
}
