import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, goesOn, may, type Operation } from '../api';
import { useAct, useLoad, useNow, useOperation, useShell } from '../hooks';
import { useWords, type Words } from '../i18n';
import { to } from '../router';
import type { Connection } from '../sse';
import { Ask, Await, Card, Cell, EndMark, Empty, Facts, Moment, PageTitle, ProblemBox, Table } from '../ui';

export function kindOf(operation: Operation, { t }: Words): string {
  const kinds: Readonly<Record<string, string>> = t.operations.kind;
  return kinds[operation.kind.toLowerCase()] ?? operation.kind;
}

export function Operations(): JSX.Element {
  const { t } = useWords();
  const loaded = useLoad((signal) => api.operations(null, signal), [], LIST_MILLIS);
  return (
    <>
      <PageTitle>{t.operations.title}</PageTitle>
      <Await of={loaded}>
        {({ operations }) => {
          const running = operations.filter(goesOn);
          const ended = operations.filter((one) => !goesOn(one));
          return (
            <>
              <Card title={t.operations.running}>
                {running.length === 0 ? (
                  <p class="quiet">{t.operations.none}</p>
                ) : (
                  <ul class="operations">
                    {running.map((one) => (
                      <OperationRow key={one.id} operation={one} />
                    ))}
                  </ul>
                )}
              </Card>
              <Card title={t.operations.ended}>
                {ended.length === 0 ? <Empty lead={t.operations.noneEver} /> : <Ended of={ended} />}
              </Card>
            </>
          );
        }}
      </Await>
    </>
  );
}

function Ended({ of }: { of: readonly Operation[] }): JSX.Element {
  const words = useWords();
  const { t, duration, said } = words;
  return (
    <Table
      cards
      caption={t.operations.caption}
      heads={[t.operations.title, t.overview.state, t.operations.started, t.operations.took, t.operations.by]}
    >
      {of.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <a href={to(['operations', one.id])}>
              {kindOf(one, words)} {t.operations.of(one.project)}
            </a>
          </th>
          <Cell label={t.overview.state}>
            <EndMark state={one.state} />
            {one.problem !== null && <span class="under">{said(one.problem.code, one.problem.detail)}</span>}
          </Cell>
          <Cell label={t.operations.started}>
            <Moment at={one.createdAt} />
          </Cell>
          <Cell label={t.operations.took}>
            {one.endedAt === null ? t.none : duration(span(one.startedAt ?? one.createdAt, one.endedAt))}
          </Cell>
          <Cell label={t.operations.by}>{one.by}</Cell>
        </tr>
      ))}
    </Table>
  );
}

function span(from: string, until: string): number {
  return new Date(until).getTime() - new Date(from).getTime();
}

/** What goes on, at the head of a page; nothing where nothing does. */
export function RunningNow({ of }: { of: readonly Operation[] }): JSX.Element | null {
  const { t } = useWords();
  if (of.length === 0) return null;
  return (
    <Card title={t.overview.running}>
      <ul class="operations">
        {of.map((one) => (
          <OperationRow key={one.id} operation={one} />
        ))}
      </ul>
    </Card>
  );
}

/** One that runs, with its bar, in a list. Lists are asked for again and again; who opens it follows it. */
function OperationRow({ operation }: { operation: Operation }): JSX.Element {
  const words = useWords();
  return (
    <li>
      <div class="operation-head">
        <a href={to(['operations', operation.id])}>
          {kindOf(operation, words)} {words.t.operations.of(operation.project)}
        </a>
        <EndMark state={operation.state} />
      </div>
      <Bar operation={operation} />
    </li>
  );
}

/** How often lists of operations are asked for. */
export const LIST_MILLIS = 2_000;

/** Whether what is seen is what is. Said aloud only when it is lost, or comes back. */
function Link({ connection }: { connection: Connection }): JSX.Element {
  const { t } = useWords();
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (connection === 'lost') setLost(true);
  }, [connection]);
  return (
    <span class={`link ${connection}`} role="status" data-connection={connection}>
      {connection === 'lost' && t.net.lost}
      {connection === 'open' && (lost ? t.net.back : <span class="hidden">{t.net.live}</span>)}
      {connection === 'refused' && t.net.refused}
    </span>
  );
}

function Bar({ operation }: { operation: Operation }): JSX.Element {
  const words = useWords();
  const { t, bytes, number, percent, duration } = words;
  const { progress } = operation;
  const running = goesOn(operation);
  const now = useNow(1_000, running);
  const total = progress?.allBytes ?? 0;
  const known = progress !== null && total > 0;
  // a total is an estimate: a run that goes past it is not at its end
  const part = known ? Math.min(progress.doneBytes / total, 0.99) : 0;
  // these are told of one stream alone: beside the bytes of several they would be too few
  const isOnly = progress !== null && progress.bytes === progress.doneBytes;
  const end = operation.endedAt === null ? now : new Date(operation.endedAt).getTime();
  const label = `${kindOf(operation, words)} ${t.operations.of(operation.project)}`;
  return (
    <div class={`bar ${operation.state}`}>
      {running &&
        (known ? <progress aria-label={label} max={1} value={part} /> : <progress aria-label={label} max={1} />)}
      <p class="bar-says">
        {running && known && <strong>{percent(part)}</strong>}
        {running && operation.stage !== null && <span>{words.stage(operation.stage)}</span>}
        {progress !== null && progress.doneBytes > 0 && (
          <span>
            {running && known
              ? t.operations.bytesOf(bytes(progress.doneBytes), bytes(total))
              : t.operations.bytes(bytes(progress.doneBytes))}
          </span>
        )}
        {isOnly && progress.storedBytes > 0 && (
          <span>{t.operations.stored(bytes(progress.storedBytes))}</span>
        )}
        {isOnly && progress.rows > 0 && <span>{t.operations.rows(number(progress.rows))}</span>}
        <span>{duration(Math.max(0, end - new Date(operation.startedAt ?? operation.createdAt).getTime()))}</span>
      </p>
    </div>
  );
}

export function OperationPage({ id }: { id: string }): JSX.Element {
  const words = useWords();
  const { t } = words;
  const { say } = useShell();
  const { operation, connection } = useOperation(id);
  const title =
    operation === undefined
      ? t.operations.title
      : `${kindOf(operation, words)} ${t.operations.of(operation.project)}`;
  const state = operation?.state;
  const [before, setBefore] = useState(state);
  useEffect(() => {
    if (
      before !== undefined &&
      state !== undefined &&
      (before === 'QUEUED' || before === 'RUNNING') &&
      operation !== undefined &&
      !goesOn(operation)
    ) {
      say(t.operations.announce(title, t.operations.state[state]));
    }
    setBefore(state);
  }, [state]);

  return (
    <>
      <PageTitle of={<a href={to(['operations'])}>{t.operations.title}</a>}>{title}</PageTitle>
      {operation === undefined ? (
        <Card>
          <Link connection={connection} />
          {connection !== 'refused' && connection !== 'lost' && (
            <p class="quiet" role="status">
              {t.loading}
            </p>
          )}
        </Card>
      ) : (
        <Details operation={operation} connection={connection} />
      )}
    </>
  );
}

function Details({ operation, connection }: { operation: Operation; connection: Connection }): JSX.Element {
  const words = useWords();
  const { t, number } = words;
  const { session } = useShell();
  const [asking, setAsking] = useState(false);
  const cancel = useAct(async () => {
    await api.cancel(operation.id);
    setAsking(false);
  });
  const running = goesOn(operation);
  const backup = backupOf(operation);
  const mayCancel = (['BACK_UP', 'RESTORE', 'DEPLOY', 'ADMINISTER'] as const).some((role) =>
    may(session, role, operation.project),
  );
  useEffect(() => {
    if (!running) setAsking(false);
  }, [running]);
  return (
    <>
      <Card>
        <div class="operation-head large">
          <EndMark state={operation.state} />
          <Link connection={connection} />
          {running && mayCancel && (
            <button type="button" class="danger" onClick={() => setAsking(true)}>
              {t.operations.cancel}
            </button>
          )}
        </div>
        <Bar operation={operation} />
        <Facts
          of={[
            [t.overview.project, <a href={to(['projects', operation.project])}>{operation.project}</a>],
            [t.operations.started, <Moment at={operation.createdAt} />],
            [t.operations.by, operation.by],
            ...(operation.result?.database === undefined
              ? []
              : [[t.project.database, operation.result.database] as const]),
            ...(typeof operation.result?.backup === 'string'
              ? [[t.operations.kind.backup, <span class="mono">{operation.result.backup}</span>] as const]
              : []),
            ...(operation.result?.release === undefined
              ? []
              : [
                  [
                    t.releases.release,
                    <a href={to(['projects', operation.project, 'releases'])}>
                      {number(operation.result.release.number)}
                    </a>,
                  ] as const,
                ]),
            ...(typeof operation.result?.restored === 'string'
              ? [[t.operations.kind.restore, <span class="mono">{operation.result.restored}</span>] as const]
              : []),
            ...(operation.result?.records === undefined
              ? []
              : [[t.project.records, number(operation.result.records)] as const]),
          ]}
        />
        {backup !== null && (
          <p class="actions">
            <a class="button" href={to(['projects', operation.project, 'backups', ...backup])}>
              {t.operations.openBackup}
            </a>
          </p>
        )}
      </Card>
      {operation.problem !== null && operation.state !== 'CANCELLED' && (
        <ProblemBox problem={{ ...operation.problem, message: operation.problem.detail }} />
      )}
      {(operation.result?.notices?.length ?? 0) > 0 && (
        <Card title={t.operations.notices}>
          <ul>
            {operation.result?.notices?.map((notice) => (
              <li key={notice.message}>
                {notice.message} <code>{notice.id}</code>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {asking && (
        <Ask
          title={t.operations.cancelTitle}
          text={t.operations.cancelText}
          yes={cancel.busy ? t.operations.cancelling : t.operations.cancel}
          no={t.operations.keepRunning}
          danger
          busy={cancel.busy}
          problem={cancel.problem}
          onYes={() => cancel.run()}
          onNo={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** Repository and id of the backup that was made. */
function backupOf(operation: Operation): readonly [string, string] | null {
  const made = operation.result?.backup;
  return typeof made === 'object' && made !== null ? [made.repository, made.id] : null;
}
