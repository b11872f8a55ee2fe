import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, may, type Release } from '../api';
import { useAct, useLoad, useShell } from '../hooks';
import { useWords } from '../i18n';
import { newestFirst, partsOfRef, serving, short, ways } from '../releases';
import { go, to } from '../router';
import { Ask, Await, Card, Cell, Empty, Moment, PageTitle, Pill, Table, TypedName } from '../ui';

/** The releases of a project that is chosen here. */
export function Releases(): JSX.Element {
  const { t } = useWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const status = useLoad(api.status, []);
  return (
    <>
      <PageTitle>{t.releases.title}</PageTitle>
      <p class="quiet">{t.releases.lead}</p>
      <Card>
        <Await of={status}>
          {({ projects }) => {
            const names = [...new Set(projects.map((one) => one.project))];
            const project = chosen ?? names[0];
            if (project === undefined) return <Empty lead={t.overview.empty} hint={t.overview.emptyHint} />;
            return (
              <>
                <label class="field narrow">
                  <span>{t.releases.project}</span>
                  <select
                    name="project"
                    value={project}
                    onChange={(event) => setChosen(event.currentTarget.value)}
                  >
                    {names.map((one) => (
                      <option key={one} value={one}>
                        {one}
                      </option>
                    ))}
                  </select>
                </label>
                <ReleaseList key={project} project={project} />
              </>
            );
          }}
        </Await>
      </Card>
    </>
  );
}

export function ReleaseList({ project }: { project: string }): JSX.Element {
  const { t, said } = useWords();
  const loaded = useLoad((signal) => api.releases(project, signal), [project], 30_000);
  // a server that was made without deployments has no such path
  if (loaded.problem?.status === 404) return <Empty lead={t.releases.notHere} />;
  return (
    <Await of={loaded}>
      {({ releases, unreadable = [] }) => (
        <>
          {unreadable.map((one) => (
            <p class="box warn" key={one.journal}>
              {t.releases.unreadable(one.journal)}: {said(one.code, one.reason)} <code>{one.code}</code>
            </p>
          ))}
          {releases.length > 0 ? (
            <ReleaseTable project={project} of={releases} />
          ) : (
            unreadable.length === 0 && <Empty lead={t.releases.empty} hint={t.releases.emptyHint} />
          )}
        </>
      )}
    </Await>
  );
}

function ReleaseTable({ project, of }: { project: string; of: readonly Release[] }): JSX.Element {
  const { t } = useWords();
  const { session } = useShell();
  const [asking, setAsking] = useState<Release | null>(null);
  const serves = serving(of);
  return (
    <>
      <Table
        cards
        caption={t.releases.caption}
        heads={[
          t.releases.release,
          t.releases.deployed,
          t.releases.commit,
          t.releases.migrations,
          t.releases.image,
          t.releases.backup,
        ]}
      >
        {newestFirst(of).map((one) => (
          <Row
            key={one.number}
            of={one}
            serves={one.number === serves}
            {...(may(session, 'DEPLOY', project) && ways(one) !== 'none' ? { onBack: () => setAsking(one) } : {})}
          />
        ))}
      </Table>
      {asking !== null && <BringBack project={project} release={asking} onNo={() => setAsking(null)} />}
    </>
  );
}

function Row({ of, serves, onBack }: { of: Release; serves: boolean; onBack?: () => void }): JSX.Element {
  const { t, number, said } = useWords();
  return (
    <tr>
      <th scope="row">
        {number(of.number)} {serves && <Pill kind="good">{t.releases.serves}</Pill>}
        {of.broughtBack !== null && <span class="under">{t.releases.bringsBack(number(of.broughtBack))}</span>}
      </th>
      <Cell label={t.releases.deployed}>
        <Moment at={of.at} />
      </Cell>
      <Cell label={t.releases.commit}>
        <code class="short" title={of.commit}>
          {short(of.commit)}
        </code>
      </Cell>
      <Cell label={t.releases.migrations}>
        {of.migrations === null ? (
          <span class="quiet">{t.releases.notKnown}</span>
        ) : (
          <span class="long">
            {of.migrations.map((one) => (one === '' ? t.releases.noMigration : one)).join(', ') || t.none}
          </span>
        )}
      </Cell>
      <Cell label={t.releases.image}>
        <code class="short" title={of.image}>
          {short(of.image)}
        </code>
        <span class="under">{of.container}</span>
      </Cell>
      <Cell label={t.releases.backup}>
        <BackupLink backup={of.backup} />
        {!serves && of.obstacle !== null && <span class="under">{said(of.obstacle.code, of.obstacle.reason)}</span>}
        {onBack !== undefined && (
          <span class="under">
            <button
              type="button"
              class="small"
              aria-label={t.releases.bringBackThis(number(of.number))}
              onClick={onBack}
            >
              {t.releases.bringBack}
            </button>
          </span>
        )}
      </Cell>
    </tr>
  );
}

/** Asks how, and for the project's name, typed: the version that serves goes, and with it, perhaps, the database. */
function BringBack({
  project,
  release,
  onNo,
}: {
  project: string;
  release: Release;
  onNo: () => void;
}): JSX.Element {
  const { t, number, said } = useWords();
  const { say } = useShell();
  const together = ways(release) === 'both';
  const [alone, setAlone] = useState(!together);
  const [typed, setTyped] = useState('');
  const start = useAct(async () => {
    const { id } = await api.bringBack(project, release.number, alone, typed);
    say(t.releases.started);
    go(to(['operations', id]));
  });
  return (
    <Ask
      title={t.releases.askTitle(number(release.number))}
      text={t.releases.askText}
      yes={t.releases.bringBackNow}
      no={t.cancel}
      danger
      ready={typed === project}
      busy={start.busy}
      problem={start.problem}
      onYes={() => start.run()}
      onNo={onNo}
    >
      <fieldset>
        <legend>{t.project.database}</legend>
        <label class="choice">
          <input
            type="radio"
            name="database"
            checked={!alone}
            disabled={!together}
            onChange={() => setAlone(false)}
          />
          <span>
            <strong>{t.releases.together}</strong>
            <span class="under">
              {together
                ? t.releases.togetherText
                : release.obstacle && said(release.obstacle.code, release.obstacle.reason)}
            </span>
          </span>
        </label>
        <label class="choice">
          <input type="radio" name="database" checked={alone} onChange={() => setAlone(true)} />
          <span>
            <strong>{t.releases.alone}</strong>
            <span class="under">{t.releases.aloneText}</span>
          </span>
        </label>
      </fieldset>
      <TypedName label={t.releases.typeName(project)} value={typed} onType={setTyped} />
    </Ask>
  );
}

function BackupLink({ backup }: { backup: string | null }): JSX.Element {
  const { t } = useWords();
  if (backup === null) return <span class="quiet">{t.releases.noBackup}</span>;
  const parts = partsOfRef(backup);
  if (parts === null) return <span class="mono">{backup}</span>;
  const [repository, project, id] = parts;
  return (
    <a class="mono" href={to(['projects', project, 'backups', repository, id])}>
      {id}
    </a>
  );
}
