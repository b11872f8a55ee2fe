import { describe, expect, it } from 'vitest';
import { linear, ticks } from '../src/scale';

describe('a scale', () => {
  it('meets both its ends, and may be upside down', () => {
    const y = linear([0, 10], [200, 0]);
    expect([y(0), y(5), y(10)]).toEqual([200, 100, 0]);
  });

  it('puts a single value into the middle', () => {
    expect(linear([3, 3], [0, 100])(3)).toBe(50);
  });
});

describe('marks', () => {
  it('begin at nothing, are evenly apart and reach the largest value', () => {
    for (const base of [10, 1024, 60] as const) {
      for (let most = 0.013; most < 1e15; most *= 1.7) {
        const marks = ticks(most, 4, base);
        expect(marks[0]).toBe(0);
        expect(marks.at(-1)!).toBeGreaterThanOrEqual(most);
        expect(marks.at(-2)!).toBeLessThan(most);
        expect(marks.length).toBeLessThanOrEqual(6);
        marks.forEach((mark, i) => expect(mark).toBeCloseTo(i * marks[1]!, 6 - Math.ceil(Math.log10(most))));
      }
    }
  });

  it('are round in the unit that is read', () => {
    expect(ticks(1.3 * 2 ** 30, 4, 1024)).toEqual([0, 2 ** 29, 2 ** 30, 3 * 2 ** 29]);
    expect(ticks(170, 4, 60)).toEqual([0, 60, 120, 180]);
    expect(ticks(45, 4, 60)).toEqual([0, 15, 30, 45]);
    expect(ticks(9, 4, 10)).toEqual([0, 5, 10]);
  });

  it('are there for nothing, too', () => {
    expect(ticks(0, 4, 1024)).toEqual([0, 1]);
    expect(ticks(Number.NaN, 4, 10)).toEqual([0, 1]);
  });
});
