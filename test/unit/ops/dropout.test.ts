/** Dropout's mask as a random variable: its rate, and that masks do not hang together. */
import { describe, expect, it } from 'vitest';
import { randomBits } from '../../../src/core/randomBits';
import { dropThreshold } from '../../../src/ops/dropout/op';

const COUNT = 200_000;
/** A sound generator fails one of these checks once in 1.7 million. */
const SIGMAS = 5;

/** Of `COUNT` elements, how many satisfy a predicate. */
function count(holds: (index: number) => boolean): number {
  let total = 0;
  for (let i = 0; i < COUNT; i++) if (holds(i)) total++;
  return total;
}

function expectShare(found: number, probability: number): void {
  const deviation = Math.sqrt(COUNT * probability * (1 - probability));
  expect(Math.abs(found - COUNT * probability) / deviation).toBeLessThan(SIGMAS);
}

const isDropped = (rate: number, key: number, stream: number, index: number) =>
  randomBits(key, stream, index) < dropThreshold(rate);

const KEYS = [0, 1, -1, 123456, -(2 ** 31)];

describe('a dropout mask', () => {
  for (const rate of [0.1, 0.3, 0.5, 0.9]) {
    it(`drops a share of ${rate}, whatever the key and the stream`, () => {
      for (const key of KEYS) {
        for (const stream of [0, 1, 77]) {
          expectShare(
            count((i) => isDropped(rate, key, stream, i)),
            rate,
          );
        }
      }
    });
  }

  it('is independent of the masks of other streams and of other keys', () => {
    const own = (i: number) => isDropped(0.5, 7, 3, i);
    for (const [key, stream] of [
      [7, 4],
      [7, 2],
      [8, 3],
      [6, 3],
      [3, 7],
    ] as const) {
      expectShare(
        count((i) => own(i) === isDropped(0.5, key, stream, i)),
        0.5,
      );
    }
  });

  it('is independent from element to element, neighbours and rows alike', () => {
    for (const distance of [1, 2, 64, 128, 512, 4096]) {
      const both = count((i) => isDropped(0.3, 5, 2, i) && isDropped(0.3, 5, 2, i + distance));
      expectShare(both, 0.09);
    }
  });
});
