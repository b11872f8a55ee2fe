// A server with made-up data, to work on the page without a database: npm run mock, then npm run dev (or open the built
// page on its own port). Any token that is not "wrong" logs in. What fails, fails on purpose: project "ledger".
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';

const PORT = 4780;
const DIST = new URL('../dist/', import.meta.url).pathname;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const DAY = 86_400_000;
const now = Date.now();
const iso = (time) => new Date(time).toISOString();
let session = false;
let numbers = 7;
const random = () => (numbers = (numbers * 16807) % 2147483647) / 2147483647;

const PROJECTS = ['shop', 'ledger', 'wiki', 'mail-archive'];
const backups = Object.fromEntries(
  PROJECTS.map((project, index) => [
    project,
    project === 'mail-archive'
      ? []
      : Array.from({ length: 75 }, (_, age) => {
          const start = now - age * DAY * (index === 2 ? 2 : 1) - 5 * 3_600_000 - (index === 2 ? 6 * DAY : 0);
          const size = (index + 1) * 8e8 * (1 + (75 - age) / 90) * (0.97 + random() * 0.06);
          const id = `${iso(start).slice(0, 19).replace(/[-:]/g, '')}Z-${Math.floor(random() * 0xffffff).toString(16)}`;
          return {
            ref: `main/${project}/${id}`,
            repository: 'main',
            project,
            id,
            base: null,
            startedAt: iso(start),
            finishedAt: iso(start + (size / 8e3) * (0.8 + random() * 0.4)),
            engine: 'postgresql',
            serverVersion: '16.4',
            database: project.replace('-', '_'),
            content: 'full',
            tables: 14 + index,
            records: Math.round(size / 96),
            rawSize: Math.round(size * 3.7),
            storedSize: Math.round(size),
            encrypted: index !== 2,
            labels: age === 10 ? { before: 'v2.3' } : {},
            provenAt: age % 7 === 1 && index !== 1 ? iso(start + 3 * 3_600_000) : null,
            pinnedBecause: age === 10 ? 'before the move to 2.3' : null,
          };
        }),
  ]),
);

const hex = (digits) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
const releases = Object.fromEntries(
  ['shop', 'wiki'].map((project) => [
    project,
    Array.from({ length: 8 }, (_, i) => ({
      number: i + 1,
      at: iso(now - (8 - i) * 3 * DAY),
      commit: hex(40),
      image: `sha256:${hex(64)}`,
      container: `${project}-${i + 1}`,
      migrations: project === 'wiki' ? null : [`V${i + 10}__change_orders`],
      backup: i === 0 ? null : backups[project][(8 - i) * 3].ref,
      broughtBack: i === 6 ? 5 : null,
      serves: i === 7,
      reachable: i > 1,
      obstacle:
        i > 1
          ? null
          : i === 1
            ? { code: 'RELEASE_UNREACHABLE', reason: 'no backup of its database is left', hint: '' }
            : { code: 'IMAGE_NOT_FOUND', reason: 'its image was removed', hint: 'Deploy its commit.' },
    })),
  ]),
);

function status(project) {
  const all = backups[project];
  const last = all[0];
  const running = [...operations.values()].find(
    (one) => one.project === project && one.kind === 'backup' && !one.endedAt,
  );
  const failed = project === 'ledger';
  return {
    project,
    repository: 'main',
    state: running ? 'RUNNING' : failed ? 'FAILED' : !last ? 'NEVER' : project === 'wiki' ? 'LATE' : 'OK',
    late: project === 'wiki',
    lastBackup: last?.id ?? null,
    startedAt: last?.startedAt ?? null,
    durationMillis: last ? Date.parse(last.finishedAt) - Date.parse(last.startedAt) : null,
    storedSize: last?.storedSize ?? null,
    records: last?.records ?? null,
    lastProvenAt: last?.provenAt ?? null,
    provenAt: all.find((one) => one.provenAt)?.provenAt ?? null,
    backups: all.length,
    unreadable: 0,
    totalStoredSize: all.reduce((sum, one) => sum + one.storedSize, 0),
    growthBytes: last ? last.storedSize - all[30].storedSize : null,
    runningSince: running?.startedAt ?? null,
    failure: failed
      ? {
          subject: 'ledger',
          code: 'STORAGE_FULL',
          reason: 'the storage has no room for the backup: 812 MiB of 4.1 GiB',
        }
      : null,
    failedAt: failed ? iso(now - 5 * 3_600_000) : null,
    nextRun: project === 'mail-archive' ? null : iso(now + (7 + PROJECTS.indexOf(project)) * 3_600_000),
    problem: null,
  };
}

const operations = new Map();
const followers = new Map();

function begin(kind, project, result) {
  const id = Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(32, '0');
  const total = 2_400_000_000;
  const operation = {
    id,
    kind,
    project,
    state: 'RUNNING',
    by: 'operations',
    createdAt: iso(Date.now()),
    startedAt: iso(Date.now()),
    endedAt: null,
    stage: 'dump',
    progress: null,
    result: null,
    problem: null,
  };
  operations.set(id, operation);
  followers.set(id, { events: [], waiting: new Set() });
  tell(id, 'state');
  let bytes = 0;
  const timer = setInterval(() => {
    bytes += 40_000_000;
    operation.progress = {
      entry: 'dump.sql',
      bytes,
      storedBytes: Math.round(bytes / 3.7),
      totalBytes: total,
      rows: Math.round(bytes / 90),
      doneBytes: bytes,
      allBytes: total,
    };
    if (project === 'ledger' && bytes > total / 3) {
      end('FAILED', {
        code: 'STORAGE_FULL',
        title: 'Storage full',
        detail: 'the storage has no room for the backup: 812 MiB of 4.1 GiB',
        hint: 'Make room, let retention remove what is not needed, or back up to another repository.',
        status: 507,
        retryable: false,
        problems: [],
      });
    } else if (bytes >= total) {
      operation.result = result;
      end('DONE', null);
    } else tell(id, 'progress');
  }, 250);
  const end = (state, problem) => {
    clearInterval(timer);
    Object.assign(operation, { state, problem, endedAt: iso(Date.now()) });
    tell(id, 'end');
  };
  operation.end = end;
  return operation;
}

const shown = ({ end, ...operation }) => operation;

function tell(id, event) {
  const { events, waiting } = followers.get(id);
  events.push(`id: ${events.length + 1}\nevent: ${event}\ndata: ${JSON.stringify(shown(operations.get(id)))}\n\n`);
  for (const response of waiting) {
    response.write(events[events.length - 1]);
    if (event === 'end') response.end();
  }
}

const TABLES = [
  'orders',
  'order_lines',
  'customers',
  'addresses',
  'products',
  'stock',
  'payments',
  'sessions',
  'carts',
  'coupons',
  'reviews',
  'audit',
  'settings',
  'migrations',
];

const finding = (id, severity, message, whatToDo, measured = '', threshold = '') => ({
  id,
  severity,
  measured,
  threshold,
  message,
  whatToDo,
});

const KINDS = [
  'BACKUP_FAILED',
  'BACKUP_LATE',
  'BACKUP_SIZE',
  'DRILL_FAILED',
  'PRUNE_FAILED',
  'MIRROR_BEHIND',
  'STORAGE_LOW',
  'KEY_TROUBLE',
  'CERTIFICATE',
  'UNKNOWN_STATE',
  'TEST',
];
const channel = (name, provider, kinds, facts) => ({
  ...{ channel: name, provider, kinds, projects: [], delivered: 12, retried: 0, undelivered: 0, heldBack: 0 },
  ...{ waiting: 0, deliveredAt: null, failure: null, ...facts },
});

const routes = [
  [
    'POST',
    /^session$/,
    (_, body) => {
      if (body.token === 'wrong') return problem(401, 'TOKEN_UNKNOWN', 'the token is not known', '');
      session = true;
      return token();
    },
  ],
  ['GET', /^session$/, () => (session ? token() : problem(401, 'TOKEN_NEEDED', 'a token is needed', ''))],
  [
    'DELETE',
    /^session$/,
    () => {
      session = false;
      return [204];
    },
  ],
  ['GET', /^projects$/, () => ok({ projects: PROJECTS.map(status) })],
  [
    'GET',
    /^projects\/([^/]+)$/,
    ([project]) =>
      ok({ project, engine: 'postgresql', database: project.replace('-', '_'), container: `${project}-db` }),
  ],
  [
    'GET',
    /^projects\/([^/]+)\/backups$/,
    ([project], _, query) => {
      const all = backups[project] ?? [];
      const from = query.get('after') ? all.findIndex((one) => one.id === query.get('after')) + 1 : 0;
      const page = all.slice(from, from + Number(query.get('limit') ?? 50));
      return ok({ backups: page, unreadable: [], next: from + page.length < all.length ? page.at(-1).id : null });
    },
  ],
  [
    'POST',
    /^projects\/([^/]+)\/backups$/,
    ([project]) =>
      accepted(begin('backup', project, { backup: backups[project][0], notices: [], durationMillis: 1 })),
  ],
  [
    'GET',
    /^projects\/([^/]+)\/backups\/([^/]+)$/,
    ([project, id]) => {
      const backup = backups[project]?.find((one) => one.id === id);
      if (!backup)
        return problem(
          404,
          'BACKUP_NOT_FOUND',
          `there is no backup ${id} of ${project}`,
          'List those that there are.',
        );
      return ok({
        backup,
        entries: [
          {
            name: 'dump.sql',
            kind: 'sql',
            rawSize: backup.rawSize,
            storedSize: backup.storedSize,
            codecs: ['zstd', 'age'],
          },
        ],
        tables: TABLES.map((name, i) => ({ schema: 'public', name, records: Math.round(backup.records / (i + 2)) })),
      });
    },
  ],
  [
    'POST',
    /^projects\/([^/]+)\/backups\/([^/]+)\/verify$/,
    ([project, id]) => accepted(begin('verify', project, { backup: `main/${project}/${id}` })),
  ],
  ['PUT', /pin$/, () => ok({})],
  ['DELETE', /pin$/, () => [204]],
  [
    'POST',
    /^projects\/([^/]+)\/drills$/,
    ([project]) => accepted(begin('drill', project, { backup: backups[project][0].ref, records: 8_421_004 })),
  ],
  [
    'POST',
    /^projects\/([^/]+)\/restores$/,
    ([project], { backup, into, mode, confirm }) =>
      mode === 'replacing' && confirm !== project
        ? problem(409, 'CONFIRMATION_MISSING', 'this replaces a database that is in use', 'Type its project.')
        : accepted(begin('restore', project, { backup, database: into ?? project, records: 8_421_004 })),
  ],
  [
    'POST',
    /^projects\/([^/]+)\/restores\/check$/,
    ([project], { backup, into: asked, mode }) => {
      const into = asked ?? project.replace('-', '_');
      const replacing = mode === 'replacing';
      const findings = [
        finding('database-size', 'INFO', 'The database takes about 3.1 GiB.', '', '3.1 GiB', '214 GiB'),
      ];
      if (replacing) {
        findings.push(
          finding(
            'database-in-use',
            'WARNING',
            `4 sessions use ${into}. They are ended at the switch.`,
            'Stop what writes to it, or choose a quiet hour.',
            '4 sessions',
            '0',
          ),
        );
      }
      if (into === 'taken') {
        findings.push(
          finding('database-exists', 'ERROR', 'The database taken exists already.', 'Choose another name.'),
        );
      }
      return ok({
        dryRun: true,
        source: backup,
        project,
        database: into,
        mode,
        exists: replacing,
        backup: backups[project].find((one) => one.ref === backup) ?? null,
        ok: into !== 'taken',
        findings,
      });
    },
  ],
  [
    'GET',
    /^projects\/([^/]+)\/tables$/,
    () =>
      ok({
        tables: TABLES.map((name, i) => ({
          schema: 'public',
          name,
          kind: 'TABLE',
          estimatedRows: Math.round(9e6 / (i + 1) ** 2),
          sizeBytes: Math.round(2e9 / (i + 1) ** 2),
        })),
      }),
  ],
  [
    'GET',
    /^projects\/([^/]+)\/checks$/,
    ([project]) =>
      ok({
        name: project,
        proven: [],
        problem: null,
        findings:
          project === 'ledger'
            ? [
                finding(
                  'storage-space',
                  'ERROR',
                  'The storage has no room for the backup.',
                  'Make room, or back up elsewhere.',
                  '812 MiB',
                  '4.1 GiB',
                ),
              ]
            : [
                finding(
                  'long-transaction',
                  'WARNING',
                  'A transaction has been open for 3 hours.',
                  'Look what keeps it open.',
                  '3 h',
                  '1 h',
                ),
              ],
      }),
  ],
  [
    'GET',
    /^projects\/([^/]+)\/schedule$/,
    ([project]) =>
      ok({
        jobs:
          project === 'mail-archive'
            ? []
            : [
                {
                  job: `backup:${project}`,
                  line: '0 3 * * *',
                  timeZone: 'Asia/Seoul',
                  next: iso(now + 7 * 3_600_000),
                  runningSince: null,
                  problem: null,
                  last: {
                    due: iso(now - 17 * 3_600_000),
                    startedAt: iso(now - 17 * 3_600_000),
                    endedAt: iso(now - 16.9 * 3_600_000),
                    tries: 1,
                    outcome: 'SUCCEEDED',
                    code: null,
                    message: '',
                  },
                },
                {
                  job: `drill:${project}`,
                  line: '0 5 * * 0',
                  timeZone: 'Asia/Seoul',
                  next: iso(now + 3 * DAY),
                  runningSince: null,
                  problem: null,
                  last: null,
                },
              ],
      }),
  ],
  [
    'GET',
    /^projects\/([^/]+)\/retention$/,
    ([project]) =>
      ok({
        project,
        policy: 'last 7, daily 14, weekly 8, monthly 12',
        failures: [],
        removed: [],
        removedBytes: 0,
        decisions: (backups[project] ?? []).map((one, age) => ({
          id: one.id,
          storedSize: one.storedSize,
          stays: age < 14 || age % 7 === 3 || one.pinnedBecause !== null,
          reasons:
            age < 7
              ? ['last 7', 'daily 14']
              : age < 14
                ? ['daily 14']
                : one.pinnedBecause
                  ? ['pinned']
                  : age % 7 === 3
                    ? ['weekly 8']
                    : ['no rule keeps it'],
        })),
      }),
  ],
  [
    'GET',
    /^projects\/([^/]+)\/releases$/,
    ([project]) => ok({ releases: releases[project] ?? [] }),
  ],
  [
    'POST',
    /^projects\/([^/]+)\/rollback$/,
    ([project], { release, versionAlone, confirm }) =>
      !versionAlone && confirm !== project
        ? problem(409, 'CONFIRMATION_MISSING', 'this replaces a database that is in use', 'Type its project.')
        : accepted(begin('rollback', project, { project, release: releases[project][release - 1] })),
  ],
  ['POST', /^projects\/([^/]+)\/retention$/, ([project]) => accepted(begin('prune', project, {}))],
  [
    'GET',
    /^operations$/,
    (_, __, query) =>
      ok({
        operations: [...operations.values()]
          .reverse()
          .filter((one) => !query.get('project') || one.project === query.get('project'))
          .map(shown),
      }),
  ],
  [
    'DELETE',
    /^operations\/([^/]+)$/,
    ([id]) => {
      operations
        .get(id)
        ?.end('CANCELLED', { code: 'CANCELLED', detail: 'cancelled by operations', hint: '', problems: [] });
      return [202, {}];
    },
  ],
  [
    'GET',
    /^alerts$/,
    () =>
      ok({
        channels: [
          channel('slack-1', 'slack', ['BACKUP_FAILED', 'DRILL_FAILED'], { deliveredAt: iso(now - 5 * 3_600_000) }),
          channel('mail-2', 'mail', KINDS, {
            waiting: 1,
            failure: {
              at: iso(now - 60_000),
              kind: 'BACKUP_FAILED',
              code: 'ALERT_UNDELIVERED',
              reason: 'the mail server does not answer',
            },
          }),
          channel('heartbeat-3', 'heartbeat', ['BACKUP_MADE'], { projects: ['shop'], delivered: 0 }),
        ],
      }),
  ],
  [
    'POST',
    /^alerts\/test$/,
    () =>
      ok({
        ok: false,
        delivered: ['slack-1', 'heartbeat-3'],
        failures: [{ subject: 'mail-2', code: 'ALERT_UNDELIVERED', reason: 'the mail server does not answer' }],
      }),
  ],
  [
    'GET',
    /^audit$/,
    (_, __, query) =>
      ok({
        next: null,
        entries: Array.from({ length: 14 }, (_, i) => ({
          at: iso(now - i * 4_100_000),
          token: 't1',
          name: i === 3 ? null : i % 3 ? 'operations' : 'ci',
          address: i === 3 ? '203.0.113.9' : '192.0.2.10',
          method: i % 2 ? 'POST' : 'GET',
          route:
            i === 3
              ? '/api/session'
              : i % 2
                ? '/api/projects/{project}/backups'
                : '/api/projects/{project}/backups/{id}/download',
          project: i === 3 ? null : PROJECTS[i % 3],
          status: i === 3 ? 401 : i % 2 ? 202 : 200,
          code: i === 3 ? 'TOKEN_UNKNOWN' : null,
          operation: null,
        })).filter((one) => !query.get('project') || one.project === query.get('project')),
      }),
  ],
];

const ok = (body) => [200, body];
const accepted = (operation) => [202, shown(operation)];
const problem = (status, code, detail, hint) => [
  status,
  { type: `urn:codeb:problem:${code}`, title: code, status, detail, code, hint, retryable: false, problems: [] },
];
const token = () =>
  ok({ id: 't1', name: 'operations', roles: { '*': ['ADMINISTER'] }, expiresAt: iso(now + 90 * DAY) });

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/')) return file(url.pathname, response);
  const path = decodeURIComponent(url.pathname.slice(5));
  let text = '';
  for await (const chunk of request) text += chunk;
  const events = /^operations\/([^/]+)\/events$/.exec(path);
  if (!session && path !== 'session') return answer(response, problem(401, 'TOKEN_NEEDED', 'a token is needed', ''));
  if (events) return follow(events[1], Number(request.headers['last-event-id'] ?? 0), response);
  const found = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
  await new Promise((resolve) => setTimeout(resolve, 80));
  if (!found) return answer(response, problem(404, 'NOT_FOUND', 'there is no such thing', 'Look at /api/docs.'));
  return answer(response, found[2](found[1].exec(path).slice(1), text ? JSON.parse(text) : {}, url.searchParams));
}).listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`));

function answer(response, [status, body]) {
  response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function follow(id, after, response) {
  const known = followers.get(id);
  if (!known) return answer(response, problem(404, 'NOT_FOUND', 'there is no such operation', ''));
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(':\n\n' + known.events.slice(after).join(''));
  if (operations.get(id).endedAt) return response.end();
  known.waiting.add(response);
  response.on('close', () => known.waiting.delete(response));
}

function file(path, response) {
  try {
    const name = path === '/' ? '/index.html' : path;
    const bytes = readFileSync(join(DIST, normalize(name)));
    response.writeHead(200, {
      'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
      'Content-Security-Policy': CSP,
    });
    response.end(bytes);
  } catch {
    response.writeHead(404);
    response.end();
  }
}
