import type { ProjectState, ProjectStatus } from './api';

const WORST_FIRST: readonly ProjectState[] = ['FAILED', 'UNKNOWN', 'NEVER', 'LATE'];

/** Projects that somebody has to look at, the worst first; one that is backed up now is, too, when that comes late. */
export function wrongNow(projects: readonly ProjectStatus[]): readonly ProjectStatus[] {
  const rank = (one: ProjectStatus): number => {
    const known = WORST_FIRST.indexOf(one.state);
    return known < 0 ? WORST_FIRST.length : known;
  };
  return projects
    .filter((one) => one.late || (one.state !== 'OK' && one.state !== 'RUNNING'))
    .sort((a, b) => rank(a) - rank(b) || a.project.localeCompare(b.project));
}

/** Since when it is so, as far as it is known: the failure, or the last good backup. */
export function wrongSince(of: ProjectStatus): string | null {
  return of.failure === null ? of.startedAt : (of.failedAt ?? of.startedAt);
}

const NO_TROUBLE: readonly string[] = ['BACKUP_MADE', 'TEST'];

/** Which kinds of trouble go to a channel; null where all that there are do. Kinds that are not known here count. */
export function troubles(kinds: readonly string[], known: readonly string[]): readonly string[] | null {
  const all = known.filter((one) => !NO_TROUBLE.includes(one));
  const some = kinds.filter((one) => one !== 'TEST');
  return all.every((one) => some.includes(one)) && !some.includes('BACKUP_MADE') ? null : some;
}
