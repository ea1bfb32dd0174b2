import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkNeed, partEnd, planRead, type Room } from '../../src/core/read-plan.ts';

const MIB = 1024 * 1024;
const LENGTH = 4 * MIB;
const AMPLE: Room = { bytes: 1, partBytes: 256 * 1024 };
const SHORT: Room = { ...AMPLE, bytes: 0 };
const SHORTER: Room = { ...AMPLE, bytes: -64 * MIB };

const need = (from: number, to: number): ChunkNeed => ({ from, to, length: LENGTH });

describe('with room', () => {
  it('a chunk that is wanted is read whole, a small range of it alone', () => {
    expect(planRead(need(0, LENGTH), AMPLE, 0)).toEqual({ kind: 'whole' });
    expect(planRead(need(5, 5 + MIB + 1), AMPLE, 0)).toEqual({ kind: 'whole' });
    expect(planRead(need(5, 5 + MIB), AMPLE, 0)).toEqual({ kind: 'part', to: 5 + MIB });
  });

  it('a chunk that is small itself is read whole', () => {
    expect(planRead({ from: 0, to: 9_000, length: 10_000 }, AMPLE, 0)).toEqual({ kind: 'whole' });
  });
});

describe('without room', () => {
  it('a part is read, smaller the less room there is, and up to where parts meet', () => {
    expect(planRead(need(0, LENGTH), SHORT, 0)).toEqual({ kind: 'part', to: 256 * 1024 });
    expect(planRead(need(1, LENGTH), SHORT, 0)).toEqual({ kind: 'part', to: 256 * 1024 });
    expect(planRead(need(0, LENGTH), SHORTER, 0)).toEqual({ kind: 'part', to: 128 * 1024 });
    expect(planRead(need(0, 100), SHORT, 0)).toEqual({ kind: 'part', to: 100 });
  });

  it('whatever is needed comes in parts that get somewhere', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: LENGTH - 1 }),
        fc.nat({ max: LENGTH }),
        fc.constantFrom(SHORT, SHORTER),
        fc.integer({ min: 1, max: MIB }),
        (one, other, { bytes }, partBytes) => {
          const whole = need(Math.min(one, other), Math.max(one, other) + 1);
          const end = partEnd(whole, { bytes, partBytes });
          expect(end).toBeGreaterThan(whole.from);
          expect(end).toBeLessThanOrEqual(whole.to);
          expect(end - whole.from).toBeLessThanOrEqual(partBytes);
        },
      ),
    );
  });
});

it('a chunk is read whole when as much of it was read in parts, room or none', () => {
  for (const room of [AMPLE, SHORT]) {
    expect(planRead(need(0, 4096), room, LENGTH - 1).kind).toBe('part');
    expect(planRead(need(0, 4096), room, LENGTH)).toEqual({ kind: 'whole' });
  }
});
