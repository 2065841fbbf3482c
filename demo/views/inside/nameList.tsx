/** A list of names that can be searched, of which one is chosen. */
import { useSignal } from '@preact/signals';
import type { ValueNames } from 'qkv/inspect';
import { language } from '../../state/settings';
import { WORDS } from './words';

export interface NameListProps {
  readonly names: ValueNames | undefined;
  readonly chosen: string | undefined;
  onChoose(name: string): void;
}

const SIZE = 16;

export function NameList({ names, chosen, onChoose }: NameListProps) {
  const own = WORDS[language.value].values;
  const search = useSignal('');
  const parts = search.value.toLowerCase().split(/\s+/u);
  const isFound = (name: string) => parts.every((part) => name.toLowerCase().includes(part));
  const groups = (['values', 'parameters'] as const).map(
    (group) => [group, (names?.[group] ?? []).filter(isFound)] as const,
  );
  const count = groups.reduce((sum, [, list]) => sum + list.length, 0);
  return (
    <div class="name-list">
      <label>
        {own.search}
        <input
          type="search"
          autocomplete="off"
          spellcheck={false}
          value={search.value}
          placeholder={own.searchHint}
          onInput={({ currentTarget }) => {
            search.value = currentTarget.value;
          }}
        />
      </label>
      <p class="hint" role="status" data-found={count}>
        {own.found(count)}
      </p>
      <select
        size={SIZE}
        aria-label={own.names}
        value={chosen ?? ''}
        onChange={({ currentTarget }) => onChoose(currentTarget.value)}
      >
        {groups.map(
          ([group, list]) =>
            list.length > 0 && (
              <optgroup key={group} label={own.groups[group]}>
                {list.map((name) => (
                  <option key={name} value={name} selected={name === chosen}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ),
        )}
      </select>
    </div>
  );
}
