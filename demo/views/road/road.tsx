/** The road: the lecture's figures, each computed live on the visitor's sentence. */
import { LazyView } from '../../lazyView';
import { route, routeHash } from '../../state/route';
import { language, words } from '../../state/settings';
import { SentenceBar } from '../../widgets/sentenceBar';
import { FIGURES, type FigureProps } from './figures';
import '../../style/widgets.css';
import '../../style/road.css';

export default function Road(props: FigureProps) {
  const asked = Number(route.value.path.split('/')[1]);
  const figure = FIGURES.find(({ number }) => number === asked) ?? FIGURES[0];
  if (figure === undefined) return null;
  const addressOf = (number: number) => routeHash(`road/${number}`, { text: props.sentence.value });
  return (
    <main id="content" class="road">
      <label class="figure-choice">
        <span class="for-readers">{words.value.views.road}</span>
        <select
          value={figure.number}
          onChange={({ currentTarget }) => {
            location.hash = addressOf(Number(currentTarget.value));
          }}
        >
          {FIGURES.map(({ number, title }) => (
            <option key={number} value={number} selected={number === figure.number}>
              {number} {title[language.value]}
            </option>
          ))}
        </select>
      </label>
      <nav aria-label={words.value.views.road}>
        <ol>
          {FIGURES.map(({ number, title }) => (
            <li key={number}>
              <a
                href={addressOf(number)}
                aria-current={number === figure.number ? 'page' : undefined}
              >
                <span class="year">{number}</span> {title[language.value]}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <div class="figure-column">
        <SentenceBar
          text={props.sentence.value}
          onText={(text) => {
            props.sentence.value = text;
          }}
        />
        <LazyView key={figure.number} load={figure.load} props={props} />
      </div>
    </main>
  );
}
