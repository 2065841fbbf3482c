/** Finds the kind of a published model by its config.json. */
import { OptionError, shown } from '../../core/errors';
import type { Fields } from '../../models/fields';
import type { ModelKind, PublishedLayout } from '../../models/kind';
import { checkSupported } from '../../models/publishedFields';
import { checkConfig } from './checkConfig';

/** Longest text in tokens by default, because memory is allocated for it. */
export const LONGEST = 512;

/** A published model, whatever its family. */
export interface FoundModel {
  readonly kind: ModelKind;
  readonly layout: PublishedLayout;
  /** The kind's own configuration. */
  readonly configuration: object;
}

/**
 * Finds the imported kind of a config.json, and reads its configuration.
 * @throws OptionError for a model that no imported kind reads, or a value that is not supported
 */
export function findKind(
  config: Fields,
  kinds: readonly ModelKind[],
  maxLength: number = LONGEST,
): FoundModel {
  const type = config.text('model_type');
  for (const kind of kinds) {
    const layout = kind.published;
    if (layout === undefined || type === undefined || !layout.modelTypes.includes(type)) continue;
    checkSupported(config, { quantization_config: [] });
    checkConfig(config);
    const read = layout.configuration(config);
    const longest = 'maxLength' in read ? Number(read.maxLength) : maxLength;
    const configuration = { ...read, maxLength: Math.min(longest, maxLength) };
    return { kind, layout, configuration };
  }
  const known = kinds.flatMap(({ published }) => published?.modelTypes ?? []);
  throw new OptionError(
    `config.json: model_type ${shown(type)} is of no imported kind; imported: ` +
      `${known.join(', ') || 'none'}; import its kind from 'qkv/models', and load with { kinds: [...] }`,
  );
}
