import { describe, expect, it } from 'vitest';
import { ago, bytes, duration, number } from '../src/format';

describe('sizes', () => {
  it('have three digits, and never a thousand of a unit', () => {
    expect(bytes(0, 'en')).toBe('0 B');
    expect(bytes(1023, 'en')).toBe('1,023 B');
    expect(bytes(1024, 'en')).toBe('1 KiB');
    expect(bytes(1.5 * 2 ** 30, 'en')).toBe('1.5 GiB');
    expect(bytes(123.4 * 2 ** 20, 'ko')).toBe('123 MiB');
    expect(bytes(2 ** 20 - 1, 'en')).toBe('1 MiB');
  });

  it('may be less than nothing', () => {
    expect(bytes(-2048, 'en')).toBe('−2 KiB');
  });
});

describe('spans', () => {
  it('have two units at the most', () => {
    expect(duration(0, 'en')).toBe('0 sec');
    expect(duration(4_230, 'en')).toBe('4.2 sec');
    expect(duration(59_600, 'en')).toBe('1 min');
    expect(duration(200_000, 'en')).toBe('3 min 20 sec');
    expect(duration(7_500_000, 'en')).toBe('2 hr 5 min');
    expect(duration(3_599_900, 'en')).toBe('1 hr');
    expect(duration(273_600_000, 'en')).toBe('3 days 4 hr');
    expect(duration(200_000, 'ko')).toBe('3분 20초');
  });

  it('are not negative where clocks differ', () => {
    expect(duration(-5_000, 'en')).toBe('0 sec');
  });
});

describe('moments', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');

  it('are told by how far they are', () => {
    expect(ago('2026-11-29T09:00:00Z', now, 'en')).toBe('3 hours ago');
    expect(ago('2026-11-29T12:20:30Z', now, 'en')).toBe('in 20 minutes');
    expect(ago('2026-11-28T11:00:00Z', now, 'en')).toBe('yesterday');
    expect(ago('2026-11-29T11:59:30Z', now, 'en')).toBe('now');
    expect(ago('2026-11-29T09:00:00Z', now, 'ko')).toBe('3시간 전');
  });
});

it('numbers are grouped', () => {
  expect(number(14819495, 'en')).toBe('14,819,495');
  expect(number(14819495, 'ko')).toBe('14,819,495');
});
