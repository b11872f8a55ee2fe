import type { JSX } from 'preact';
import { api, goesOn, type ProjectStatus } from '../api';
import { useLoad } from '../hooks';
import { useWords } from '../i18n';
import { to } from '../router';
import { Await, Card, Cell, Empty, Mark, PageTitle, StateMark, Table, When } from '../ui';
import { LIST_MILLIS, RunningNow } from './operations';

export function Overview(): JSX.Element {
  const { t, number } = useWords();
  const status = useLoad(api.status, [], 15_000);
  const operations = useLoad((signal) => api.operations(null, signal), [], LIST_MILLIS);
  const running = operations.data?.operations.filter(goesOn) ?? [];
  return (
    <>
      <PageTitle>{t.overview.title}</PageTitle>
      <RunningNow of={running} />
      <Await of={status}>
        {({ projects }) =>
          projects.length === 0 ? (
            <Empty lead={t.overview.empty} hint={t.overview.emptyHint} />
          ) : (
            <Card>
              <p class="summary">{summary(projects)}</p>
              <Table
                cards
                caption={t.overview.caption}
                heads={[
                  t.overview.project,
                  t.overview.state,
                  t.overview.last,
                  { text: t.overview.size, number: true },
                  t.overview.next,
                  t.overview.proven,
                ]}
              >
                {projects.map((project) => (
                  <Row key={`${project.project}@${project.repository}`} of={project} />
                ))}
              </Table>
            </Card>
          )
        }
      </Await>
    </>
  );

  function summary(projects: readonly ProjectStatus[]): string {
    const bad = projects.filter((one) => one.state !== 'OK' && one.state !== 'RUNNING').length;
    const count = number(projects.length);
    return bad === 0 ? t.overview.summaryGood(count) : t.overview.summaryBad(number(bad), count);
  }
}

function Row({ of }: { of: ProjectStatus }): JSX.Element {
  const { t, bytes, number, said } = useWords();
  return (
    <tr>
      <ProjectHead of={of} />
      <Cell label={t.overview.state}>
        <StateMark state={of.state} />
        {of.failure !== null && <span class="under">{said(of.failure.code, of.failure.reason)}</span>}
        {of.problem !== null && of.failure === null && <span class="under">{of.problem}</span>}
      </Cell>
      <Cell label={t.overview.last}>{of.startedAt === null ? t.never : <When at={of.startedAt} />}</Cell>
      <Cell label={t.overview.size} number>
        {of.storedSize === null ? t.none : bytes(of.storedSize)}
        <span class="under">{t.overview.total(bytes(of.totalStoredSize), number(of.backups))}</span>
      </Cell>
      <Cell label={t.overview.next}>
        {of.nextRun === null ? <span class="quiet">{t.overview.notScheduled}</span> : <When at={of.nextRun} />}
      </Cell>
      <Cell label={t.overview.proven}>
        <Proven of={of} />
      </Cell>
    </tr>
  );
}

/** The head of a row that is about a project in a repository. */
export function ProjectHead({ of }: { of: ProjectStatus }): JSX.Element {
  return (
    <th scope="row">
      <a href={to(['projects', of.project])}>{of.project}</a>
      <span class="under">{of.repository}</span>
    </th>
  );
}

/** Whether the newest backup is proven, or an older one, or none. */
export function Proven({ of }: { of: ProjectStatus }): JSX.Element {
  const { t, ago } = useWords();
  if (of.lastProvenAt !== null) {
    return <Mark sign="good">{t.overview.provenYes(ago(of.lastProvenAt))}</Mark>;
  }
  if (of.provenAt !== null) return <span>{t.overview.provenOlder(ago(of.provenAt))}</span>;
  return <span class="quiet">{t.overview.provenNever}</span>;
}
