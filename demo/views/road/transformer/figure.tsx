/** The whole transformer on the visitor's sentence: one output word's way through all blocks. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { FIRST_MODEL, modelFolder } from '../../../engine/models';
import { askedIndex, askedWord } from '../../../state/asked';
import { useLook } from '../../../state/look';
import { keepInAddress } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { scientific } from '../../../widgets/powers';
import { Slider } from '../../../widgets/slider';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { Details } from './details';
import { Diagram } from './diagram';
import Formula from './formula.tex';
import { LensView } from './lensView';
import type { Parameters } from './service';
import {
  BLOCKS,
  gpuState,
  lengthOf,
  lens,
  lensTable,
  mostRead,
  passages,
  residualShare,
  unitsOf,
  weightsOf,
} from './through';
import './transformer.css';
import { WORDS } from './words';

const INSPECTED = [
  'src_embed.output',
  'tgt_embed.output',
  '**.context',
  '**.weights',
  '**.hidden',
  '**.layers.*.output',
];
const END = '■';
const START = '▸';
/** Number of likeliest words that are shown. */
const SHOWN = 5;
const FIRST_BLOCK = 'decoder-cross-2';

export default function WholeTransformer({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const parameters = useSignal<Parameters | undefined>(undefined);
  const failed = useSignal<string | undefined>(undefined);
  const place = useSignal(askedIndex('word', 6, 400));
  const chosen = useSignal(
    askedWord(
      'block',
      BLOCKS.map(({ id }) => id),
      FIRST_BLOCK,
    ),
  );
  const { translation, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: INSPECTED,
  }));
  useEffect(() => {
    engine
      .call((services) => services.transformerParameters(modelFolder(FIRST_MODEL)))
      .then(
        (found) => {
          parameters.value = found;
        },
        (error: unknown) => {
          failed.value = error instanceof Error ? error.message : String(error);
        },
      );
  }, []);
  useSignalEffect(() => {
    keepInAddress({ text: sentence.value, word: String(place.value), block: chosen.value });
  });
  const table = useComputed(() => {
    const { inspected, tokens = [] } = translation.value ?? {};
    if (inspected === undefined || parameters.value === undefined) return undefined;
    return lensTable(inspected.values, parameters.value, tokens.length + 1);
  });
  const shown = useComputed(() => {
    const found = translation.value;
    const values = found?.inspected?.values;
    if (found === undefined || values === undefined || parameters.value === undefined) return;
    const at = Math.min(place.value, found.tokens.length);
    const from = mostRead(values, at);
    const encoder = passages(values, parameters.value, 'encoder', from);
    const decoder = passages(values, parameters.value, 'decoder', at);
    const last = decoder.find(({ id }) => id === 'decoder-units-2')?.after ?? [];
    const gpu = gpuState(values, 'decoder', at);
    const difference = Math.max(...gpu.map((one, i) => Math.abs(one - (last[i] ?? Number.NaN))));
    const odds = lens(parameters.value, last, SHOWN);
    const source = [...found.sourceTokens, END];
    const target = [START, ...found.tokens];
    const outputs = [...found.tokens, END];
    return { values, at, from, encoder, decoder, difference, odds, source, target, outputs };
  });
  const view = shown.value;
  const block = BLOCKS.find(({ id }) => id === chosen.value) ?? BLOCKS[0];
  const problem = failure.value ?? failed.value;
  if (view === undefined || block === undefined || table.value === undefined) {
    return (
      <FigureFrame {...frameOf(own)} numbers={undefined}>
        {problem === undefined ? (
          <p class="hint">{words.value.loading} …</p>
        ) : (
          <p role="alert">{problem}</p>
        )}
      </FigureFrame>
    );
  }
  const { values, at, from, source, target, outputs, odds } = view;
  const all = [...view.encoder, ...view.decoder];
  const row = block.column === 'encoder' ? from : at;
  const attends = block.kind === 'self' || block.kind === 'cross';
  const isMasked = block.kind === 'self' && block.column === 'decoder';
  const read = isMasked ? target : source;
  return (
    <FigureFrame
      {...frameOf(own)}
      numbers={{
        sentence: sentence.value,
        place: at,
        source: source[from],
        from,
        output: outputs[at],
        outputs,
        block: block.id,
        blocks: all.map((passage) => ({
          ...passage,
          share: residualShare(passage),
          lengths: [passage.before, passage.added, passage.after].map(lengthOf),
        })),
        odds,
        lens: table.value,
        weights: attends ? weightsOf(values, block, row) : [],
        units: block.kind === 'units' ? unitsOf(values, block, row) : [],
        gpu: gpuState(values, 'decoder', at),
        difference: view.difference,
      }}
    >
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div class="controls">
        <Slider
          label={own.word}
          value={place}
          min={0}
          max={outputs.length - 1}
          step={1}
          format={(value) => outputs[Math.min(value, outputs.length - 1)] ?? ''}
        />
      </div>
      <LensView
        table={table.value}
        place={at}
        own={own}
        onChoose={(chosenPlace) => {
          place.value = chosenPlace;
        }}
      />
      <div class="network-with-details">
        <Diagram
          passages={new Map(all.map((one) => [one.id, one]))}
          chosen={block.id}
          output={outputs[at] ?? ''}
          source={source[from] ?? ''}
          target={target[at] ?? ''}
          own={own}
          onChoose={(id) => {
            chosen.value = id;
          }}
        />
        <Details
          block={block}
          passage={all.find(({ id }) => id === block.id)}
          weights={attends ? weightsOf(values, block, row) : []}
          read={read}
          hidden={isMasked ? target.slice(at + 1) : undefined}
          units={block.kind === 'units' ? unitsOf(values, block, row) : []}
          odds={block.kind === 'output' ? odds : []}
          own={own}
        />
      </div>
      <p class="hint">{own.sourceNote(source[from] ?? '')}</p>
      <p class="hint" data-difference={view.difference}>
        {own.agreement(scientific(view.difference))}
      </p>
    </FigureFrame>
  );
}

/** What the frame has in all states. */
function frameOf(own: (typeof WORDS)['en']) {
  return {
    number: 21,
    title: own.title,
    text: own.text,
    formula: <Formula />,
    paper: { name: own.paper, url: 'https://arxiv.org/abs/1706.03762' },
    notice: own.notice,
  };
}
