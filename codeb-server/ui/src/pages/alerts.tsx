import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, may, type TestedAlerts } from '../api';
import { useAct, useShell } from '../hooks';
import { useWords } from '../i18n';
import { Sign } from '../signs';
import { Card, PageTitle, ProblemBox } from '../ui';

export function Alerts(): JSX.Element {
  const { t } = useWords();
  const { session } = useShell();
  const [tested, setTested] = useState<TestedAlerts | null>(null);
  const test = useAct(async () => setTested(await api.testAlerts()));
  return (
    <>
      <PageTitle>{t.alerts.title}</PageTitle>
      <p class="quiet">{t.alerts.lead}</p>
      <Card>
        {may(session, 'ADMINISTER', '*') ? (
          <p class="actions">
            <button type="button" disabled={test.busy} onClick={() => test.run()}>
              {test.busy ? t.alerts.testing : t.alerts.test}
            </button>
          </p>
        ) : (
          <p>{t.forbidden}</p>
        )}
        {test.problem !== undefined && <ProblemBox problem={test.problem} />}
        <div role="status">{tested !== null && <Outcome of={tested} />}</div>
      </Card>
    </>
  );
}

function Outcome({ of }: { of: TestedAlerts }): JSX.Element {
  const { t, number } = useWords();
  if (of.delivered.length + of.failures.length === 0) return <p class="box warn">{t.alerts.none}</p>;
  return (
    <div class="stack">
      {of.delivered.length > 0 && (
        <p class="box good">
          <Sign of="good" /> {t.alerts.delivered(number(of.delivered.length))}: {of.delivered.join(', ')}
        </p>
      )}
      {of.failures.map((one) => (
        <p class="box bad" key={one.subject}>
          <Sign of="bad" /> {t.alerts.failed}: {one.subject} · {one.reason} <code>{one.code}</code>
        </p>
      ))}
    </div>
  );
}
