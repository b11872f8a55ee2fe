import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, goesOn, may, type Backup, type Operation, type ProjectStatus } from '../api';
import { useAct, useLoad, useShell, type Loaded } from '../hooks';
import { useWords } from '../i18n';
import { go, to } from '../router';
import { Sign } from '../signs';
import {
  Ask,
  Await,
  Card,
  Cell,
  EndMark,
  Empty,
  Facts,
  Findings,
  Mark,
  Moment,
  PageTitle,
  Pill,
  ProblemBox,
  StateMark,
  Table,
  When,
} from '../ui';
import { Calendar } from './calendar';
import { LineChart } from '../charts';
import { LIST_MILLIS, RunningNow } from './operations';
import { Proven } from './overview';
import { ReleaseList } from './releases';

const TABS = ['overview', 'backups', 'calendar', 'tables', 'restores', 'releases', 'schedule', 'retention'] as const;
type Tab = (typeof TABS)[number];

/** As many as the list, the calendar and the charts look at, and how many more when somebody wants older ones. */
const SOME_BACKUPS = 500;
/** As many as a list begins with. */
const FIRST_BACKUPS = 50;

export function ProjectPage({ project, tab }: { project: string; tab: string }): JSX.Element {
  const { t } = useWords();
  const shown: Tab = TABS.find((one) => one === tab) ?? 'overview';
  const status = useLoad(api.status, [], 15_000);
  const operations = useLoad((signal) => api.operations(project, signal), [project], LIST_MILLIS);
  const running = operations.data?.operations.filter(goesOn) ?? [];
  const mine = status.data?.projects.find((one) => one.project === project);
  return (
    <>
      <PageTitle of={<a href="#/">{t.overview.title}</a>}>{project}</PageTitle>
      <div class="lead">
        {mine !== undefined && <StateMark state={mine.state} />}
        <Actions project={project} status={mine} />
      </div>
      <RunningNow of={running} />
      <nav class="tabs" aria-label={t.project.tabs}>
        <ul>
          {TABS.map((one) => (
            <li key={one}>
              <a
                href={to(one === 'overview' ? ['projects', project] : ['projects', project, one])}
                {...(one === shown ? { 'aria-current': 'page' as const } : {})}
              >
                {t.project[one]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {status.problem !== undefined && <ProblemBox problem={status.problem} retry={status.reload} />}
      <Part project={project} tab={shown} status={mine} operations={operations} runs={running.length} />
    </>
  );
}

function Actions({ project, status }: { project: string; status: ProjectStatus | undefined }): JSX.Element {
  const { t } = useWords();
  const { session, say } = useShell();
  const backUp = useAct(async () => {
    const { id } = await api.backUp(project);
    say(t.project.backupStarted);
    go(to(['operations', id]));
  });
  const drill = useAct(async () => {
    const { id } = await api.drill(project, null);
    say(t.project.drillStarted);
    go(to(['operations', id]));
  });
  const problem = backUp.problem ?? drill.problem;
  return (
    <>
      <div class="actions">
        {may(session, 'BACK_UP', project) && (
          <button type="button" class="primary" disabled={backUp.busy} onClick={() => backUp.run()}>
            {t.project.backUp}
          </button>
        )}
        {may(session, 'RESTORE', project) && (
          <>
            <a class="button" href={to(['projects', project, 'restore'])}>
              {t.project.restore}
            </a>
            <button type="button" disabled={drill.busy || status?.lastBackup == null} onClick={() => drill.run()}>
              {t.project.drill}
            </button>
          </>
        )}
      </div>
      {problem !== undefined && <ProblemBox problem={problem} />}
    </>
  );
}

function Part({
  project,
  tab,
  status,
  operations,
  runs,
}: {
  project: string;
  tab: Tab;
  status: ProjectStatus | undefined;
  operations: Loaded<{ operations: readonly Operation[] }>;
  runs: number;
}): JSX.Element {
  const { t } = useWords();
  switch (tab) {
    case 'overview':
      return <Summary project={project} status={status} runs={runs} />;
    case 'backups':
      return <Backups project={project} runs={runs} />;
    case 'calendar':
      return <CalendarPart project={project} runs={runs} />;
    case 'tables':
      return <Tables project={project} />;
    case 'restores':
      return <History project={project} operations={operations} runs={runs} />;
    case 'releases':
      return (
        <Card title={t.releases.title}>
          <ReleaseList project={project} />
        </Card>
      );
    case 'schedule':
      return <Schedule project={project} />;
    case 'retention':
      return <RetentionPart project={project} />;
  }
}

interface Backups {
  readonly backups: readonly Backup[];
  readonly unreadable: number;
  /** Whether there are older ones. */
  readonly more: boolean;
}

function useBackups(project: string, runs: number): Loaded<Backups> & { readonly older: () => void } {
  const [most, setMost] = useState(SOME_BACKUPS);
  const loaded = useLoad<Backups>(
    async (signal) => {
      const backups: Backup[] = [];
      let unreadable = 0;
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof api.backups>> = await api.backups(project, after, SOME_BACKUPS, signal);
        backups.push(...page.backups);
        unreadable += page.unreadable.length;
        after = page.next ?? null;
      } while (after !== null && backups.length < most);
      return { backups, unreadable, more: after !== null };
    },
    [project, runs],
  );
  const older = (): void => {
    setMost(most + SOME_BACKUPS);
    loaded.reload();
  };
  return { ...loaded, older };
}

/** Says that there are older backups than those that are looked at, and asks for them. */
function Older({ of }: { of: ReturnType<typeof useBackups> }): JSX.Element | null {
  const { t, number } = useWords();
  if (of.data === undefined || !of.data.more) return null;
  return (
    <p class="actions">
      <span class="quiet">{t.backups.more(number(of.data.backups.length))}</span>
      <button type="button" class="small" disabled={of.loading} onClick={of.older}>
        {t.backups.older}
      </button>
    </p>
  );
}

function Summary({
  project,
  status,
  runs,
}: {
  project: string;
  status: ProjectStatus | undefined;
  runs: number;
}): JSX.Element {
  const { t, bytes, duration, number, said } = useWords();
  const backups = useBackups(project, runs);
  const checks = useLoad((signal) => api.checks(project, signal), [project, runs]);
  const newest = backups.data?.backups[0];
  return (
    <>
      {status?.failure != null && (
        <div class="box bad">
          <p class="box-lead">
            <Sign of="bad" /> {status.failedAt !== null && <Failed at={status.failedAt} />}
          </p>
          <p>{said(status.failure.code, status.failure.reason)}</p>
          <p class="box-foot">
            <code>{status.failure.code}</code>
          </p>
        </div>
      )}
      {status?.problem != null && <p class="box warn">{status.problem}</p>}
      <div class="grid">
        <Card title={t.project.lastBackup}>
          <Facts
            of={[
              [
                t.backups.started,
                status === undefined ? t.none : status.startedAt === null ? t.never : <When at={status.startedAt} />,
              ],
              [t.project.took, status?.durationMillis == null ? t.none : duration(status.durationMillis)],
              [t.project.stored, status?.storedSize == null ? t.none : bytes(status.storedSize)],
              [t.project.records, status?.records == null ? t.none : number(status.records)],
              [t.project.proven, status === undefined ? t.none : <Proven of={status} />],
              [t.project.next, status?.nextRun == null ? t.overview.notScheduled : <When at={status.nextRun} />],
            ]}
          />
        </Card>
        <Card title={t.project.total}>
          <Facts
            of={[
              [
                t.project.stored,
                status === undefined
                  ? t.none
                  : t.overview.total(bytes(status.totalStoredSize), number(status.backups)),
              ],
              [t.project.growth, status?.growthBytes == null ? t.none : bytes(status.growthBytes)],
              [t.project.repository, status?.repository ?? t.none],
              [
                t.project.database,
                newest === undefined ? t.none : `${newest.database} · ${newest.engine} ${newest.serverVersion}`,
              ],
            ]}
          />
        </Card>
      </div>
      <Await of={backups}>
        {(known) => (
          <div class="grid">
            <Charts backups={known.backups} />
          </div>
        )}
      </Await>
      <Older of={backups} />
      <Card title={t.project.checks}>
        <Await of={checks} rows={2}>
          {({ problem, findings }) => (
            <>
              {problem !== null && <ProblemBox problem={problem} />}
              {problem === null && findings.every((one) => one.severity !== 'ERROR') && (
                <p>
                  <Mark sign="good">{t.project.checksGood}</Mark>
                </p>
              )}
              <Findings of={findings.filter((one) => one.severity !== 'INFO')} />
            </>
          )}
        </Await>
      </Card>
    </>
  );
}

function Failed({ at }: { at: string }): JSX.Element {
  const { t, ago, dateTime } = useWords();
  return (
    <time dateTime={at} title={dateTime(at)}>
      {t.project.failedAt(ago(at))}
    </time>
  );
}

function Charts({ backups }: { backups: readonly Backup[] }): JSX.Element {
  const { t, bytes, duration } = useWords();
  const oldest = [...backups].reverse();
  return (
    <>
      <Card>
        <LineChart
          name={t.backups.sizeChart}
          base={1024}
          points={oldest.map((one) => ({ at: one.startedAt, value: one.storedSize }))}
          say={bytes}
        />
      </Card>
      <Card>
        <LineChart
          name={t.backups.durationChart}
          base={60}
          points={oldest.map((one) => ({ at: one.startedAt, value: took(one) / 1000 }))}
          say={(seconds) => duration(seconds * 1000)}
        />
      </Card>
    </>
  );
}

export function took(backup: Backup): number {
  return new Date(backup.finishedAt).getTime() - new Date(backup.startedAt).getTime();
}

function Backups({ project, runs }: { project: string; runs: number }): JSX.Element {
  const { t, number } = useWords();
  const loaded = useBackups(project, runs);
  const [all, setAll] = useState(false);
  return (
    <Card title={t.backups.title}>
      <Await of={loaded} rows={8}>
        {({ backups, unreadable, more }) =>
          backups.length === 0 && unreadable === 0 ? (
            <Empty lead={t.backups.empty} hint={t.backups.emptyHint} />
          ) : (
            <>
              {unreadable > 0 && <p class="box warn">{t.backups.unreadable(number(unreadable))}</p>}
              <BackupTable of={all ? backups : backups.slice(0, FIRST_BACKUPS)} />
              {all || backups.length <= FIRST_BACKUPS ? (
                <Older of={loaded} />
              ) : (
                <p class="actions">
                  <button type="button" onClick={() => setAll(true)}>
                    {more ? t.more : t.showAll(number(backups.length))}
                  </button>
                </p>
              )}
            </>
          )
        }
      </Await>
    </Card>
  );
}

export function BackupTable({ of }: { of: readonly Backup[] }): JSX.Element {
  const { t, bytes, duration, number } = useWords();
  return (
    <Table
      cards
      caption={t.backups.caption}
      heads={[
        t.backups.started,
        { text: t.backups.stored, number: true },
        { text: t.backups.took, number: true },
        { text: t.backups.records, number: true },
        t.backups.marks,
      ]}
    >
      {of.map((one) => (
        <tr key={one.ref}>
          <th scope="row">
            <a href={to(['projects', one.project, 'backups', one.repository, one.id])}>
              <Moment at={one.startedAt} />
            </a>
            <span class="under mono">{one.id}</span>
          </th>
          <Cell label={t.backups.stored} number>
            {bytes(one.storedSize)}
          </Cell>
          <Cell label={t.backups.took} number>
            {duration(took(one))}
          </Cell>
          <Cell label={t.backups.records} number>
            {number(one.records)}
          </Cell>
          <Cell label={t.backups.marks}>
            <Marks of={one} />
          </Cell>
        </tr>
      ))}
    </Table>
  );
}

export function Marks({ of }: { of: Backup }): JSX.Element {
  const { t, ago } = useWords();
  return (
    <span class="pills">
      {of.provenAt !== null && (
        <Pill kind="good">
          <span title={ago(of.provenAt)}>{t.backups.proven}</span>
        </Pill>
      )}
      {of.pinnedBecause !== null && (
        <Pill kind="busy">
          <span title={of.pinnedBecause}>{t.backups.pinned}</span>
        </Pill>
      )}
      {of.encrypted && <Pill>{t.backups.encrypted}</Pill>}
      {of.base !== null && <Pill>{t.backups.incremental}</Pill>}
      {Object.entries(of.labels).map(([key, value]) => (
        <Pill key={key}>
          {key}={value}
        </Pill>
      ))}
    </span>
  );
}

function CalendarPart({ project, runs }: { project: string; runs: number }): JSX.Element {
  const { t } = useWords();
  const loaded = useBackups(project, runs);
  const schedule = useLoad((signal) => api.schedule(project, signal), [project]);
  const zone = schedule.data?.jobs[0]?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Card title={t.project.calendar}>
      <Await of={loaded} rows={8}>
        {({ backups }) => <Calendar backups={backups} zone={zone} />}
      </Await>
      <Older of={loaded} />
    </Card>
  );
}

function Tables({ project }: { project: string }): JSX.Element {
  const { t } = useWords();
  const loaded = useLoad((signal) => api.tables(project, signal), [project]);
  return (
    <Card title={t.tables.title}>
      <p class="quiet">{t.tables.live}</p>
      <Await of={loaded} rows={8}>
        {({ tables }) =>
          tables.length === 0 ? (
            <Empty lead={t.tables.empty} />
          ) : (
            <TableRowsTable
              of={tables.map(({ schema, name, estimatedRows, sizeBytes }) => ({
                schema,
                name,
                records: estimatedRows,
                sizeBytes,
              }))}
            />
          )
        }
      </Await>
    </Card>
  );
}

export function TableRowsTable({
  of,
}: {
  of: readonly { schema: string; name: string; records: number; sizeBytes?: number }[];
}): JSX.Element {
  const { t, number, bytes } = useWords();
  const [filter, setFilter] = useState('');
  const sized = of.some((one) => one.sizeBytes !== undefined);
  const shown = of.filter((one) => `${one.schema}.${one.name}`.toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      {of.length > 10 && (
        <label class="field narrow">
          <span>{t.tables.filter}</span>
          <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        </label>
      )}
      {shown.length === 0 ? (
        <p class="quiet" role="status">
          {t.tables.noMatch}
        </p>
      ) : (
        <Table
          caption={t.tables.caption}
          heads={[
            t.tables.table,
            { text: t.tables.records, number: true },
            ...(sized ? [{ text: t.tables.size, number: true as const }] : []),
          ]}
        >
          {shown.map((one) => (
            <tr key={`${one.schema}.${one.name}`}>
              <th scope="row">
                <span class="quiet">{one.schema}.</span>
                {one.name}
              </th>
              <td class="number">{one.records < 0 ? t.none : number(one.records)}</td>
              {sized && <td class="number">{one.sizeBytes === undefined ? t.none : bytes(one.sizeBytes)}</td>}
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** What was proven is noted beside the backups and stays; what failed, and restores, as long as operations are kept. */
function History({
  project,
  operations,
  runs,
}: {
  project: string;
  operations: Loaded<{ operations: readonly Operation[] }>;
  runs: number;
}): JSX.Element {
  const { t } = useWords();
  const backups = useBackups(project, runs);
  const failed = operations.data?.operations.filter((one) => one.kind === 'drill' && one.state === 'FAILED') ?? [];
  return (
    <>
      <Card title={t.history.drills}>
        <Await of={backups}>
          {(known) => {
            const proven = known.backups
              .filter((one): one is Backup & { provenAt: string } => one.provenAt !== null)
              .sort((a, b) => b.provenAt.localeCompare(a.provenAt))
              .slice(0, 20);
            if (proven.length + failed.length === 0) {
              return <Empty lead={t.history.noDrills} hint={t.history.noDrillsHint} />;
            }
            return (
              <Table cards caption={t.history.drills} heads={[t.history.when, t.history.outcome, t.history.backup]}>
                {failed.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">
                      <a href={to(['operations', one.id])}>
                        <Moment at={one.endedAt ?? one.createdAt} />
                      </a>
                    </th>
                    <Cell label={t.history.outcome}>
                      <EndMark state={one.state} />
                      <span class="under">{one.problem?.detail}</span>
                    </Cell>
                    <Cell label={t.history.backup}>{t.none}</Cell>
                  </tr>
                ))}
                {proven.map((one) => (
                  <tr key={one.ref}>
                    <th scope="row">
                      <Moment at={one.provenAt} />
                    </th>
                    <Cell label={t.history.outcome}>
                      <Mark sign="good">{t.history.passed}</Mark>
                    </Cell>
                    <Cell label={t.history.backup}>
                      <a class="mono" href={to(['projects', project, 'backups', one.repository, one.id])}>
                        {one.id}
                      </a>
                    </Cell>
                  </tr>
                ))}
              </Table>
            );
          }}
        </Await>
      </Card>
      <Card title={t.history.restores}>
        <Await of={operations}>
          {(known) => <Restores of={known.operations.filter((one) => one.kind === 'restore' && !goesOn(one))} />}
        </Await>
      </Card>
    </>
  );
}

function Restores({ of }: { of: readonly Operation[] }): JSX.Element {
  const { t, said } = useWords();
  if (of.length === 0) return <Empty lead={t.history.noRestores} />;
  return (
    <Table
      cards
      caption={t.history.restores}
      heads={[t.history.when, t.history.outcome, t.history.into, t.history.backup, t.history.by]}
    >
      {of.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <a href={to(['operations', one.id])}>
              <Moment at={one.createdAt} />
            </a>
          </th>
          <Cell label={t.history.outcome}>
            <EndMark state={one.state} />
            {one.problem !== null && <span class="under">{said(one.problem.code, one.problem.detail)}</span>}
          </Cell>
          <Cell label={t.history.into}>{one.result?.database ?? t.none}</Cell>
          <Cell label={t.history.backup}>
            <span class="mono">{typeof one.result?.backup === 'string' ? one.result.backup : t.none}</span>
          </Cell>
          <Cell label={t.history.by}>{one.by}</Cell>
        </tr>
      ))}
    </Table>
  );
}

function Schedule({ project }: { project: string }): JSX.Element {
  const { t, number, ago } = useWords();
  const loaded = useLoad((signal) => api.schedule(project, signal), [project], 30_000);
  const outcomes: Readonly<Record<string, string>> = t.schedule.outcome;
  return (
    <Card title={t.schedule.title}>
      <Await of={loaded}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <Empty lead={t.schedule.empty} hint={t.schedule.emptyHint} />
          ) : (
            <Table
              cards
              caption={t.schedule.caption}
              heads={[t.schedule.job, t.schedule.when, t.schedule.next, t.schedule.last]}
            >
              {jobs.map((one) => (
                <tr key={one.job}>
                  <th scope="row">{one.job}</th>
                  <Cell label={t.schedule.when}>
                    <code>{one.line}</code>
                    <span class="under">{one.timeZone}</span>
                  </Cell>
                  <Cell label={t.schedule.next}>
                    <Moment at={one.next} />
                    {one.runningSince !== null && (
                      <span class="under">{t.schedule.runningSince(ago(one.runningSince))}</span>
                    )}
                  </Cell>
                  <Cell label={t.schedule.last}>
                    {one.last === null ? (
                      t.never
                    ) : (
                      <>
                        <Moment at={one.last.startedAt} />
                        <span class="under">
                          {outcomes[one.last.outcome] ?? one.last.outcome}
                          {one.last.tries > 1 && ` · ${t.schedule.tries(number(one.last.tries))}`}
                          {one.last.message !== '' && ` · ${one.last.message}`}
                        </span>
                      </>
                    )}
                    {one.problem !== null && <span class="under">{one.problem}</span>}
                  </Cell>
                </tr>
              ))}
            </Table>
          )
        }
      </Await>
    </Card>
  );
}

function RetentionPart({ project }: { project: string }): JSX.Element {
  const { t, bytes, number } = useWords();
  const { session, say } = useShell();
  const loaded = useLoad((signal) => api.retention(project, signal), [project]);
  const [asking, setAsking] = useState(false);
  const prune = useAct(async () => {
    const { id } = await api.prune(project);
    say(t.retention.pruneStarted);
    go(to(['operations', id]));
  });
  return (
    <Card title={t.retention.title}>
      <Await of={loaded} rows={8}>
        {({ policy, decisions }) => {
          if (policy === '') return <Empty lead={t.retention.empty} />;
          const goes = decisions.filter((one) => !one.stays);
          const freed = goes.reduce((sum, one) => sum + one.storedSize, 0);
          const stays = number(decisions.length - goes.length);
          return (
            <>
              <Facts of={[[t.retention.policy, <code>{policy}</code>]]} />
              <div class="lead">
                <p class="summary">
                  {goes.length === 0
                    ? t.retention.summaryNone(stays)
                    : t.retention.summary(stays, number(goes.length), bytes(freed))}
                </p>
                {goes.length > 0 && may(session, 'ADMINISTER', project) && (
                  <button type="button" class="danger" onClick={() => setAsking(true)}>
                    {t.retention.prune}
                  </button>
                )}
              </div>
              <Table
                cards
                caption={t.retention.caption}
                heads={[
                  t.retention.backup,
                  t.retention.decision,
                  t.retention.reasons,
                  { text: t.retention.size, number: true },
                ]}
              >
                {decisions.map((one) => (
                  <tr key={one.id} class={one.stays ? '' : 'goes'}>
                    <th scope="row" class="mono">
                      {one.id}
                    </th>
                    <Cell label={t.retention.decision}>
                      <Pill kind={one.stays ? 'good' : 'warn'}>
                        {one.stays ? t.retention.stays : t.retention.goes}
                      </Pill>
                    </Cell>
                    <Cell label={t.retention.reasons}>{one.reasons.join(', ')}</Cell>
                    <Cell label={t.retention.size} number>
                      {bytes(one.storedSize)}
                    </Cell>
                  </tr>
                ))}
              </Table>
              {asking && (
                <Ask
                  title={t.retention.pruneTitle}
                  text={t.retention.pruneText(number(goes.length), bytes(freed))}
                  yes={t.retention.prune}
                  no={t.cancel}
                  danger
                  busy={prune.busy}
                  problem={prune.problem}
                  onYes={() => prune.run()}
                  onNo={() => setAsking(false)}
                />
              )}
            </>
          );
        }}
      </Await>
    </Card>
  );
}
