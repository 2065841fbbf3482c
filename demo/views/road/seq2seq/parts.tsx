/** Parts of the figure: the vector as strips, an answer, and the likeliest words of a step. */
import type { Answer } from '../../../state/answers';
import { percent } from '../../../widgets/percent';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { AnswerText } from '../../translate/answerText';
import type { Step, Written } from './state';
import type { StateVector } from './vector';
import type { WORDS } from './words';

type Own = (typeof WORDS)['en'];

export interface VectorsProps {
  readonly own: Own;
  readonly vectors: readonly (readonly [name: string, vector: StateVector])[];
}

/** Vectors above each other, by the same scale. */
export function Vectors({ own, vectors }: VectorsProps) {
  const parts = [
    ['hidden', own.hidden],
    ['cell', own.cell],
  ] as const;
  return (
    <div class="seq2seq-vectors">
      {parts.map(([part, title]) => {
        const most = Math.max(1e-9, ...(vectors[0]?.[1][part] ?? []).map(Math.abs));
        return (
          <div key={part}>
            <p class="hint">{title}</p>
            {vectors.map(([name, vector]) => (
              <div key={name} class="seq2seq-vector">
                <VectorStrip
                  values={vector[part]}
                  most={most}
                  of="activation"
                  label={`${title}, ${name}`}
                />
                {vectors.length > 1 && <span class="hint">{name}</span>}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

export interface AnswerProps {
  readonly title: string;
  readonly written: Written | undefined;
  readonly name: 'own' | 'used';
}

/** What is written, with what is wrong in it. */
export function WrittenAnswer({ title, written, name }: AnswerProps) {
  const { translation, truth } = written ?? {};
  const answer: Answer | undefined = translation && {
    ...{ source: translation.source, origin: 'live', state: 'done' },
    ...{ tokens: translation.tokens, translation },
  };
  return (
    <div class="seq2seq-answer" data-written={name} data-answer={translation?.tokens.join(' ')}>
      <p class="hint">{title}</p>
      {answer === undefined ? (
        <p>…</p>
      ) : (
        <AnswerText {...{ answer, truth }} chosen={undefined} forced={0} onChoose={undefined} />
      )}
    </div>
  );
}

/** The likeliest words of a step. */
export function Likeliest({ own, step }: { readonly own: Own; readonly step: Step }) {
  const shownAs: Readonly<Record<string, string>> = { '<eos>': '■', '<unk>': own.gap };
  return (
    <table class="steps seq2seq-odds">
      <caption>{own.odds}</caption>
      <thead>
        <tr>
          <th scope="col">{own.heads.word}</th>
          <th scope="col">{own.heads.odds}</th>
        </tr>
      </thead>
      <tbody>
        {step.odds.map(({ id, token, probability }, i) => (
          <tr key={id} class={i === 0 ? 'first' : ''} data-token={token} data-odds={probability}>
            <th scope="row" lang="fr">
              {shownAs[token] ?? token}
            </th>
            <td>
              <span class="part">
                <span class="bar" style={{ '--part': probability.toFixed(4) }} />
                {percent(probability)}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
