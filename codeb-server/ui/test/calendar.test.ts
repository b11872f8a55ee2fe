import { describe, expect, it } from 'vitest';
import { addMonths, byDay, dayOf, monthOf, weeksOf } from '../src/calendar';

describe('days', () => {
  it('are those of the zone, not of the browser', () => {
    const at = new Date('2026-11-29T15:30:00Z');
    expect(dayOf(at, 'UTC')).toBe('2026-11-29');
    expect(dayOf(at, 'Asia/Seoul')).toBe('2026-11-30');
    expect(dayOf(at, 'Pacific/Pago_Pago')).toBe('2026-11-29');
  });

  it('are right on both sides of a change of the clock', () => {
    expect(dayOf(new Date('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('2026-10-25');
    expect(dayOf(new Date('2026-10-24T22:00:00Z'), 'Europe/Berlin')).toBe('2026-10-25');
    expect(dayOf(new Date('2026-10-25T22:59:59Z'), 'Europe/Berlin')).toBe('2026-10-25');
    expect(dayOf(new Date('2026-10-25T23:00:00Z'), 'Europe/Berlin')).toBe('2026-10-26');
  });

  it('hold what began on them, in order', () => {
    const days = byDay(
      ['2026-11-29T14:59:59Z', '2026-11-29T15:00:00Z', '2026-11-29T16:00:00Z'],
      (at) => at,
      'Asia/Seoul',
    );
    expect([...days]).toEqual([
      ['2026-11-29', ['2026-11-29T14:59:59Z']],
      ['2026-11-30', ['2026-11-29T15:00:00Z', '2026-11-29T16:00:00Z']],
    ]);
  });
});

describe('months', () => {
  it('have each of their days once, in weeks of seven', () => {
    for (let index = 0; index < 12 * 30; index++) {
      for (const first of [0, 1, 6]) {
        const month = addMonths({ year: 2015, month: 1 }, index);
        const weeks = weeksOf(month, first);
        expect(weeks.every((week) => week.length === 7)).toBe(true);
        const days = weeks.flat().filter((day) => day !== null);
        expect(days.length).toBe(new Date(Date.UTC(month.year, month.month, 0)).getUTCDate());
        expect(new Set(days).size).toBe(days.length);
        for (const week of weeks) {
          week.forEach((day, column) => {
            if (day !== null) expect(new Date(`${day}T00:00:00Z`).getUTCDay()).toBe((first + column) % 7);
          });
        }
      }
    }
  });

  it('pass over the end of a year', () => {
    expect(addMonths({ year: 2026, month: 12 }, 1)).toEqual({ year: 2027, month: 1 });
    expect(addMonths({ year: 2026, month: 1 }, -1)).toEqual({ year: 2025, month: 12 });
    expect(addMonths({ year: 2026, month: 3 }, -27)).toEqual({ year: 2023, month: 12 });
    expect(monthOf('2026-02-28')).toEqual({ year: 2026, month: 2 });
  });
});
