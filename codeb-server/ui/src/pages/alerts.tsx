import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { troubles, wrongNow, wrongSince } from '../alerts';
import { api, may, type AlertChannel, type ProjectStatus, type TestedAlerts } from '../api';
import { useAct, useLoad, useShell } from '../hooks';
import { useWords } from '../i18n';
import { Sign } from '../signs';
import { Await, Card, Cell, Empty, Mark, PageTitle, ProblemBox, StateMark, Table, When } from '../ui';
import { ProjectHead } from './overview';

export function Alerts(): JSX.Element {
  const { t } = useWords();
  const { session } = useShell();
  return (
    <>
      <PageTitle>{t.alerts.title}</PageTitle>
      <p class="quiet">{t.alerts.lead}</p>
      <Wrong />
      {may(session, 'ADMINISTER', '*') ? (
        <Channels />
      ) : (
        <Card title={t.alerts.channels}>
          <p>{t.alerts.channelsForbidden}</p>
        </Card>
      )}
    </>
  );
}

function Wrong(): JSX.Element {
  const { t } = useWords();
  const status = useLoad(api.status, [], 15_000);
  return (
    <Card title={t.alerts.wrong}>
      <Await of={status} rows={2}>
        {({ projects }) => {
          const wrong = wrongNow(projects);
          if (projects.length === 0) return <Empty lead={t.overview.empty} hint={t.overview.emptyHint} />;
          if (wrong.length === 0) {
            return (
              <p>
                <Mark sign="good">{t.alerts.wrongNone}</Mark>
              </p>
            );
          }
          return (
            <Table
              cards
              caption={t.alerts.wrong}
              heads={[t.overview.project, t.overview.state, t.alerts.what, t.alerts.since]}
            >
              {wrong.map((one) => (
                <WrongRow key={`${one.project}@${one.repository}`} of={one} />
              ))}
            </Table>
          );
        }}
      </Await>
    </Card>
  );
}

function WrongRow({ of }: { of: ProjectStatus }): JSX.Element {
  const { t, said } = useWords();
  const since = wrongSince(of);
  return (
    <tr>
      <ProjectHead of={of} />
      <Cell label={t.overview.state}>
        <StateMark state={of.state} />
      </Cell>
      <Cell label={t.alerts.what}>
        {(of.failure && said(of.failure.code, of.failure.reason)) ??
          of.problem ??
          t.stateLong[of.late ? 'LATE' : of.state] ??
          of.state}
        {of.failure !== null && (
          <span class="under">
            <code>{of.failure.code}</code>
          </span>
        )}
      </Cell>
      <Cell label={t.alerts.since}>{since === null ? t.none : <When at={since} />}</Cell>
    </tr>
  );
}

function Channels(): JSX.Element {
  const { t } = useWords();
  const channels = useLoad(api.alerts, [], 30_000);
  const [tested, setTested] = useState<TestedAlerts | null>(null);
  const test = useAct(async () => {
    setTested(null);
    setTested(await api.testAlerts());
    channels.reload();
  });
  return (
    <Card title={t.alerts.channels}>
      <Await of={channels} rows={2}>
        {(known) =>
          known.channels.length === 0 ? (
            <p class="box warn">{t.alerts.none}</p>
          ) : (
            <>
              <Table
                cards
                caption={t.alerts.channels}
                heads={[t.alerts.channel, t.alerts.gets, t.alerts.whose, t.alerts.counts, t.alerts.last]}
              >
                {known.channels.map((one) => (
                  <ChannelRow key={one.channel} of={one} />
                ))}
              </Table>
              <p class="actions">
                <button type="button" disabled={test.busy} onClick={() => test.run()}>
                  {test.busy ? t.alerts.testing : t.alerts.test}
                </button>
              </p>
            </>
          )
        }
      </Await>
      {test.problem !== undefined && <ProblemBox problem={test.problem} />}
      <div role="status">{tested !== null && <Outcome of={tested} />}</div>
    </Card>
  );
}

function ChannelRow({ of }: { of: AlertChannel }): JSX.Element {
  const { t, number, ago, said } = useWords();
  const kinds: Readonly<Record<string, string>> = t.alerts.kind;
  const some = troubles(of.kinds, Object.keys(kinds));
  const more = [
    of.waiting > 0 ? t.alerts.waiting(number(of.waiting)) : '',
    of.undelivered > 0 ? t.alerts.undelivered(number(of.undelivered)) : '',
    of.heldBack > 0 ? t.alerts.heldBack(number(of.heldBack)) : '',
  ].filter((one) => one !== '');
  return (
    <tr>
      <th scope="row">
        {of.channel}
        <span class="under">{of.provider}</span>
      </th>
      <Cell label={t.alerts.gets}>
        {some === null ? t.alerts.allKinds : some.map((one) => kinds[one] ?? one).join(', ')}
      </Cell>
      <Cell label={t.alerts.whose}>{of.projects.length === 0 ? t.alerts.allProjects : of.projects.join(', ')}</Cell>
      <Cell label={t.alerts.counts}>
        {t.alerts.deliveredCount(number(of.delivered))}
        {more.map((one) => (
          <span class="under" key={one}>
            {one}
          </span>
        ))}
      </Cell>
      <Cell label={t.alerts.last}>
        {of.failure !== null ? (
          <>
            <Mark sign="bad">{t.alerts.failedAt(ago(of.failure.at))}</Mark>
            <span class="under">
              {said(of.failure.code, of.failure.reason)} <code>{of.failure.code}</code>
            </span>
          </>
        ) : of.deliveredAt !== null ? (
          <Mark sign="good">{t.alerts.deliveredAt(ago(of.deliveredAt))}</Mark>
        ) : (
          <span class="quiet">{t.alerts.noneYet}</span>
        )}
      </Cell>
    </tr>
  );
}

/** What came of a test, one line for each channel. */
function Outcome({ of }: { of: TestedAlerts }): JSX.Element {
  const { t, said } = useWords();
  if (of.delivered.length + of.failures.length === 0) return <p class="box warn">{t.alerts.none}</p>;
  return (
    <div class="stack">
      {of.delivered.map((one) => (
        <p class="box good" key={one}>
          <Sign of="good" /> {t.alerts.delivered(one)}
        </p>
      ))}
      {of.failures.map((one) => (
        <p class="box bad" key={one.subject}>
          <Sign of="bad" /> {t.alerts.failed(one.subject)}: {said(one.code, one.reason)} <code>{one.code}</code>
        </p>
      ))}
    </div>
  );
}
