/** One head as a matrix with its words. */
import type { Translation } from 'qkv';
import { language, words } from '../../state/settings';
import { Matrix } from '../../widgets/matrix';
import type { Attention } from './attention';
import { sidesOf } from './sides';
import { type HeadPlace, placeName } from './state';
import { WORDS } from './words';

export interface HeadEnlargedProps {
  readonly place: HeadPlace;
  readonly attentions: readonly Attention[];
  readonly answer: Translation;
  /** The address of another head, or of all. */
  address(head: string | undefined): string;
}

export function HeadEnlarged({ place, attentions, answer, address }: HeadEnlargedProps) {
  const own = WORDS[language.value];
  const all = attentions.flatMap(({ heads }, attention) =>
    heads.map((_, head) => ({ attention, head })),
  );
  const at = all.findIndex((one) => placeName(one) === placeName(place));
  const attention = attentions[place.attention];
  const values = attention?.heads[place.head];
  if (attention === undefined || values === undefined) return null;
  const name = own.headName(attention.kind, attention.layer, place.head + 1);
  const { rows, columns } = sidesOf(attention, answer);
  const [before, after] = [all.at(at - 1), all[(at + 1) % all.length]];
  return (
    <section class="enlarged" data-enlarged={placeName(place)}>
      <div class="enlarged-head">
        <a class="look" href={address(undefined)} data-back>
          ← {own.heads.back}
        </a>
        <h2>{name}</h2>
        <span class="neighbours">
          {before && (
            <a class="look" href={address(placeName(before))} aria-label={own.heads.previous}>
              ←
            </a>
          )}
          {after && (
            <a class="look" href={address(placeName(after))} aria-label={own.heads.next}>
              →
            </a>
          )}
        </span>
      </div>
      <Matrix
        {...{ values, rows, columns }}
        label={`${words.value.attentionOf}: ${name}`}
        colour="--weight"
        most={1}
        cell={[30, 26]}
      />
      <p class="hint">{own.heads.reading}</p>
    </section>
  );
}
