import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Backup, type RestorePlan, type RestoreWish } from '../api';
import { useAct, useLoad } from '../hooks';
import { useWords } from '../i18n';
import { go, to } from '../router';
import { Sign } from '../signs';
import { Await, Empty, Facts, Findings, Moment, PageTitle, ProblemBox, TypedName } from '../ui';

type Step = 'choose' | 'look' | 'confirm';
const STEPS: readonly Step[] = ['choose', 'look', 'confirm'];
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Three steps: what and where to, what would happen, and the word for it. Only the last one changes anything. */
export function Restore({ project, asked }: { project: string; asked: string | null }): JSX.Element {
  const { t } = useWords();
  const backups = useLoad((signal) => api.backups(project, null, 100, signal), [project]);
  return (
    <>
      <PageTitle of={<a href={to(['projects', project])}>{project}</a>}>{t.restore.title(project)}</PageTitle>
      <Await of={backups}>
        {(listed) =>
          listed.backups.length === 0 ? (
            <Empty lead={t.restore.noBackups} hint={t.backups.emptyHint} />
          ) : (
            <Wizard project={project} backups={listed.backups} asked={asked} />
          )
        }
      </Await>
    </>
  );
}

function Wizard({
  project,
  backups,
  asked,
}: {
  project: string;
  backups: readonly Backup[];
  asked: string | null;
}): JSX.Element {
  const { t, number } = useWords();
  const [step, setStep] = useState<Step>('choose');
  const [ref, setRef] = useState(asked ?? backups[0]!.ref);
  const [where, setWhere] = useState<'beside' | 'live'>('beside');
  const [name, setName] = useState(`${backups[0]!.database}_restored`.slice(0, 63));
  const [plan, setPlan] = useState<RestorePlan | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(false);
  useEffect(() => {
    if (shown.current) heading.current?.focus();
    shown.current = true;
  }, [step]);

  const wish: RestoreWish = {
    backup: ref,
    into: where === 'live' ? null : name,
    mode: where === 'live' ? 'replacing' : 'new',
  };
  const look = useAct(async () => {
    setPlan(await api.planRestore(project, wish));
    setStep('look');
  });
  const at = STEPS.indexOf(step);
  return (
    <>
      <ol class="steps" aria-label={t.restore.steps}>
        {STEPS.map((one, index) => (
          <li
            key={one}
            class={index < at ? 'done' : ''}
            {...(one === step ? { 'aria-current': 'step' as const } : {})}
          >
            <span class="step-number" aria-hidden="true">
              {index < at ? '✓' : number(index + 1)}
            </span>
            {t.restore[one]}
          </li>
        ))}
      </ol>
      <section class="card">
        <h2 tabIndex={-1} ref={heading}>
          <span class="hidden">{t.restore.step(number(at + 1), number(STEPS.length))}: </span>
          {t.restore[step]}
        </h2>
        {step === 'choose' && (
          <Choose
            {...{ backups, refOf: ref, setRef, where, setWhere, name, setName, asked }}
            busy={look.busy}
            onNext={() => look.run()}
          />
        )}
        {step === 'choose' && look.problem !== undefined && <ProblemBox problem={look.problem} />}
        {step === 'look' && plan !== null && (
          <Look
            plan={plan}
            live={where === 'live'}
            busy={look.busy}
            onBack={() => setStep('choose')}
            onAgain={() => look.run()}
            onNext={() => setStep('confirm')}
          />
        )}
        {step === 'look' && look.problem !== undefined && <ProblemBox problem={look.problem} />}
        {step === 'confirm' && plan !== null && (
          <Confirm project={project} wish={wish} live={where === 'live'} plan={plan} onBack={() => setStep('look')} />
        )}
      </section>
    </>
  );
}

function Choose(props: {
  backups: readonly Backup[];
  refOf: string;
  setRef: (ref: string) => void;
  where: 'beside' | 'live';
  setWhere: (where: 'beside' | 'live') => void;
  name: string;
  setName: (name: string) => void;
  asked: string | null;
  busy: boolean;
  onNext: () => void;
}): JSX.Element {
  const { t, dateTime, bytes } = useWords();
  const { backups, refOf, setRef, where, setWhere, name, setName, asked, busy, onNext } = props;
  const [tried, setTried] = useState(false);
  const wrong = where === 'beside' && !NAME.test(name);
  const field = useRef<HTMLInputElement>(null);
  const others = asked === null || backups.some((one) => one.ref === asked) ? [] : [asked];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (wrong) field.current?.focus();
        else onNext();
      }}
    >
      <p class="quiet">{t.restore.chooseLead}</p>
      <label class="field">
        <span>{t.restore.backup}</span>
        <select name="backup" value={refOf} onChange={(event) => setRef(event.currentTarget.value)}>
          {others.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
          {backups.map((one, index) => (
            <option key={one.ref} value={one.ref}>
              {dateTime(one.startedAt)} · {bytes(one.storedSize)}
              {index === 0 ? ` · ${t.restore.newest}` : ''}
              {one.provenAt === null ? '' : ` · ${t.backups.proven}`}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>{t.restore.where}</legend>
        <label class="choice">
          <input type="radio" name="where" checked={where === 'beside'} onChange={() => setWhere('beside')} />
          <span>
            <strong>{t.restore.beside}</strong>
            <span class="under">{t.restore.besideText}</span>
          </span>
        </label>
        {where === 'beside' && (
          <label class="field inset">
            <span>{t.restore.name}</span>
            <input
              ref={field}
              name="database"
              value={name}
              spellcheck={false}
              autocapitalize="none"
              autocomplete="off"
              aria-describedby="name-hint"
              {...(tried && wrong ? { 'aria-invalid': 'true' as const } : {})}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <span id="name-hint" class={tried && wrong ? 'under wrong' : 'under'}>
              {tried && wrong ? t.restore.nameWrong : t.restore.nameHint}
            </span>
          </label>
        )}
        <label class="choice">
          <input type="radio" name="where" checked={where === 'live'} onChange={() => setWhere('live')} />
          <span>
            <strong>{t.restore.live}</strong>
            <span class="under">{t.restore.liveText}</span>
          </span>
        </label>
      </fieldset>
      <div class="actions end">
        <button type="submit" class="primary" disabled={busy}>
          {busy ? t.restore.looking : t.restore.toLook}
        </button>
      </div>
    </form>
  );
}

function Look({
  plan,
  live,
  busy,
  onBack,
  onAgain,
  onNext,
}: {
  plan: RestorePlan;
  live: boolean;
  busy: boolean;
  onBack: () => void;
  onAgain: () => void;
  onNext: () => void;
}): JSX.Element {
  const { t, dateTime, number } = useWords();
  const replacing = plan.mode.toLowerCase() === 'replacing' && plan.exists !== false;
  const changes = [
    replacing
      ? t.restore.willReplace(plan.database)
      : plan.mode.toLowerCase() === 'existing'
        ? t.restore.willLoad(plan.database)
        : t.restore.willCreate(plan.database),
    ...(plan.backup === null
      ? []
      : [
          t.restore.fromBackup(
            dateTime(plan.backup.startedAt),
            number(plan.backup.records),
            number(plan.backup.tables),
          ),
        ]),
    live ? t.restore.keptAside : t.restore.untouched,
  ];
  return (
    <>
      <p class="quiet">{t.restore.lookLead}</p>
      <p class={plan.ok ? 'box good' : 'box bad'} role="status">
        <Sign of={plan.ok ? 'good' : 'bad'} /> {plan.ok ? t.restore.good : t.restore.bad}
      </p>
      <Findings of={plan.findings} />
      <h3>{t.restore.changes}</h3>
      <ul>
        {changes.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <div class="actions end">
        <button type="button" onClick={onBack}>
          {t.back}
        </button>
        <button type="button" disabled={busy} onClick={onAgain}>
          {t.restore.again}
        </button>
        <button type="button" class="primary" disabled={!plan.ok} onClick={onNext}>
          {t.next}
        </button>
      </div>
    </>
  );
}

function Confirm({
  project,
  wish,
  live,
  plan,
  onBack,
}: {
  project: string;
  wish: RestoreWish;
  live: boolean;
  plan: RestorePlan;
  onBack: () => void;
}): JSX.Element {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const start = useAct(async () => {
    const { id } = await api.restore(project, wish, typed);
    go(to(['operations', id]));
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.run();
      }}
    >
      <p>{t.restore.confirmLead}</p>
      <Facts
        of={[
          [t.restore.from, plan.backup === null ? plan.source : <Moment at={plan.backup.startedAt} />],
          [t.restore.into, <strong class="mono">{plan.database}</strong>],
        ]}
      />
      {live && <TypedName label={t.restore.typeName(project)} value={typed} onType={setTyped} />}
      {start.problem !== undefined && <ProblemBox problem={start.problem} />}
      <div class="actions end">
        <button type="button" onClick={onBack}>
          {t.back}
        </button>
        <button
          type="submit"
          class={live ? 'danger solid' : 'primary'}
          disabled={start.busy || (live && typed !== project)}
        >
          {start.busy ? t.restore.starting : t.restore.start}
        </button>
      </div>
    </form>
  );
}
