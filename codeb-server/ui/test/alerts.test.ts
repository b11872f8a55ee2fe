import { describe, expect, it } from 'vitest';
import { troubles, wrongNow, wrongSince } from '../src/alerts';
import type { ProjectStatus } from '../src/api';
import { TABLES } from '../src/i18n';

const status = (project: string, facts: Partial<ProjectStatus>): ProjectStatus => ({
  project,
  repository: 'main',
  state: 'OK',
  late: false,
  lastBackup: null,
  startedAt: null,
  durationMillis: null,
  storedSize: null,
  records: null,
  lastProvenAt: null,
  provenAt: null,
  backups: 0,
  unreadable: 0,
  totalStoredSize: 0,
  growthBytes: null,
  runningSince: null,
  failure: null,
  failedAt: null,
  nextRun: null,
  problem: null,
  ...facts,
});

describe('what is wrong now', () => {
  it('is each project that is not well, the worst first', () => {
    const wrong = wrongNow([
      status('a', {}),
      status('b', { state: 'LATE', late: true }),
      status('c', { state: 'RUNNING' }),
      status('d', { state: 'RUNNING', late: true }),
      status('e', { state: 'NEVER' }),
      status('g', { state: 'FAILED' }),
      status('f', { state: 'FAILED' }),
      status('h', { state: 'UNKNOWN' }),
    ]);
    expect(wrong.map((one) => one.project)).toEqual(['f', 'g', 'h', 'e', 'b', 'd']);
  });

  it('is so since it failed, or since the last good backup', () => {
    const failure = { subject: 'shop', code: 'STORAGE_FULL', reason: 'full' };
    expect(wrongSince(status('a', { failure, failedAt: '2026-01-02', startedAt: '2026-01-01' }))).toBe('2026-01-02');
    expect(wrongSince(status('a', { failure, startedAt: '2026-01-01' }))).toBe('2026-01-01');
    expect(wrongSince(status('a', { failedAt: '2026-01-02', startedAt: '2026-01-01' }))).toBe('2026-01-01');
    expect(wrongSince(status('a', {}))).toBe(null);
  });
});

describe('channels', () => {
  const known = Object.keys(TABLES.en.alerts.kind);

  it('that get all trouble are told in one word', () => {
    const all = known.filter((one) => one !== 'BACKUP_MADE');
    expect(troubles([...all, 'TEST'], known)).toBe(null);
    expect(troubles([...all, 'OF_LATER'], known)).toBe(null);
  });

  it('that get some, or more than trouble, are told kind by kind', () => {
    expect(troubles(['BACKUP_FAILED', 'TEST', 'OF_LATER'], known)).toEqual(['BACKUP_FAILED', 'OF_LATER']);
    expect(troubles(known, known)).toEqual(known);
    expect(troubles(['BACKUP_MADE'], known)).toEqual(['BACKUP_MADE']);
    expect(troubles(['TEST'], known)).toEqual([]);
  });
});
