import type { Release } from './api';

/** The newest first, whatever order they come in. */
export function newestFirst(of: readonly Release[]): readonly Release[] {
  return [...of].sort((a, b) => b.number - a.number);
}

/** Which one serves: the newest, where the server does not know better. Null where none does. */
export function serving(of: readonly Release[]): number | null {
  const known = of.filter((one) => typeof one.serves === 'boolean');
  return known.length > 0
    ? (known.find((one) => one.serves)?.number ?? null)
    : (newestFirst(of)[0]?.number ?? null);
}

/** How a release can be brought back: with its database, the version alone, or not at all. */
export function ways(of: Release): 'both' | 'alone' | 'none' {
  if (typeof of.reachable !== 'boolean' || of.serves) return 'none';
  if (of.reachable) return 'both';
  return of.obstacle?.code === 'IMAGE_NOT_FOUND' ? 'none' : 'alone';
}

/** As much of the id of a commit or an image as tells it from the others. */
export function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Repository, project and id of a backup; null for what names none. */
export function partsOfRef(ref: string): readonly [string, string, string] | null {
  const [repository, project, id, ...more] = ref.split('/');
  return repository && project && id && more.length === 0 ? [repository, project, id] : null;
}
