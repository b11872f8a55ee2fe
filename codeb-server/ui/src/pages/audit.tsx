import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, type AuditEntry } from '../api';
import { useAct, useLoad } from '../hooks';
import { useWords } from '../i18n';
import { to } from '../router';
import { Await, Card, Cell, Empty, Moment, PageTitle, Pill, ProblemBox, Table } from '../ui';

export function Audit(): JSX.Element {
  const { t } = useWords();
  const [project, setProject] = useState<string | null>(null);
  const status = useLoad(api.status, []);
  return (
    <>
      <PageTitle>{t.audit.title}</PageTitle>
      <p class="quiet">{t.audit.lead}</p>
      <Card>
        <label class="field narrow">
          <span>{t.audit.project}</span>
          <select
            value={project ?? ''}
            onChange={(event) => setProject(event.currentTarget.value === '' ? null : event.currentTarget.value)}
          >
            <option value="">{t.audit.all}</option>
            {status.data?.projects.map((one) => (
              <option key={one.project} value={one.project}>
                {one.project}
              </option>
            ))}
          </select>
        </label>
        <Entries key={project ?? ''} project={project} />
      </Card>
    </>
  );
}

function Entries({ project }: { project: string | null }): JSX.Element {
  const { t } = useWords();
  const first = useLoad((signal) => api.audit(project, null, signal), [project]);
  const [older, setOlder] = useState<{ entries: readonly AuditEntry[]; next: string | null } | null>(null);
  const next = older === null ? (first.data?.next ?? null) : older.next;
  const more = useAct(async () => {
    const page = await api.audit(project, next);
    setOlder({ entries: [...(older?.entries ?? []), ...page.entries], next: page.next });
  });
  return (
    <Await of={first} rows={8}>
      {({ entries }) =>
        entries.length === 0 ? (
          <Empty lead={t.audit.empty} />
        ) : (
          <>
            <Table
              cards
              caption={t.audit.caption}
              heads={[t.audit.at, t.audit.who, t.audit.action, t.audit.project, t.audit.from, t.audit.outcome]}
            >
              {[...entries, ...(older?.entries ?? [])].map((one, index) => (
                <tr key={index}>
                  <th scope="row">
                    <Moment at={one.at} />
                  </th>
                  <Cell label={t.audit.who}>{one.name ?? t.none}</Cell>
                  <Cell label={t.audit.action}>
                    <code>
                      {one.method} {one.route}
                    </code>
                    {one.operation !== null && (
                      <a class="under" href={to(['operations', one.operation])}>
                        {t.operations.show}
                      </a>
                    )}
                  </Cell>
                  <Cell label={t.audit.project}>
                    {one.project === null ? t.none : <a href={to(['projects', one.project])}>{one.project}</a>}
                  </Cell>
                  <Cell label={t.audit.from}>
                    <span class="mono nowrap">{one.address}</span>
                  </Cell>
                  <Cell label={t.audit.outcome}>
                    <Pill kind={one.status < 400 ? 'good' : 'warn'}>
                      {one.status < 400 ? t.audit.done : t.audit.refused}
                    </Pill>{' '}
                    {one.code === null ? <span class="quiet">{one.status}</span> : <code>{one.code}</code>}
                  </Cell>
                </tr>
              ))}
            </Table>
            {more.problem !== undefined && <ProblemBox problem={more.problem} />}
            {next !== null && (
              <p class="actions">
                <button type="button" disabled={more.busy} onClick={() => more.run()}>
                  {t.more}
                </button>
              </p>
            )}
          </>
        )
      }
    </Await>
  );
}
