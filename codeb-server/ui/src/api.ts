/** The HTTP API as the page uses it: the records that the server answers, and one way to ask. */

export interface Session {
  readonly name: string;
  readonly expiresAt: string | null;
  /** Per project, or `*` for all: what the token may do there. */
  readonly roles: Readonly<Record<string, readonly Role[]>>;
}

export type Role = 'LOOK' | 'BACK_UP' | 'RESTORE' | 'DEPLOY' | 'ADMINISTER';

/** Whether a token has a role with a project. The server judges again; this is for what is offered. */
export function may(session: Session, role: Role, project: string): boolean {
  return ['*', project].some(
    (of) => session.roles[of]?.some((has) => has === role || has === 'ADMINISTER' || role === 'LOOK') ?? false,
  );
}

export type ProjectState = 'UNKNOWN' | 'RUNNING' | 'FAILED' | 'NEVER' | 'LATE' | 'OK';

export interface ProjectStatus {
  readonly project: string;
  readonly repository: string;
  readonly state: ProjectState;
  readonly late: boolean;
  readonly lastBackup: string | null;
  readonly startedAt: string | null;
  readonly durationMillis: number | null;
  readonly storedSize: number | null;
  readonly records: number | null;
  readonly lastProvenAt: string | null;
  readonly provenAt: string | null;
  readonly backups: number;
  readonly unreadable: number;
  readonly totalStoredSize: number;
  readonly growthBytes: number | null;
  readonly runningSince: string | null;
  readonly failure: Failure | null;
  readonly failedAt: string | null;
  readonly nextRun: string | null;
  readonly problem: string | null;
}

export interface Failure {
  readonly subject: string;
  readonly code: string;
  readonly reason: string;
}

export interface Backup {
  readonly ref: string;
  readonly repository: string;
  readonly project: string;
  readonly id: string;
  readonly base: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly engine: string;
  readonly serverVersion: string;
  readonly database: string;
  readonly content: string;
  readonly tables: number;
  readonly records: number;
  readonly rawSize: number;
  readonly storedSize: number;
  readonly encrypted: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly provenAt: string | null;
  readonly pinnedBecause: string | null;
}

export interface Listed {
  readonly backups: readonly Backup[];
  readonly unreadable: readonly { readonly ref: string; readonly code: string; readonly reason: string }[];
  readonly next?: string | null;
}

export interface TableRows {
  readonly schema: string;
  readonly name: string;
  readonly records: number;
}

export interface TableSize {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  /** -1 where the server does not know. */
  readonly estimatedRows: number;
  readonly sizeBytes: number;
}

export interface Shown {
  readonly backup: Backup;
  readonly entries: readonly {
    readonly name: string;
    readonly kind: string;
    readonly rawSize: number;
    readonly storedSize: number;
    readonly codecs: readonly string[];
  }[];
  readonly tables: readonly TableRows[];
}

export type Severity = 'ERROR' | 'WARNING' | 'INFO';

export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly measured: string;
  readonly threshold: string;
  readonly message: string;
  readonly whatToDo: string;
}

export interface CheckedSubject {
  readonly name: string;
  readonly proven: readonly string[];
  readonly findings: readonly Finding[];
  readonly problem: ErrorBody | null;
}

export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly problems: readonly string[];
}

export interface Notice {
  readonly id: string;
  readonly message: string;
}

export interface RestorePlan {
  readonly source: string;
  readonly backup: Backup | null;
  readonly project: string;
  readonly database: string;
  readonly exists: boolean | null;
  readonly mode: string;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** `into` is null for the project's own database. */
export interface RestoreWish {
  readonly backup: string;
  readonly into: string | null;
  readonly mode: 'new' | 'replacing';
}

export interface JobRun {
  readonly due: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly tries: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly message: string;
}

export interface Job {
  readonly job: string;
  readonly line: string;
  readonly timeZone: string;
  readonly next: string;
  readonly runningSince: string | null;
  readonly last: JobRun | null;
  readonly problem: string | null;
}

export interface Retention {
  readonly project: string;
  readonly policy: string;
  readonly decisions: readonly {
    readonly id: string;
    readonly stays: boolean;
    readonly reasons: readonly string[];
    readonly storedSize: number;
  }[];
}

/** A version of the application that has served. */
export interface Release {
  readonly number: number;
  readonly at: string;
  readonly commit: string;
  readonly image: string;
  readonly container: string;
  /** The last one of each of the application's migrations, an empty text where there was none; null where nobody knows. */
  readonly migrations: readonly string[] | null;
  readonly backup: string | null;
  /** The number of the release that it brings back; null for a new one. */
  readonly broughtBack: number | null;
  /** Null, and so are the others, where the server does not know how the application is deployed. */
  readonly serves: boolean | null;
  /** Whether it can be brought back with its database, as far as that shows without asking that. */
  readonly reachable: boolean | null;
  readonly obstacle: { readonly code: string; readonly reason: string; readonly hint: string } | null;
}

export interface ReleaseListing {
  readonly releases: readonly Release[];
  /** What lies in the place of releases, and cannot be brought back. */
  readonly unreadable?: readonly { readonly journal: string; readonly code: string; readonly reason: string }[];
}

export type OperationState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';

export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly project: string;
  readonly state: OperationState;
  readonly by: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly stage: string | null;
  readonly progress: Progress | null;
  readonly result: Result | null;
  readonly problem: ProblemBody | null;
}

export interface Progress {
  readonly entry: string;
  readonly bytes: number;
  readonly storedBytes: number;
  readonly rows: number;
  /** Of all streams of the stage, as the others are of one. */
  readonly doneBytes: number;
  /** 0 or less where nobody knows. */
  readonly allBytes: number;
}

/** What operations end with, as far as the page shows it. */
export interface Result {
  /** A backup that was made, or the name of the one that was restored, drilled or verified. */
  readonly backup?: Backup | string | null;
  readonly database?: string;
  readonly records?: number;
  readonly notices?: readonly Notice[];
  /** What serves, after a deployment. */
  readonly release?: Release;
  /** The backup or dump that took the place of the database in it. */
  readonly restored?: string | null;
}

export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly problems: readonly string[];
}

export function goesOn(operation: Operation): boolean {
  return operation.state === 'QUEUED' || operation.state === 'RUNNING';
}

/** Whom alerts reach. Counts are those since the server runs. */
export interface AlertChannel {
  readonly channel: string;
  readonly provider: string;
  readonly kinds: readonly string[];
  /** Empty for all of them. */
  readonly projects: readonly string[];
  readonly delivered: number;
  readonly retried: number;
  readonly undelivered: number;
  readonly heldBack: number;
  readonly waiting: number;
  readonly deliveredAt: string | null;
  /** What has failed since the last one that was delivered. */
  readonly failure: { readonly at: string; readonly kind: string; readonly code: string; readonly reason: string } | null;
}

export interface TestedAlerts {
  readonly ok: boolean;
  readonly delivered: readonly string[];
  readonly failures: readonly Failure[];
}

export interface AuditEntry {
  readonly at: string;
  /** Null where no token was shown that is known. */
  readonly name: string | null;
  readonly address: string;
  readonly method: string;
  readonly route: string;
  readonly project: string | null;
  readonly status: number;
  readonly code: string | null;
  readonly operation: string | null;
}

/** What the server refused, or why it could not be asked. `code` is one of CodeB's, or one of `unreachable`, `strange`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly problems: readonly string[] = [],
  ) {
    super(message);
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Called when the server no longer knows the session. */
let sessionLost: () => void = () => {};
export function onSessionLost(then: () => void): void {
  sessionLost = then;
}

let spoken = 'en';
/** In which language the server should tell messages and hints. */
export function speak(language: string): void {
  spoken = language;
}

const LIMIT_MILLIS = 60_000;

export async function ask<T>(path: string, { method = 'GET', body, signal }: Asked = {}): Promise<T> {
  const limit = AbortSignal.timeout(LIMIT_MILLIS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`api/${path}`, {
      method,
      cache: 'no-store',
      headers: {
        Accept: 'application/json',
        'Accept-Language': spoken,
        // no form of another page can send this
        ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : either(signal, limit),
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Problem(0, 'unreachable', '', '');
  }
  const value = parsed(text);
  if (response.ok) {
    if (value === undefined && response.status !== 204) throw new Problem(response.status, 'strange', '', '');
    return value as T;
  }
  if (response.status === 401 && !(path === 'session' && method !== 'DELETE')) sessionLost();
  throw problemOf(response.status, value);
}

/** What a body of RFC 9457 tells, or what little a body of something else does. */
export function problemOf(status: number, body: unknown): Problem {
  const told = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (key: string): string => (typeof told[key] === 'string' ? (told[key] as string) : '');
  const more = Array.isArray(told['problems']) ? told['problems'].filter((one) => typeof one === 'string') : [];
  const message = text('detail') || text('message') || text('title');
  if (message === '') {
    return new Problem(status, status >= 502 && status <= 504 ? 'unreachable' : 'strange', '', '');
  }
  return new Problem(status, text('code'), message, text('hint'), more);
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function either(a: AbortSignal, b: AbortSignal): AbortSignal {
  const both = new AbortController();
  for (const one of [a, b]) {
    if (one.aborted) both.abort(one.reason);
    one.addEventListener('abort', () => both.abort(one.reason), { once: true });
  }
  return both.signal;
}

const part = encodeURIComponent;
const inProject = (project: string, rest: string): string => `projects/${part(project)}/${rest}`;
const ofBackup = (backup: Backup, rest = ''): string =>
  inProject(backup.project, `backups/${part(backup.id)}${rest}?repository=${part(backup.repository)}`);

type Signal = AbortSignal | undefined;
const get = <T>(path: string, signal: Signal): Promise<T> => ask<T>(path, signal === undefined ? {} : { signal });

export const api = {
  session: (signal?: Signal) => get<Session>('session', signal),
  logIn: (token: string) => ask<Session>('session', { method: 'POST', body: { token } }),
  logOut: () => ask<void>('session', { method: 'DELETE' }),
  status: (signal?: Signal) => get<{ projects: ProjectStatus[] }>('projects', signal),
  backups: (project: string, after: string | null, limit: number, signal?: Signal) =>
    get<Listed>(inProject(project, `backups?limit=${limit}${after === null ? '' : `&after=${part(after)}`}`), signal),
  backup: (project: string, repository: string, id: string, signal?: Signal) =>
    get<Shown>(inProject(project, `backups/${part(id)}?repository=${part(repository)}`), signal),
  download: (backup: Backup) => `api/${ofBackup(backup, '/download')}`,
  backUp: (project: string) => ask<Operation>(inProject(project, 'backups'), { method: 'POST' }),
  verify: (backup: Backup) => ask<Operation>(ofBackup(backup, '/verify'), { method: 'POST' }),
  /** Null for the newest. */
  drill: (project: string, backup: string | null) =>
    ask<Operation>(inProject(project, 'drills'), { method: 'POST', body: { backup } }),
  pin: (backup: Backup, reason: string) =>
    ask<unknown>(ofBackup(backup, '/pin'), { method: 'PUT', body: { reason } }),
  unpin: (backup: Backup) => ask<unknown>(ofBackup(backup, '/pin'), { method: 'DELETE' }),
  remove: (backup: Backup) => ask<unknown>(ofBackup(backup), { method: 'DELETE' }),
  tables: (project: string, signal?: Signal) => get<{ tables: TableSize[] }>(inProject(project, 'tables'), signal),
  checks: (project: string, signal?: Signal) => get<CheckedSubject>(inProject(project, 'checks'), signal),
  planRestore: (project: string, wish: RestoreWish) =>
    ask<RestorePlan>(inProject(project, 'restores/check'), { method: 'POST', body: wish }),
  restore: (project: string, wish: RestoreWish, confirm: string) =>
    ask<Operation>(inProject(project, 'restores'), {
      method: 'POST',
      body: confirm === '' ? wish : { ...wish, confirm },
    }),
  schedule: (project: string, signal?: Signal) => get<{ jobs: Job[] }>(inProject(project, 'schedule'), signal),
  retention: (project: string, signal?: Signal) => get<Retention>(inProject(project, 'retention'), signal),
  prune: (project: string) => ask<Operation>(inProject(project, 'retention'), { method: 'POST' }),
  releases: (project: string, signal?: Signal) =>
    get<ReleaseListing>(inProject(project, 'releases'), signal),
  /** With the database as it was then, or the version alone. */
  bringBack: (project: string, release: number, versionAlone: boolean, confirm: string) =>
    ask<Operation>(inProject(project, 'rollback'), { method: 'POST', body: { release, versionAlone, confirm } }),
  operations: (project: string | null, signal?: Signal) =>
    get<{ operations: Operation[] }>(`operations${project === null ? '' : `?project=${part(project)}`}`, signal),
  events: (operation: string) => `api/operations/${part(operation)}/events`,
  cancel: (operation: string) => ask<unknown>(`operations/${part(operation)}`, { method: 'DELETE' }),
  alerts: (signal?: Signal) => get<{ channels: AlertChannel[] }>('alerts', signal),
  testAlerts: () => ask<TestedAlerts>('alerts/test', { method: 'POST' }),
  audit: (project: string | null, before: string | null, signal?: Signal) => {
    const query = new URLSearchParams({ limit: '50' });
    if (project !== null) query.set('project', project);
    if (before !== null) query.set('before', before);
    return get<{ entries: AuditEntry[]; next: string | null }>(`audit?${query}`, signal);
  },
};
