/** What to train: the kind of network, its sentences, its sizes and how it learns. */
import { language } from '../../state/settings';
import { CorpusFields } from './corpusFields';
import type { Draft } from './draft';
import { FieldInput } from './fieldInput';
import { type Field, type FieldGroup, type KindInfo, PRESETS } from './recipe';
import { WORDS } from './words';

/** Whether settings have a column of their own; otherwise they are folded away above the button. */
const WIDE = matchMedia('(min-width: 60rem)').matches;

/** Settings that most visitors leave as they are. */
const RARE: readonly string[] = [
  ...['schedule', 'warmup', 'clip', 'label-smoothing', 'eval-every', 'seed'],
  ...['max-length', 'post-norm', 'untied', 'tied', 'forget-bias', 'readout', 'subsample'],
];

export function Form({
  draft,
  kinds,
}: {
  readonly draft: Draft;
  readonly kinds: readonly KindInfo[];
}) {
  const own = WORDS[language.value];
  const kind = draft.kind.value;
  if (kind === undefined) return null;
  const preset = draft.preset();
  return (
    <form class="train-form card" onSubmit={(event) => event.preventDefault()}>
      <h2>{own.what}</h2>
      <label class="field wide">
        <span>{own.kind}</span>
        <select
          name="kind"
          value={kind.name}
          onChange={({ currentTarget }) => draft.useKind(currentTarget.value)}
        >
          {kinds.map(({ name }) => (
            <option key={name} value={name} selected={name === kind.name}>
              {own.kinds[name] ?? name}
            </option>
          ))}
        </select>
      </label>
      <p class="hint">{own.about[kind.family]}</p>
      <fieldset class="chips presets">
        <legend>{own.preset}</legend>
        {PRESETS.map((name) => (
          <button
            key={name}
            type="button"
            data-preset={name}
            aria-pressed={preset === name}
            onClick={() => draft.usePreset(name)}
          >
            <span>{own.presets[name].name}</span> <small>{own.presets[name].hint}</small>
          </button>
        ))}
      </fieldset>
      <Group draft={draft} kind={kind} group="corpus">
        <CorpusFields draft={draft} />
      </Group>
      <Group draft={draft} kind={kind} group="model" />
      <Group draft={draft} kind={kind} group="training" />
    </form>
  );
}

interface GroupProps {
  readonly draft: Draft;
  readonly kind: KindInfo;
  readonly group: FieldGroup;
  readonly children?: preact.ComponentChildren;
}

function Group({ draft, kind, group, children }: GroupProps) {
  const own = WORDS[language.value];
  const fields = kind.fields.filter((field) => field.group === group && !isHidden(draft, field));
  const [rare, common] = [fields.filter(isRare), fields.filter((field) => !isRare(field))];
  return (
    <details class="group" open={WIDE}>
      <summary class="group-title">{own.groups[group]}</summary>
      <fieldset>
        <legend class="for-readers">{own.groups[group]}</legend>
        {children}
        <Fields draft={draft} fields={common} />
        {rare.length > 0 && (
          <details>
            <summary>{own.more}</summary>
            <Fields draft={draft} fields={rare} />
          </details>
        )}
      </fieldset>
    </details>
  );
}

const isRare = ({ name }: Field) => RARE.includes(name);

/** Text of the visitor's own has as many sentences as it has. */
function isHidden(draft: Draft, { name }: Field): boolean {
  return name === 'pairs' && draft.text.value !== '';
}

function Fields({ draft, fields }: { readonly draft: Draft; readonly fields: readonly Field[] }) {
  const own = WORDS[language.value];
  const isVectors = draft.kind.value?.family === 'word vector';
  return (
    <div class="fields">
      {fields.map((field) => {
        const isBatch = isVectors && field.name === 'batch';
        return (
          <FieldInput
            key={field.name}
            field={field}
            label={isBatch ? own.batchOfWords : (own.fields[field.name] ?? field.name)}
            value={draft.values.value[field.name] ?? field.default}
            textOf={(value) => own.values[value] ?? value}
            onValue={(value) => draft.set(field.name, value)}
          />
        );
      })}
    </div>
  );
}
