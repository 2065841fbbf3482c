/** A look inside one answer: its attention as lines and as a heat map, and a beam search. */
import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import type { Translation } from 'qkv';
import type { Answers } from '../../state/answers';
import { words } from '../../state/settings';
import { AlignmentLines } from '../../widgets/alignmentLines';
import { BeamTree } from '../../widgets/beamTree';
import { HeatMap } from '../../widgets/heatMap';
import { groupTokens, groupWeights, wordOf } from '../../widgets/wordGroups';

export const TABS = ['lines', 'map', 'beams'] as const;
export type Tab = (typeof TABS)[number];

export interface DetailsProps {
  readonly answers: Answers;
  readonly tab: Signal<Tab>;
}

export function Details({ answers, tab }: DetailsProps) {
  const { translation } = answers.answer.value ?? {};
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = TABS[(TABS.indexOf(tab.value) + step + TABS.length) % TABS.length] ?? 'lines';
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section id="details" class="card details" aria-label={words.value.look}>
      <div role="tablist" aria-label={words.value.tabs.label} onKeyDown={onKeyDown}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls="tab-panel"
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {words.value.tabs[name]}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {tab.value === 'beams' ? (
          <Beams answers={answers} />
        ) : (
          translation && <Attention translation={translation} tab={tab.value} />
        )}
      </div>
    </section>
  );
}

function Attention({
  translation,
  tab,
}: {
  readonly translation: Translation;
  readonly tab: 'lines' | 'map';
}) {
  const { sourceTokens, tokens, alignment } = translation;
  if (alignment.length === 0) return <p class="hint">{words.value.noAttention}</p>;
  const [from, to] = [groupTokens(sourceTokens), groupTokens(tokens)];
  const props = {
    source: from.map((group) => wordOf(sourceTokens, group)),
    target: to.map((group) => wordOf(tokens, group)),
    weights: groupWeights(alignment, to, from),
    label: words.value.attentionOf,
  };
  return (
    <>
      {tab === 'lines' ? (
        <div class="scroll picture">
          <AlignmentLines {...props} />
        </div>
      ) : (
        <HeatMap {...props} />
      )}
      <p class="hint">{tab === 'lines' ? words.value.linesHint : words.value.mapHint}</p>
    </>
  );
}

const WIDTH = 5;

function Beams({ answers }: { readonly answers: Answers }) {
  const searches = useSignal<readonly Translation[]>([]);
  useSignalEffect(() => {
    const answer = answers.answer.value;
    searches.value = [];
    if (answer?.state !== 'done' || answer.origin !== 'live') return;
    answers.beams(WIDTH).then(
      (found) => {
        if (answers.answer.peek()?.source === answer.source) searches.value = found;
      },
      () => undefined,
    );
  });
  if (searches.value.length === 0) {
    return (
      <p class="hint" data-state="searching">
        {words.value.beamsRun} …
      </p>
    );
  }
  return (
    <>
      {searches.value.map((search, part) => (
        <Search key={part} search={search} />
      ))}
      <p class="hint">{words.value.beamsHint}</p>
    </>
  );
}

/** The beams of a sentence, or of a part of a long one, with what they found. */
function Search({ search: { hypotheses } }: { readonly search: Translation }) {
  const found = hypotheses.flatMap(({ node, score }) =>
    node === undefined || score === undefined ? [] : [{ node, score }],
  );
  return (
    <>
      <BeamTree
        nodes={hypotheses[0]?.tree?.nodes ?? []}
        found={found}
        label={words.value.tabs.beams}
      />
      <ol class="hypotheses" lang="fr">
        {hypotheses.map(({ target, score, node }) => (
          <li key={node} data-score={score} data-node={node}>
            <span>{target}</span>{' '}
            <span class="score">
              {score === undefined ? '' : words.value.number(Math.exp(score), 3)}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
