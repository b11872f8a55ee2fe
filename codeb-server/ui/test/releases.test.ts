import { describe, expect, it } from 'vitest';
import type { Release } from '../src/api';
import { newestFirst, partsOfRef, serving, short, ways } from '../src/releases';

const release = (number: number): Release => ({
  number,
  at: '2026-01-02T03:04:05Z',
  commit: 'c0ffee'.padEnd(40, '0'),
  image: `sha256:${'ab'.repeat(32)}`,
  container: `shop-${number}`,
  migrations: null,
  backup: null,
  broughtBack: null,
  serves: null,
  reachable: null,
  obstacle: null,
});

describe('releases', () => {
  it('come with the newest first, and are not changed', () => {
    const told = [release(9), release(11), release(10)];
    expect(newestFirst(told).map((one) => one.number)).toEqual([11, 10, 9]);
    expect(told.map((one) => one.number)).toEqual([9, 11, 10]);
  });

  it('serve when the server says so, or as the newest where it does not know', () => {
    expect(serving([release(9), release(11), release(10)])).toBe(11);
    expect(serving([])).toBe(null);
    const told = (number: number, serves: boolean): Release => ({ ...release(number), serves });
    expect(serving([told(9, true), told(10, false)])).toBe(9);
    expect(serving([told(9, false), told(10, false)])).toBe(null);
  });

  it('are brought back in the ways that there are', () => {
    const obstacle = (code: string): Release['obstacle'] => ({ code, reason: '', hint: '' });
    const known = { ...release(1), serves: false };
    expect(ways(release(1))).toBe('none');
    expect(ways({ ...known, reachable: true })).toBe('both');
    expect(ways({ ...known, reachable: true, serves: true })).toBe('none');
    expect(ways({ ...known, reachable: false, obstacle: obstacle('RELEASE_UNREACHABLE') })).toBe('alone');
    expect(ways({ ...known, reachable: false, obstacle: obstacle('IMAGE_NOT_FOUND') })).toBe('none');
  });

  it('are told by as much of an id as is needed', () => {
    expect(short(release(1).commit)).toBe('c0ffee000000');
    expect(short(release(1).image)).toBe('abababababab');
    expect(short('abc')).toBe('abc');
  });

  it('lead to the backup that was made before, where they name one', () => {
    expect(partsOfRef('main/shop/20260102T030405Z-abcdefgh')).toEqual(['main', 'shop', '20260102T030405Z-abcdefgh']);
    for (const other of ['', 'shop', 'main/shop', 'main//x', '/shop/x', 'a/b/c/d']) {
      expect(partsOfRef(other), other).toBe(null);
    }
  });
});
