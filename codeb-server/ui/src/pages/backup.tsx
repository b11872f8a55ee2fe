import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, may, type Backup } from '../api';
import { useAct, useLoad, useShell } from '../hooks';
import { useWords } from '../i18n';
import { go, to } from '../router';
import { Ask, Await, Card, Empty, Facts, Moment, PageTitle, ProblemBox, Table } from '../ui';
import { Marks, TableRowsTable, took } from './project';

export function BackupPage({
  project,
  repository,
  id,
}: {
  project: string;
  repository: string;
  id: string;
}): JSX.Element {
  const { t, bytes, number, duration } = useWords();
  const loaded = useLoad((signal) => api.backup(project, repository, id, signal), [project, repository, id]);
  return (
    <>
      <PageTitle of={<a href={to(['projects', project, 'backups'])}>{project}</a>}>{t.backup.title(id)}</PageTitle>
      <Await of={loaded} rows={8}>
        {({ backup, entries, tables }) => (
          <>
            <div class="lead">
              <Marks of={backup} />
              <Actions backup={backup} reload={loaded.reload} />
            </div>
            <Card title={t.backup.facts}>
              <Facts
                of={[
                  [t.backup.started, <Moment at={backup.startedAt} />],
                  [t.backups.took, duration(took(backup))],
                  [t.backup.server, `${backup.engine} ${backup.serverVersion}`],
                  [t.backup.database, backup.database],
                  [t.backup.records, number(backup.records)],
                  [t.backup.raw, bytes(backup.rawSize)],
                  [t.backup.stored, bytes(backup.storedSize)],
                  [t.backup.encrypted, backup.encrypted ? t.yes : t.no],
                  [t.backup.proven, backup.provenAt === null ? t.never : <Moment at={backup.provenAt} />],
                  ...(backup.pinnedBecause === null ? [] : [[t.backup.pinned, backup.pinnedBecause] as const]),
                  ...(backup.base === null
                    ? []
                    : [[t.backup.base, <span class="mono">{backup.base}</span>] as const]),
                ]}
              />
            </Card>
            <Card title={t.backup.tables}>
              {tables.length === 0 ? <Empty lead={t.backup.noTables} /> : <TableRowsTable of={tables} />}
            </Card>
            <Card title={t.backup.entries}>
              <Table
                caption={t.backup.entries}
                heads={[
                  t.backup.entry,
                  t.backup.kind,
                  { text: t.backup.raw, number: true },
                  { text: t.backup.stored, number: true },
                  t.backup.codecs,
                ]}
              >
                {entries.map((one) => (
                  <tr key={one.name}>
                    <th scope="row" class="mono">
                      {one.name}
                    </th>
                    <td>{one.kind}</td>
                    <td class="number">{bytes(one.rawSize)}</td>
                    <td class="number">{bytes(one.storedSize)}</td>
                    <td>{one.codecs.join(', ')}</td>
                  </tr>
                ))}
              </Table>
            </Card>
          </>
        )}
      </Await>
    </>
  );
}

function Actions({ backup, reload }: { backup: Backup; reload: () => void }): JSX.Element {
  const { t } = useWords();
  const { session, say } = useShell();
  const { project } = backup;
  const [asking, setAsking] = useState<'pin' | 'remove' | null>(null);
  const [reason, setReason] = useState('');
  const verify = useAct(async () => go(to(['operations', (await api.verify(backup)).id])));
  const drill = useAct(async () => go(to(['operations', (await api.drill(project, backup.ref)).id])));
  const pin = useAct(async () => {
    await api.pin(backup, reason);
    setAsking(null);
    say(t.backup.pinDone);
    reload();
  });
  const unpin = useAct(async () => {
    await api.unpin(backup);
    say(t.backup.unpinDone);
    reload();
  });
  const remove = useAct(async () => {
    await api.remove(backup);
    say(t.backup.removed);
    go(to(['projects', project, 'backups']));
  });
  const problem = verify.problem ?? drill.problem ?? unpin.problem;
  return (
    <>
      <div class="actions">
        {may(session, 'RESTORE', project) && (
          <a class="button primary" href={to(['projects', project, 'restore'], { backup: backup.ref })}>
            {t.backup.restore}
          </a>
        )}
        {may(session, 'BACK_UP', project) && (
          <button type="button" disabled={verify.busy} onClick={() => verify.run()}>
            {t.backup.verify}
          </button>
        )}
        {may(session, 'RESTORE', project) && (
          <>
            <button type="button" disabled={drill.busy} onClick={() => drill.run()}>
              {t.backup.drill}
            </button>
            <a class="button" href={api.download(backup)} download>
              {t.backup.download}
            </a>
          </>
        )}
        {may(session, 'BACK_UP', project) &&
          (backup.pinnedBecause === null ? (
            <button
              type="button"
              onClick={() => {
                pin.forget();
                setAsking('pin');
              }}
            >
              {t.backup.pin}
            </button>
          ) : (
            <button type="button" disabled={unpin.busy} onClick={() => unpin.run()}>
              {t.backup.unpin}
            </button>
          ))}
        {may(session, 'ADMINISTER', project) && (
          <button
            type="button"
            class="danger"
            onClick={() => {
              remove.forget();
              setAsking('remove');
            }}
          >
            {t.backup.remove}
          </button>
        )}
      </div>
      {problem !== undefined && <ProblemBox problem={problem} />}
      {asking === 'pin' && (
        <Ask
          title={t.backup.pin}
          text={backup.id}
          yes={t.backup.pin}
          no={t.cancel}
          busy={pin.busy}
          problem={pin.problem}
          onYes={() => pin.run()}
          onNo={() => setAsking(null)}
        >
          <label class="field">
            <span>{t.backup.pinReason}</span>
            <input
              required
              maxLength={200}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        </Ask>
      )}
      {asking === 'remove' && (
        <Ask
          title={t.backup.removeTitle}
          text={t.backup.removeText}
          yes={t.backup.remove}
          no={t.cancel}
          danger
          busy={remove.busy}
          problem={remove.problem}
          onYes={() => remove.run()}
          onNo={() => setAsking(null)}
        />
      )}
    </>
  );
}
