/** The equations of the network, whose terms light up with the steps of the computation. */

/** The steps at which each term is lit. */
const LIT = { x: 0, fromInput: 1, before: 2, fromState: 3, sum: 4, h: 5, z: 6 } as const;

export function Equation({ step }: { readonly step: number }) {
  const term = (name: keyof typeof LIT) => (LIT[name] === step ? 'term lit' : 'term');
  return (
    <math class="rnn-equation" display="block" data-step={step}>
      <mrow class={term('h')}>
        <Indexed name="h" index="t" />
        <mo>=</mo>
        <mi>tanh</mi>
      </mrow>
      <mo>(</mo>
      <mrow class={term('sum')}>
        <mrow class={term('fromInput')}>
          <Indexed name="W" index="x" />
          <mrow class={term('x')}>
            <Indexed name="x" index="t" />
          </mrow>
        </mrow>
        <mo>+</mo>
        <mrow class={term('fromState')}>
          <Indexed name="W" index="h" />
          <mrow class={term('before')}>
            <msub>
              <mi>h</mi>
              <mrow>
                <mi>t</mi>
                <mo>−</mo>
                <mn>1</mn>
              </mrow>
            </msub>
          </mrow>
        </mrow>
        <mo>+</mo>
        <mi>b</mi>
      </mrow>
      <mo>)</mo>
      <mspace width="2em" />
      <mrow class={term('z')}>
        <Indexed name="z" index="t" />
        <mo>=</mo>
        <mi>softmax</mi>
        <mo>(</mo>
        <Indexed name="W" index="z" />
        <Indexed name="h" index="t" />
        <mo>+</mo>
        <Indexed name="b" index="z" />
        <mo>)</mo>
      </mrow>
    </math>
  );
}

function Indexed({ name, index }: { readonly name: string; readonly index: string }) {
  return (
    <msub>
      <mi>{name}</mi>
      <mi>{index}</mi>
    </msub>
  );
}
