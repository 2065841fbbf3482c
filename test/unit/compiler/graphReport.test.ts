/** The suite of random graphs would show a fault: as a small graph, ready to paste. */
import { describe, expect, it } from 'vitest';
import { holdsForGraphs } from '../../support/graphs/property';

describe('a graph that fails', () => {
  it('is reported with its seed, its source text and what is wrong, without what does not matter', async () => {
    const check = (built: { readonly applied: ReadonlyMap<string, number> }) =>
      built.applied.has('softmax') ? 'a softmax is wrong' : undefined;
    const failure = holdsForGraphs({ graphs: 200, seed: 3, check });
    await expect(failure).rejects.toThrow('a softmax is wrong');
    const text = await failure.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(text).toMatch(/graph \d+ of seed 3 fails/);
    expect(text).toContain('const graph = trace((input, state) => {\n  const t0 = ops.softmax(');
    expect(text).toMatch(
      /return \{ outputs: \{ y0: \w+ \}, updates: \{ {2}\} \};\n\}, \{ inputs: \{ i0: /,
    );
    // Of up to 24 ops there are left the one at fault and what reads it.
    expect(text.match(/ops\./g)?.length).toBeLessThan(4);
  });
});
